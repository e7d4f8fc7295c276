package dev.pt2st.io.s3;

import dev.pt2st.ResourceName;
import dev.pt2st.io.aws.PercentCode;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import java.util.regex.Pattern;

/**
 * The address of an object, or of all objects whose keys have a prefix.
 *
 * @param bucket the name of the bucket
 * @param key the key, unencoded; empty for the whole bucket
 */
record S3Address(String bucket, String key) {
  private static final String SCHEME = "s3://";
  private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,254}");

  /** S3 Express buckets, whose requests are signed with session keys. */
  private static final Pattern EXPRESS = Pattern.compile(".*-{2}x-s3");

  /** The maximum length of a key in S3, in bytes of UTF-8. */
  private static final int LONGEST = 1024;

  /** Parses an address from the user. */
  static S3Address of(String uri) throws SourceException {
    ResourceName name = new ResourceName(uri);
    if (!uri.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw refused(name, "this is not the address of an object; it begins with s3://");
    }
    int slash = uri.indexOf('/', SCHEME.length());
    String bucket =
        slash < 0 ? uri.substring(SCHEME.length()) : uri.substring(SCHEME.length(), slash);
    String key = slash < 0 ? "" : uri.substring(slash + 1);
    if (bucket.startsWith("arn:")) {
      throw refused(name, "access points are reached by their alias, and not by their ARN");
    }
    if (!BUCKET.matcher(bucket).matches()) {
      throw refused(name, "no bucket can have this name");
    }
    if (EXPRESS.matcher(bucket).matches()) {
      throw refused(name, "directory buckets of S3 Express are not supported");
    }
    try {
      if (PercentCode.bytes(key).length > LONGEST) {
        throw refused(name, "no key can be so long");
      }
    } catch (IllegalArgumentException e) {
      throw refused(name, "no key can have half of a surrogate pair");
    }
    return new S3Address(bucket, key);
  }

  private static SourceException refused(ResourceName name, String what) {
    return new SourceException(name, Reason.REFUSED, what);
  }

  /** Another object of the bucket. */
  S3Address at(String other) {
    return new S3Address(bucket, other);
  }

  /** The prefix of the keys below this address: empty, or ending in a slash. */
  String prefix() {
    return key.isEmpty() || key.endsWith("/") ? key : key + "/";
  }

  String uri() {
    return SCHEME + bucket + "/" + key;
  }

  ResourceName name() {
    return new ResourceName(uri());
  }
}
