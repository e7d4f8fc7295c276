package dev.pt2st.io;

import dev.pt2st.ResourceName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What is read: a file on this disk, or bytes elsewhere that are read by ranges. It is never closed
 * by who reads it: whoever has opened a source closes it, after all that was opened from it.
 */
public sealed interface Input {
  /** What messages and reports call it. */
  ResourceName name();

  /**
   * A path as the user wrote it.
   *
   * @param path of a file, of a folder, or of a member as {@code archive.zip!member}
   */
  record OnDisk(Path path) implements Input {
    public OnDisk {
      Objects.requireNonNull(path);
    }

    @Override
    public ResourceName name() {
      return ResourceName.of(path);
    }
  }

  /**
   * A source, or a member of an archive in it.
   *
   * @param source closed by whoever has opened it
   * @param member its name in the archive, with slashes; empty if the source itself is meant
   * @param fetching how it is read
   */
  record Ranged(RangeSource source, String member, FetchOptions fetching) implements Input {
    public Ranged {
      Objects.requireNonNull(source);
      Objects.requireNonNull(member);
      Objects.requireNonNull(fetching);
    }

    @Override
    public ResourceName name() {
      return member.isEmpty() ? source.name() : source.name().inside(member);
    }

    /**
     * Opens the source, whatever the member.
     *
     * @param folder where a nameless file is made for what is fetched
     * @throws IOException if no such file can be made, or the first bytes cannot be read
     */
    public MappedFile open(ScratchFolder folder) throws IOException {
      return MappedFile.open(source, fetching, folder);
    }
  }

  /** A file on this disk. */
  static Input of(Path path) {
    return new OnDisk(path);
  }

  /** A source as a whole. */
  static Input of(RangeSource source, FetchOptions fetching) {
    return new Ranged(source, "", fetching);
  }
}
