package dev.pt2st.io.http;

import dev.pt2st.IfExists;
import dev.pt2st.ResourceName;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.http.answer.AnswerCheck;
import dev.pt2st.io.http.answer.WholeFile;
import dev.pt2st.io.http.answer.WholeFileListener;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.io.source.Store;
import dev.pt2st.io.source.Upload;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;

/**
 * Files on web servers: {@code https://}, and {@code http://} only on this machine. If a server
 * does not support ranges, the whole file is fetched once.
 */
public final class HttpStore implements Store {
  private final HttpSession session;
  private final ScratchFolder scratch;
  private final WholeFileListener listener;

  /**
   * Makes a store; closing it leaves the session open.
   *
   * @param scratch where a file is kept that must be fetched as a whole
   * @param listener is notified before that
   */
  public HttpStore(HttpSession session, ScratchFolder scratch, WholeFileListener listener) {
    this.session = session;
    this.scratch = scratch;
    this.listener = listener;
  }

  @Override
  public RangeSource open(String uri) throws IOException {
    Probe probe = probe(uri);
    if (!probe.hasRanges()) {
      return whole(probe);
    }
    Probe.Found found = probe.found();
    return new RangedSource(
        session,
        probe.name(),
        found.size(),
        found.validators().version(),
        probe.location(),
        () -> {
          Probe again = probe(uri);
          Probe.Found now = again.found();
          if (now.size() != found.size() || !now.validators().equals(found.validators())) {
            throw new SourceException(
                probe.name(),
                Reason.CHANGED,
                "it has been replaced while it was read; start again");
          }
          return again.location();
        });
  }

  private RangeSource whole(Probe probe) throws IOException {
    Probe.Found found = probe.found();
    AnswerCheck check =
        found.validators().exist() ? found.validators().check(probe.name()) : AnswerCheck.NONE;
    try (WholeFile file = new WholeFile(probe.name(), found.size(), check, scratch)) {
      file.checkRoom();
      listener.wholeFile(probe.name(), found.size());
      session.transfer(probe.call(), found.size(), file);
      return file.source(found.validators().version());
    }
  }

  private Probe probe(String uri) throws IOException {
    ResourceName name = ShownAddress.of(uri);
    URI address;
    NamedServer named;
    try {
      address = new URI(uri);
      named = NamedServer.of(address);
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new SourceException(name, Reason.REFUSED, "this is not the address of a web server");
    }
    if (address.getRawUserInfo() != null) {
      throw new SourceException(
          name, Reason.REFUSED, "addresses with a name or a password in them are not supported");
    }
    return Probe.of(session, HttpCall.of("GET", name, named, address));
  }

  @Override
  public List<Entry> list(String uri) throws IOException {
    Probe probe = probe(uri);
    Probe.Found found = probe.found();
    String path = probe.name().fileName();
    return List.of(new Entry(uri, path, found.size(), found.validators().version()));
  }

  @Override
  public Upload begin(String uri, long size, IfExists ifExists, Map<String, String> metadata)
      throws SourceException {
    throw new SourceException(
        ShownAddress.of(uri), Reason.REFUSED, "nothing can be written to a web server");
  }

  @Override
  public Map<String, String> metadata(String uri) {
    return Map.of();
  }

  @Override
  public void close() {
    // The caller owns the session.
  }
}
