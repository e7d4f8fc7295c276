package dev.pt2st.io.hub;

import dev.pt2st.IfExists;
import dev.pt2st.ResourceName;
import dev.pt2st.io.FileSource;
import dev.pt2st.io.http.HttpSession;
import dev.pt2st.io.http.RangedSource;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.io.source.Store;
import dev.pt2st.io.source.Upload;
import dev.pt2st.text.Utf8Order;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Models on the Hub: {@code hf://org/model[@revision][/path]}. A revision is resolved once, and
 * everything is read from that commit. A file is read from the cache if that has it with the right
 * digest and size.
 */
public final class HubStore implements Store {
  private final HubClient client;
  private final HubCache cache;
  private final boolean offline;
  private final Commits commits = new Commits();

  /** Makes a store; closing it leaves the session open. */
  public HubStore(HttpSession session, HubSettings settings) {
    this.client = new HubClient(session, settings);
    this.cache = new HubCache(settings.cache());
    this.offline = settings.offline();
  }

  @Override
  public RangeSource open(String uri) throws IOException {
    HubAddress given = HubAddress.of(uri);
    if (given.path().isEmpty()) {
      throw new SourceException(
          given.name(), Reason.REFUSED, "this names a model on the Hub and no file of it");
    }
    if (offline) {
      return cached(given);
    }
    HubAddress address = given.at(commits.of(given));
    Optional<HubFile> listed = commits.listed(address);
    if (listed.isPresent()) {
      Optional<FileSource> here = here(address, listed.get());
      if (here.isPresent()) {
        return here.get();
      }
    }
    HubClient.Resolved first = client.resolve(address);
    HubAddress fixed = given.at(commits.put(given, first.commit()));
    if (!fixed.revision().equals(first.commit())) {
      first = client.resolve(fixed);
    }
    HubFile file = new HubFile(fixed.path(), first.size(), first.etag());
    if (listed.isPresent()) {
      same(fixed, listed.get(), file);
    }
    Optional<FileSource> here = here(fixed, file);
    return here.isPresent() ? here.get() : ranged(fixed, file, first.location());
  }

  private RangeSource ranged(HubAddress address, HubFile file, RangedSource.Location first) {
    return new RangedSource(
        client.session(),
        address.name(),
        file.size(),
        file.etag(),
        first,
        () -> {
          HubClient.Resolved again = client.resolve(address);
          same(address, file, new HubFile(file.path(), again.size(), again.etag()));
          return again.location();
        });
  }

  private static void same(HubAddress address, HubFile before, HubFile now) throws SourceException {
    if (!before.equals(now)) {
      throw new SourceException(
          address.name(), Reason.CHANGED, "the Hub says something else of it than before");
    }
  }

  private Optional<FileSource> here(HubAddress address, HubFile file) throws IOException {
    Optional<Path> blob = cache.blob(address.repository(), file.etag());
    return blob.isEmpty()
        ? Optional.empty()
        : FileSource.open(blob.get(), address.name(), file.size(), file.etag());
  }

  @Override
  public List<Entry> list(String uri) throws IOException {
    HubAddress given = HubAddress.of(uri);
    List<HubFile> files;
    HubAddress address;
    if (offline) {
      address = given.at(cachedCommit(given));
      files = new ArrayList<>(cache.files(given.repository(), address.revision()));
    } else {
      address = given.at(commit(given));
      files = commits.files(address, client::files);
    }
    List<Entry> entries = new ArrayList<>();
    for (HubFile file : files) {
      below(given.path(), file.path())
          .ifPresent(path ->
              entries.add(
                  new Entry(address.file(file.path()).uri(), path, file.size(), file.etag())));
    }
    if (entries.isEmpty() && !given.path().isEmpty()) {
      throw new SourceException(
          given.name(),
          Reason.MISSING,
          offline
              ? "the cache of the Hub has no such file or folder of the model"
              : "the model has no such file or folder");
    }
    entries.sort(Comparator.comparing(Entry::path, Utf8Order.COMPARATOR));
    return entries;
  }

  /** The path relative to the listed folder; for a file that is listed itself, its name. */
  private static Optional<String> below(String listed, String path) {
    if (listed.isEmpty()) {
      return Optional.of(path);
    }
    if (path.equals(listed)) {
      return Optional.of(path.substring(path.lastIndexOf('/') + 1));
    }
    return path.startsWith(listed + "/")
        ? Optional.of(path.substring(listed.length() + 1))
        : Optional.empty();
  }

  private String commit(HubAddress given) throws IOException {
    String known = commits.of(given);
    return HubAddress.isCommit(known) ? known : commits.put(given, client.commit(given));
  }

  private String cachedCommit(HubAddress given) throws SourceException {
    return cache
        .commit(given)
        .orElseThrow(() ->
            new SourceException(
                given.file("").name(),
                Reason.MISSING,
                "the cache of the Hub has no such revision of the model, and HF_HUB_OFFLINE is"
                    + " set"));
  }

  private RangeSource cached(HubAddress given) throws IOException {
    HubAddress address = given.at(cachedCommit(given));
    ResourceName name = address.name();
    for (HubFile file : cache.files(given.repository(), address.revision())) {
      if (file.path().equals(given.path())) {
        Optional<FileSource> here = here(address, file);
        if (here.isPresent()) {
          return here.get();
        }
      }
    }
    throw new SourceException(
        name,
        Reason.MISSING,
        "the cache of the Hub does not have this file, and HF_HUB_OFFLINE is set");
  }

  @Override
  public Upload begin(String uri, long size, IfExists ifExists, Map<String, String> metadata)
      throws SourceException {
    throw new SourceException(
        HubAddress.of(uri).name(), Reason.REFUSED, "nothing is written to the Hub");
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
