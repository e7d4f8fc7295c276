package dev.pt2st.archive;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.io.MappedFile;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A ZIP as PyTorch sees it: records below one root folder, looked up without regard to ASCII case
 * ({@code PyTorchStreamReader} in {@code caffe2/serialize/inline_container.cc}).
 */
public final class ZipArchive {
  private final Map<String, ZipEntry> entries;
  private final String root;

  /**
   * @param entries by their keys, in the order of the central directory
   */
  ZipArchive(SequencedMap<String, ZipEntry> entries) {
    this.entries = entries;
    String first = entries.isEmpty() ? "" : entries.firstEntry().getKey();
    this.root = first.contains("/") ? first.substring(0, first.indexOf('/') + 1) : "";
  }

  /**
   * Reads the directory of a file that is a ZIP.
   *
   * @throws CheckpointException if it is damaged, too long, or if two readers could see two
   *     different files in it
   */
  public static ZipArchive read(MappedFile file, Limits limits) throws CheckpointException {
    return ZipReader.read(file, limits);
  }

  /** The root folder as look-up compares it, with its slash; empty where there is none. */
  public String folder() {
    return root;
  }

  /** All entries, in the order of the central directory. */
  public Collection<ZipEntry> entries() {
    return Collections.unmodifiableCollection(entries.values());
  }

  /**
   * The record of this name below the root folder: that of the first central entry. Without such a
   * folder PyTorch reads nothing, and there is none.
   */
  public Optional<ZipEntry> record(String name) {
    return root.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(entries.get(root + keyOf(latin1(name))));
  }

  /** Whether there is a record of this name below the root folder. */
  public boolean has(String name) {
    return record(name).isPresent();
  }

  /** The entry of this full name, for archives without a root folder. */
  public Optional<ZipEntry> entry(String name) {
    return Optional.ofNullable(entries.get(keyOf(latin1(name))));
  }

  /**
   * The records below the root folder whose names start and end so, in the order of the central
   * directory, each under what stands between.
   *
   * @param start in ASCII
   * @param end in ASCII
   */
  public Map<String, ZipEntry> records(String start, String end) {
    String from = root + keyOf(start);
    String to = keyOf(end);
    Map<String, ZipEntry> found = new LinkedHashMap<>();
    for (ZipEntry entry : entries.values()) {
      String key = entry.key();
      if (!root.isEmpty()
          && key.endsWith(to) // first, since of many entries it holds for few
          && key.length() > from.length() + to.length()
          && key.startsWith(from)) {
        String name = entry.name();
        int middle = name.indexOf('/') + 1 + start.length();
        found.put(name.substring(middle, name.length() - end.length()), entry);
      }
    }
    return found;
  }

  /**
   * A name, each of its bytes as one character, as look-up compares it: ASCII letters in lower
   * case, others as they are.
   */
  static String keyOf(String rawName) {
    for (int i = 0; i < rawName.length(); i++) {
      if (isUpper(rawName.charAt(i))) {
        return lowerFrom(rawName, i);
      }
    }
    return rawName; // as nearly all are
  }

  private static String lowerFrom(String rawName, int start) {
    char[] key = rawName.toCharArray();
    for (int i = start; i < key.length; i++) {
      if (isUpper(key[i])) {
        key[i] = (char) (key[i] - 'A' + 'a');
      }
    }
    return new String(key);
  }

  private static boolean isUpper(char c) {
    return c >= 'A' && c <= 'Z';
  }

  private static String latin1(String name) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    return utf8.length == name.length() ? name : new String(utf8, StandardCharsets.ISO_8859_1);
  }
}
