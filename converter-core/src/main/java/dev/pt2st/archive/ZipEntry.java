package dev.pt2st.archive;

import dev.pt2st.io.ByteSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One record of a ZIP as its central directory describes it, its local header checked against that.
 * It is made when it is asked for, and equal to any other of the same record.
 */
public final class ZipEntry implements ByteSource.Holder {
  private final ZipDirectory directory;
  private final int number;

  ZipEntry(ZipDirectory directory, int number) {
    this.directory = directory;
    this.number = Objects.checkIndex(number, directory.size());
  }

  /** The full name, root folder included; bytes that are no UTF-8 appear as Latin-1. */
  @Override
  public String name() {
    return directory.name(number);
  }

  /** The name's bytes, each as one character, in ASCII lower case: what look-up compares. */
  public String key() {
    return directory.key(number);
  }

  /** Where its content lies. */
  public ByteSource bytes() {
    return directory.bytes(number, this);
  }

  /** How many there were before it in the central directory. */
  public int number() {
    return number;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ZipEntry entry
        && entry.directory == directory
        && entry.number == number;
  }

  @Override
  public int hashCode() {
    return 31 * System.identityHashCode(directory) + number;
  }

  @Override
  public String toString() {
    return name();
  }
}
