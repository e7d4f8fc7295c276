package dev.pt2st.io;

import dev.pt2st.ResourceName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
   * @param siblings opens what stands beside it; null if nobody knows where that is
   */
  record Ranged(
      RangeSource source, String member, FetchOptions fetching, @Nullable Siblings siblings)
      implements Input {
    public Ranged {
      Objects.requireNonNull(source);
      Objects.requireNonNull(member);
      Objects.requireNonNull(fetching);
    }

    /** One of which nobody knows what stands beside it. */
    public Ranged(RangeSource source, String member, FetchOptions fetching) {
      this(source, member, fetching, null);
    }

    /** Whether {@link #sibling} may be asked. */
    public boolean hasSiblings() {
      return siblings != null && member.isEmpty();
    }

    /**
     * What has another name in the same folder.
     *
     * @throws IOException if it is not there, or cannot be opened
     * @throws IllegalStateException if nobody knows where that is
     */
    public Ranged sibling(String name) throws IOException {
      if (siblings == null) {
        throw new IllegalStateException("a source alone: " + source.name());
      }
      return new Ranged(siblings.open(name), "", fetching, siblings);
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
