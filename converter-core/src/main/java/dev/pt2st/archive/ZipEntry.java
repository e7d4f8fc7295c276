package dev.pt2st.archive;

import dev.pt2st.io.ByteSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One record of a ZIP as its central directory describes it; the local header agrees with that.
 * Objects are made on demand, and those of the same record are equal.
 */
public final class ZipEntry implements ByteSource.Holder {
  private final ZipDirectory directory;
  private final int number;

  ZipEntry(ZipDirectory directory, int number) {
    this.directory = directory;
    this.number = Objects.checkIndex(number, directory.size());
  }

  /** The full name, root folder included; a name that is not UTF-8 is decoded as Latin-1. */
  @Override
  public String name() {
    return directory.name(number);
  }

  /** The name's bytes, each as one character, in ASCII lower case: the key for look-up. */
  public String key() {
    return directory.key(number);
  }

  /** Where its content is. */
  public ByteSource bytes() {
    return directory.bytes(number, this);
  }

  /** Its position in the central directory, from 0. */
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
