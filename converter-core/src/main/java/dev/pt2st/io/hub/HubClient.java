package dev.pt2st.io.hub;

import dev.pt2st.ResourceName;
import dev.pt2st.io.http.HttpCall;
import dev.pt2st.io.http.HttpSession;
import dev.pt2st.io.http.Origin;
import dev.pt2st.io.http.RangedSource;
import dev.pt2st.io.http.Redirects;
import dev.pt2st.io.http.Signer;
import dev.pt2st.io.http.answer.AnswerCheck;
import dev.pt2st.io.http.answer.HttpAnswer;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.text.Utf8Order;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The requests to the Hub. */
final class HubClient {
  private static final int MOST_BODY = 32 << 20;

  private static final int MOST_FILES = 1_000_000;

  /** The maximum number of pages; each has from 1 to 1,000 entries. */
  private static final int MOST_PAGES = 2000;

  private static final int MOST_HOPS = 5;

  private final HttpSession session;
  private final HubSettings settings;
  private final HubRules rules;
  private final Signer signer;

  HubClient(HttpSession session, HubSettings settings) {
    this.session = session;
    this.settings = settings;
    this.rules = new HubRules(settings.token());
    String header = "Bearer " + settings.token().value();
    this.signer =
        settings.token().exists()
            ? (method, uri, headers) -> Map.of("authorization", header)
            : Signer.NONE;
  }

  HttpSession session() {
    return session;
  }

  private HttpCall call(String method, ResourceName source, URI uri) {
    return HttpCall.of(method, source, settings.hub(), uri).rules(rules).signedBy(signer);
  }

  private URI uri(String path) {
    return URI.create(settings.endpoint() + path);
  }

  /** The commit of a revision. */
  String commit(HubAddress address) throws IOException {
    String path =
        "/api/models/" + address.repository() + "/revision/" + encoded(address.revision());
    ResourceName name = address.file("").name();
    HttpAnswer answer = session.send(call("GET", name, uri(path + "?expand=sha")), MOST_BODY);
    return HubJson.commit(name, answer.body());
  }

  /** All files of a commit, in the order of their paths. */
  List<HubFile> files(HubAddress address) throws IOException {
    ResourceName name = address.file("").name();
    URI next =
        uri(
            "/api/models/"
                + address.repository()
                + "/tree/"
                + encoded(address.revision())
                + "?recursive=true&expand=false");
    List<HubFile> files = new ArrayList<>();
    Set<String> paths = new HashSet<>();
    for (int page = 0; page < MOST_PAGES; page++) {
      HttpAnswer answer = session.send(call("GET", name, next), MOST_BODY);
      HubJson.Page read = HubJson.page(name, answer.body());
      for (HubFile file : read.files()) {
        if (!HubAddress.isSafe(file.path())) {
          throw new SourceException(
              name, Reason.REFUSED, "the Hub lists a file whose path leads out of the repository");
        }
        if (!paths.add(file.path())) {
          throw new SourceException(name, Reason.REFUSED, "the Hub lists a file twice");
        }
        files.add(file);
      }
      String link = NextLink.of(answer.header("Link").orElse(""));
      if (link.isEmpty()) {
        files.sort(Comparator.comparing(HubFile::path, Utf8Order.COMPARATOR));
        return files;
      }
      if (read.isEmpty() || files.size() > MOST_FILES) {
        break;
      }
      next = Redirects.resolve(name, next, link);
      if (!Origin.of(next).equals(settings.hub().origin())) {
        throw new SourceException(
            name, Reason.REFUSED, "the Hub leads to another server for the rest of its list");
      }
    }
    throw new SourceException(name, Reason.REFUSED, "the list of its files does not end");
  }

  /**
   * What the Hub says about a file.
   *
   * @param commit the commit of the revision
   * @param etag the digest of its content, without quotes
   */
  record Resolved(String commit, String etag, long size, RangedSource.Location location) {}

  /** Requests a file of a revision. */
  Resolved resolve(HubAddress address) throws IOException {
    ResourceName name = address.name();
    URI at =
        uri(
            "/"
                + address.repository()
                + "/resolve/"
                + encoded(address.revision())
                + "/"
                + encodedPath(address.path()));
    ResolvedHeaders headers = new ResolvedHeaders();
    for (int hop = 0; hop <= MOST_HOPS; hop++) {
      HttpAnswer answer = session.send(call("HEAD", name, at).withoutRedirects(), 0);
      headers.add(answer);
      if (!Redirects.isRedirect(answer.status())) {
        String etag = headers.etag(name);
        HttpCall get = call("GET", name, at).withoutRedirects();
        return new Resolved(
            headers.commit(name),
            etag,
            headers.size(name),
            new RangedSource.Location(get, sameTag(name, etag), false));
      }
      at = Redirects.target(name, answer);
      if (!Origin.of(at).equals(settings.hub().origin())) {
        HttpCall get = HttpCall.of("GET", name, settings.hub(), at);
        return new Resolved(
            headers.commit(name),
            headers.etag(name),
            headers.size(name),
            new RangedSource.Location(get, new PinnedTag(name), true));
      }
    }
    throw new SourceException(
        name, Reason.REFUSED, "the Hub leads from one address to the next, too often");
  }

  private static AnswerCheck sameTag(ResourceName name, String etag) {
    return answer -> {
      String sent = HubTag.plain(answer.header("ETag").orElse(""));
      if (!sent.equals(etag)) {
        throw new SourceException(
            name, Reason.CHANGED, "it has been replaced while it was read; start again");
      }
    };
  }

  static String encodedPath(String path) {
    StringBuilder encoded = new StringBuilder();
    for (String part : path.split("/", -1)) {
      encoded.append(encoded.isEmpty() ? "" : "/").append(encoded(part));
    }
    return encoded.toString();
  }

  /**
   * Encodes one segment of a path: the UTF-8 bytes of everything except letters, digits and {@code
   * -._~}.
   */
  static String encoded(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      boolean plain =
          (b >= 'a' && b <= 'z')
              || (b >= 'A' && b <= 'Z')
              || (b >= '0' && b <= '9')
              || "-._~".indexOf(b) >= 0;
      if (plain) {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
      }
    }
    return encoded.toString();
  }

  private static final String HEX = "0123456789ABCDEF";
}
