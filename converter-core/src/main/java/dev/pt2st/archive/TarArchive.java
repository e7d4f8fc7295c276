package dev.pt2st.archive;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The regular files of a tar, by name. */
public final class TarArchive {
  private final Map<String, TarEntry> entries;

  TarArchive(Map<String, TarEntry> entries) {
    this.entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
  }

  /** All files, in the order of the archive. */
  public Collection<TarEntry> entries() {
    return entries.values();
  }

  /** The file of exactly this name. */
  public Optional<TarEntry> record(String name) {
    return Optional.ofNullable(entries.get(name));
  }
}
