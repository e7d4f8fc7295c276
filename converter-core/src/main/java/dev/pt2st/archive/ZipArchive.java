package dev.pt2st.archive;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.io.MappedFile;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.RandomAccess;

/**
 * A ZIP as PyTorch sees it: records below one root folder, looked up regardless of ASCII case
 * ({@code PyTorchStreamReader} in {@code caffe2/serialize/inline_container.cc}).
 */
public final class ZipArchive {
  private final ZipDirectory directory;
  private final byte[] root;

  /**
   * @param directory a directory whose entries are checked and indexed by name
   */
  ZipArchive(ZipDirectory directory) {
    this.directory = directory;
    String first = directory.size() == 0 ? "" : directory.key(0);
    this.root = bytes(first.substring(0, first.indexOf('/') + 1));
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

  /** The root folder in the form used for look-up, with its slash; empty if there is none. */
  public String folder() {
    return new String(root, StandardCharsets.ISO_8859_1);
  }

  /** All entries, in the order of the central directory. The objects are made on demand. */
  public Collection<ZipEntry> entries() {
    return new Entries(directory);
  }

  private static final class Entries extends AbstractList<ZipEntry> implements RandomAccess {
    private final ZipDirectory directory;

    Entries(ZipDirectory directory) {
      this.directory = directory;
    }

    @Override
    public ZipEntry get(int index) {
      return new ZipEntry(directory, index);
    }

    @Override
    public int size() {
      return directory.size();
    }
  }

  /**
   * The record of this name below the root folder, which is that of the first central entry. Empty
   * without a root folder, since PyTorch then reads nothing.
   */
  public Optional<ZipEntry> record(String name) {
    if (root.length == 0 || !isText(name)) {
      return Optional.empty();
    }
    byte[] below = name.getBytes(StandardCharsets.UTF_8);
    byte[] full = Arrays.copyOf(root, root.length + below.length);
    System.arraycopy(below, 0, full, root.length, below.length);
    return find(full);
  }

  /** Whether there is a record of this name below the root folder. */
  public boolean has(String name) {
    return record(name).isPresent();
  }

  /** The entry of this full name, for archives without a root folder. */
  public Optional<ZipEntry> entry(String name) {
    return isText(name) ? find(name.getBytes(StandardCharsets.UTF_8)) : Optional.empty();
  }

  /**
   * Whether a name has a UTF-8 form. An unpaired surrogate has none and would be encoded as a
   * question mark.
   */
  private static boolean isText(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (Character.isSurrogate(name.charAt(i))) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(name);
      }
    }
    return true;
  }

  private Optional<ZipEntry> find(byte[] name) {
    int found = directory.find(name);
    return found < 0 ? Optional.empty() : Optional.of(new ZipEntry(directory, found));
  }

  /**
   * The entries whose names have this ending, in the order of the central directory.
   *
   * @param end in ASCII
   */
  List<ZipEntry> ending(String end) {
    byte[] bytes = bytes(end);
    List<ZipEntry> found = new ArrayList<>();
    for (int i = 0; i < directory.size(); i++) {
      if (directory.endsWith(i, bytes)) {
        found.add(new ZipEntry(directory, i));
      }
    }
    return found;
  }

  /**
   * Whether any name may contain this text. If not, a million names need not be searched one by
   * one.
   *
   * @param part in ASCII and lower case
   */
  public boolean mayName(String part) {
    return directory.mayHold(bytes(part));
  }

  /**
   * The records below the root folder whose names have this start and end, in the order of the
   * central directory. The key of each is the part of its name between the two.
   *
   * @param start in ASCII
   * @param end in ASCII
   */
  public Map<String, ZipEntry> records(String start, String end) {
    byte[] from = bytes(folder() + start);
    byte[] to = bytes(end);
    Map<String, ZipEntry> found = new LinkedHashMap<>();
    for (int i = 0; i < directory.size() && root.length > 0; i++) {
      if (directory.isBetween(i, from, to)) {
        String name = directory.name(i);
        int middle = name.indexOf('/') + 1 + start.length();
        found.put(name.substring(middle, name.length() - end.length()), new ZipEntry(directory, i));
      }
    }
    return found;
  }

  private static byte[] bytes(String latin1) {
    return latin1.getBytes(StandardCharsets.ISO_8859_1);
  }
}
