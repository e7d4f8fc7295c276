package dev.pt2st.io.s3;

import org.jspecify.annotations.Nullable;

/**
 * The user's options for S3. They take precedence over the environment and the shared files.
 *
 * @param profile the profile to use; its credentials then take precedence over those of the
 *     environment
 * @param region the region of the buckets; if it is wrong, S3 names the right one
 * @param endpoint the address of a server with the same protocol that is not AWS
 * @param addressing where the name of a bucket is
 * @param credentials whether requests are signed
 */
public record S3Options(
    @Nullable String profile,
    @Nullable String region,
    @Nullable String endpoint,
    Addressing addressing,
    Signing credentials) {
  /** The settings of the environment and the shared files. */
  public static final S3Options STANDARD =
      new S3Options(null, null, null, Addressing.AUTO, Signing.SIGNED);

  /** Where the name of a bucket is in an address. */
  public enum Addressing {
    /** In the host for AWS, in the path for another endpoint. */
    AUTO,
    /** Always in the path. */
    PATH,
    /** In the host, if the name is valid in a host name. */
    VIRTUAL
  }

  /** Whether requests are signed. */
  public enum Signing {
    /** Signed with the credentials found; if there are none, the request fails. */
    SIGNED,
    /** Never signed, for public buckets. No credentials are looked up. */
    ANONYMOUS
  }
}
