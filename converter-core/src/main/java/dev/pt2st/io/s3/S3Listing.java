package dev.pt2st.io.s3;

import dev.pt2st.io.aws.PercentCode;
import dev.pt2st.io.aws.XmlElement;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.io.source.Store.Entry;
import dev.pt2st.text.Utf8Order;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** Lists all objects whose keys have a prefix, page by page. */
final class S3Listing {
  /** A page has 1,000 keys of at most 1,024 bytes, each of which may be encoded in three. */
  private static final int LARGEST_PAGE = 8 << 20;

  private static final int MOST = 1_000_000;

  /**
   * The maximum number of pages: a page may have fewer keys than possible, and a server could send
   * pages for ever.
   */
  private static final int MOST_PAGES = 4_000;

  /**
   * Names that lead out of a folder. A name may become a local path, and a backslash may be a
   * separator there.
   */
  private static final Pattern LEADS_OUT =
      Pattern.compile("^[/\\\\]|(?:^|[/\\\\])\\.\\.?(?:$|[/\\\\])|\\x00");

  private final S3Client client;
  private final S3Address address;
  private final String prefix;
  private final List<Entry> entries = new ArrayList<>();

  private S3Listing(S3Client client, S3Address address) {
    this.client = client;
    this.address = address;
    this.prefix = address.prefix();
  }

  static List<Entry> of(S3Client client, S3Address address) throws IOException {
    S3Listing listing = new S3Listing(client, address);
    String token = listing.page("");
    for (int page = 1; !token.isEmpty(); page++) {
      if (page == MOST_PAGES) {
        throw new SourceException(
            address.name(), Reason.REFUSED, "the list of its objects does not end");
      }
      token = listing.page(token);
    }
    listing.entries.sort(Comparator.comparing(Entry::path, Utf8Order.COMPARATOR));
    listing.refuseTwins();
    return listing.entries;
  }

  /** Refuses duplicate names, since one file could hide the other. */
  private void refuseTwins() throws SourceException {
    for (int i = 1; i < entries.size(); i++) {
      if (entries.get(i).uri().equals(entries.get(i - 1).uri())) {
        throw new SourceException(
            address.name(), Reason.REFUSED, "the server lists an object twice");
      }
    }
  }

  /** Reads a page and returns the token of the next one; empty if there is none. */
  private String page(String token) throws IOException {
    S3Request request =
        S3Request.of("GET", address, S3Request.Purpose.LIST)
            .ofBucket()
            .query(
                "encoding-type=url&list-type=2&prefix="
                    + PercentCode.encode(prefix)
                    + (token.isEmpty() ? "" : "&continuation-token=" + PercentCode.encode(token)));
    XmlElement page = client.xml(request, "ListBucketResult", LARGEST_PAGE);
    boolean encoded = page.textOf("EncodingType").orElse("").equals("url");
    for (XmlElement object : page.all("Contents").toList()) {
      take(object, encoded);
    }
    String more = page.textOf("IsTruncated").orElse("");
    if (more.equals("false")) {
      return "";
    }
    String next = page.textOf("NextContinuationToken").orElse("");
    if (!more.equals("true") || next.isEmpty() || next.equals(token)) {
      throw unreadable("does not say whether it has more objects");
    }
    return next;
  }

  private void take(XmlElement object, boolean encoded) throws SourceException {
    String key = key(object.textOf("Key").orElse(""), encoded);
    String digits = object.textOf("Size").orElse("").strip();
    if (key.isEmpty() || !key.startsWith(prefix) || !digits.matches("\\d{1,18}")) {
      throw unreadable("lists something that was not requested");
    }
    long size = Long.parseLong(digits);
    if (size == 0 && key.endsWith("/")) {
      return; // a folder marker of the console
    }
    if (entries.size() == MOST) {
      throw new SourceException(
          address.name(),
          Reason.REFUSED,
          "there are more than 1,000,000 objects below it; name a part of them");
    }
    String path = key.equals(prefix) ? key : key.substring(prefix.length());
    if (LEADS_OUT.matcher(path).find()) {
      throw new SourceException(
          address.name(),
          Reason.REFUSED,
          "the name of an object below it leads out of a folder: "
              + key
              + "; name objects by their own addresses");
    }
    String tag = object.textOf("ETag").orElse("");
    String quoted = tag.isEmpty() || tag.endsWith("\"") ? tag : '"' + tag + '"';
    entries.add(new Entry(address.at(key).uri(), path, size, quoted));
  }

  private String key(String text, boolean encoded) throws SourceException {
    try {
      return encoded ? PercentCode.decodeForm(text) : text;
    } catch (IllegalArgumentException e) {
      throw unreadable("lists a key that is not encoded as it says");
    }
  }

  private SourceException unreadable(String what) {
    return new SourceException(address.name(), Reason.UNREADABLE, "the server " + what);
  }
}
