package dev.pt2st.io.s3;

import dev.pt2st.ResourceName;
import dev.pt2st.io.aws.AwsCredentials;
import dev.pt2st.io.aws.CredentialProvider;
import dev.pt2st.io.aws.CredentialsException;
import dev.pt2st.io.aws.SigV4;
import dev.pt2st.io.http.Signer;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Map;

/** Signs each attempt of a request with the current credentials and time. */
final class S3Signer implements Signer {
  private final ResourceName source;
  private final CredentialProvider credentials;
  private final SigV4 signature;
  private volatile String origin = "";

  S3Signer(ResourceName source, CredentialProvider credentials, String region) {
    this.source = source;
    this.credentials = credentials;
    this.signature = new SigV4(region, "s3");
  }

  /** Where the credentials used last came from, in words. */
  String origin() {
    return origin;
  }

  @Override
  public Map<String, String> sign(String method, URI uri, Map<String, String> headers)
      throws IOException {
    AwsCredentials current;
    try {
      current = credentials.get();
    } catch (CredentialsException e) {
      throw new SourceException(source, Reason.NOT_ALLOWED, String.valueOf(e.getMessage()));
    }
    origin = current.origin();
    return signature.sign(current, Instant.now(), method, uri, headers);
  }
}
