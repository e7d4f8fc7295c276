package dev.pt2st.io;

import dev.pt2st.ResourceName;
import dev.pt2st.io.source.FetchOptions;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.Siblings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An input: a local file, or a remote source that is read by ranges. A reader never closes it. The
 * code that opened a source closes it, after everything that was opened from it.
 */
public sealed interface Input {
  /** The name in messages and reports. */
  ResourceName name();

  /**
   * A path as the user wrote it.
   *
   * @param path the path of a file or a folder, or of a member as {@code archive.zip!member}
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
   * @param source the source, closed by the code that opened it
   * @param member its name in the archive, with slashes; empty if the source itself is meant
   * @param fetching how it is fetched
   * @param siblings opens other objects in the same folder; null if they cannot be addressed
   */
  record Ranged(
      RangeSource source, String member, FetchOptions fetching, @Nullable Siblings siblings)
      implements Input {
    public Ranged {
      Objects.requireNonNull(source);
      Objects.requireNonNull(member);
      Objects.requireNonNull(fetching);
    }

    /** A source whose neighbours cannot be addressed. */
    public Ranged(RangeSource source, String member, FetchOptions fetching) {
      this(source, member, fetching, null);
    }

    /** Whether {@link #sibling} may be called. */
    public boolean hasSiblings() {
      return siblings != null && member.isEmpty();
    }

    /**
     * Another object in the same folder.
     *
     * @throws IOException if it does not exist, or cannot be opened
     * @throws IllegalStateException if the folder is not known
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
     * @param folder where a nameless file is made for fetched data
     * @throws IOException if no such file can be made, or the first bytes cannot be read
     */
    public MappedFile open(ScratchFolder folder) throws IOException {
      return MappedFile.open(source, fetching, folder);
    }
  }

  /** A local file. */
  static Input of(Path path) {
    return new OnDisk(path);
  }

  /** A source as a whole. */
  static Input of(RangeSource source, FetchOptions fetching) {
    return new Ranged(source, "", fetching);
  }
}
