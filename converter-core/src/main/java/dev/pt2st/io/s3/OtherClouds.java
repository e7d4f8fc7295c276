package dev.pt2st.io.s3;

import dev.pt2st.io.http.ShownAddress;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Addresses of stores whose own protocols are not supported, and how else they can be reached. */
public final class OtherClouds {
  private static final String GOOGLE =
      "Google Cloud Storage is reached through its S3 interoperability: set AWS_ENDPOINT_URL to"
          + " https://storage.googleapis.com, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to an HMAC"
          + " key of it, and write s3:// for gs://; or give a signed https:// address of the object";

  private static final String AZURE =
      "Azure is reached by an https:// address of the object with a shared access signature, such as"
          + " https://ACCOUNT.blob.core.windows.net/CONTAINER/NAME?SIGNATURE";

  private static final String HADOOP = "addresses of Hadoop are those of S3; write s3:// for it";

  private static final Map<String, String> WORDS =
      Map.of(
          "gs", GOOGLE,
          "az", AZURE,
          "abfs", AZURE,
          "abfss", AZURE,
          "wasb", AZURE,
          "wasbs", AZURE,
          "adl", AZURE,
          "s3a", HADOOP,
          "s3n", HADOOP);

  private OtherClouds() {}

  /** Why an address cannot be opened and what to do instead, if it is one of these. */
  public static Optional<SourceException> refusal(String uri) {
    int colon = uri.indexOf("://");
    String scheme = colon < 0 ? "" : uri.substring(0, colon).toLowerCase(Locale.ROOT);
    return Optional.ofNullable(WORDS.get(scheme))
        .map(words -> new SourceException(ShownAddress.of(uri), Reason.REFUSED, words));
  }
}
