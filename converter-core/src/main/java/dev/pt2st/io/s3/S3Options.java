package dev.pt2st.io.s3;

import org.jspecify.annotations.Nullable;

/**
 * What a user may say of S3 beside the environment and the shared files. What is said here goes
 * before what those say.
 *
 * @param profile the profile to take; its credentials then go before those of the environment
 * @param region of the buckets; if it is the wrong one, S3 names the right one
 * @param endpoint the address of a server that speaks the protocol, and is not that of AWS
 * @param addressing where the name of a bucket stands
 * @param credentials whether requests are signed
 */
public record S3Options(
    @Nullable String profile,
    @Nullable String region,
    @Nullable String endpoint,
    Addressing addressing,
    Signing credentials) {
  /** All as the environment and the shared files say. */
  public static final S3Options STANDARD =
      new S3Options(null, null, null, Addressing.AUTO, Signing.SIGNED);

  /** Where the name of a bucket stands in an address. */
  public enum Addressing {
    /** In the host for AWS, and in the path for another endpoint. */
    AUTO,
    /** In the path, always. */
    PATH,
    /** In the host, if a host can have this name. */
    VIRTUAL
  }

  /** Whether requests are signed. */
  public enum Signing {
    /** With the credentials that are found; if there are none, the request fails. */
    SIGNED,
    /** Never: for public buckets. No credentials are looked for. */
    ANONYMOUS
  }
}
