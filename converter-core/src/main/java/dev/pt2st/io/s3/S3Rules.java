package dev.pt2st.io.s3;

import dev.pt2st.ResourceName;
import dev.pt2st.io.aws.AwsError;
import dev.pt2st.io.aws.AwsRegion;
import dev.pt2st.io.http.answer.HttpAnswer;
import dev.pt2st.io.http.answer.StatusRules;
import dev.pt2st.io.s3.S3Request.Purpose;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Messages for the error codes of S3, for one request. */
final class S3Rules implements StatusRules {
  /** Transient errors, whatever their status. */
  private static final Set<String> TRANSIENT =
      Set.of(
          "BadDigest",
          "InternalError",
          "OperationAborted",
          "RequestTimeout",
          "ServiceUnavailable",
          "SlowDown",
          "XAmzContentSHA256Mismatch");

  private final Purpose purpose;
  private final @Nullable S3Signer signer;
  private volatile String region = "";
  private volatile boolean answered;

  S3Rules(Purpose purpose, @Nullable S3Signer signer) {
    this.purpose = purpose;
    this.signer = signer;
  }

  /** The region that the last response named; empty if it named none. */
  String region() {
    return region;
  }

  /** Whether a server has responded that it does not support the request. */
  boolean hasAnswer() {
    return answered;
  }

  /** Keeps the region that a response names. */
  void note(HttpAnswer answer) {
    region =
        answer
            .header("x-amz-bucket-region")
            .or(() -> AwsError.detail(answer.body(), "Region"))
            .filter(AwsRegion::isName)
            .orElse("");
  }

  static boolean isTransient(String code) {
    return TRANSIENT.contains(code);
  }

  @Override
  public boolean isTransient(HttpAnswer answer) {
    return StatusRules.super.isTransient(answer) || isTransient(AwsError.code(answer.body()));
  }

  @Override
  public SourceException failure(ResourceName source, HttpAnswer answer) {
    answered = true;
    note(answer);
    String code = AwsError.code(answer.body());
    return code.isEmpty() ? byStatus(source, answer) : byCode(source, answer, code);
  }

  SourceException byCode(ResourceName source, HttpAnswer answer, String code) {
    return switch (code) {
      case "NoSuchBucket" -> new SourceException(source, Reason.MISSING, "there is no such bucket");
      case "NoSuchKey" ->
          new SourceException(source, Reason.MISSING, "there is no such object in the bucket");
      case "NoSuchUpload" ->
          new SourceException(
              source,
              purpose == Purpose.ABORT ? Reason.MISSING : Reason.UNREADABLE,
              "the server has given up what was uploaded; start again");
      case "AccessDenied", "AllAccessDisabled" -> denied(source, answer, " (" + code + ")");
      case "InvalidAccessKeyId" ->
          notAllowed(source, "the server does not know the access key of " + origin());
      case "SignatureDoesNotMatch" ->
          notAllowed(
              source,
              "the secret key of "
                  + origin()
                  + " does not fit its access key, or a proxy changes what is sent");
      case "ExpiredToken", "InvalidToken", "TokenRefreshRequired" ->
          notAllowed(
              source,
              "the session token of " + origin() + " has expired or is no good; get a new one");
      case "RequestTimeTooSkewed" ->
          notAllowed(
              source, "the clock of this machine is wrong by more than the server puts up with");
      case "InvalidObjectState" ->
          new SourceException(source, Reason.UNREADABLE, "it is archived; restore it first");
      case "SlowDown" ->
          new SourceException(
              source, Reason.RATE_LIMITED, "the server asks for fewer requests; try later");
      case "ConditionalRequestConflict" -> replacedOrThere(source);
      case "NotImplemented" ->
          new SourceException(
              source,
              Reason.REFUSED,
              "the server does not support this request"
                  + (purpose == Purpose.CREATE
                      ? ", which is to write without replacing anything"
                      : ""));
      case "AuthorizationHeaderMalformed", "PermanentRedirect", "TemporaryRedirect" ->
          elsewhere(source);
      default -> byStatus(source, answer, " (" + code + ")");
    };
  }

  private SourceException byStatus(ResourceName source, HttpAnswer answer) {
    return answer.status() == 404 && purpose == Purpose.READ
        ? new SourceException(source, Reason.MISSING, "there is no such object, or no such bucket")
        : byStatus(source, answer, "");
  }

  private SourceException byStatus(ResourceName source, HttpAnswer answer, String code) {
    SourceException standard = StatusRules.super.failure(source, answer);
    return switch (answer.status()) {
      case 401, 403 -> denied(source, answer, code);
      case 412 -> replacedOrThere(source);
      case 416 -> standard;
      default ->
          code.isEmpty()
              ? standard
              : new SourceException(
                  source, standard.reason(), "the server answers with " + answer.status() + code);
    };
  }

  private SourceException denied(ResourceName source, HttpAnswer answer, String code) {
    String shown = code.isEmpty() ? " (" + answer.status() + ")" : code;
    String what = purpose == Purpose.LIST ? "listing this bucket" : "this";
    return notAllowed(
        source,
        signer == null
            ? "this is not public" + shown + ", and it was requested without credentials"
            : "the credentials of " + origin() + " do not allow " + what + shown);
  }

  private static SourceException notAllowed(ResourceName source, String what) {
    return new SourceException(source, Reason.NOT_ALLOWED, what);
  }

  private SourceException replacedOrThere(ResourceName source) {
    return switch (purpose) {
      case CREATE -> exists(source);
      case READ ->
          new SourceException(
              source, Reason.CHANGED, "it has been replaced while it was read; start again");
      case LIST, WRITE, ABORT ->
          new SourceException(
              source, Reason.CHANGED, "somebody else writes it at this moment; start again");
    };
  }

  static SourceException exists(ResourceName source) {
    return new SourceException(
        source, Reason.EXISTS, "there is an object of this name already, and it is not replaced");
  }

  SourceException elsewhere(ResourceName source) {
    return new SourceException(
        source,
        Reason.REFUSED,
        region.isEmpty()
            ? "the bucket is in another region, which the server does not name; name the region"
            : "the bucket is in the region " + region + "; name this region or the right endpoint");
  }

  private String origin() {
    return signer == null || signer.origin().isEmpty() ? "the user" : signer.origin();
  }
}
