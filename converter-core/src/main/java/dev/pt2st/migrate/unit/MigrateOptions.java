package dev.pt2st.migrate.unit;

import dev.pt2st.convert.options.ConvertOptions;
import java.util.List;

/**
 * How a migration is done.
 *
 * @param convert what of each checkpoint is taken and as what
 * @param given the same as a command line says it: outputs of other options are not taken for done
 * @param verify whether each output is compared with its source before it gets its name
 * @param durable whether each output must be on the disk before it counts as done
 * @param removeOriginals whether a source goes once its output has been compared and is on the disk
 * @param sideFiles what becomes of files that are no checkpoints, where the target is another tree
 */
public record MigrateOptions(
    ConvertOptions convert,
    List<String> given,
    boolean verify,
    boolean durable,
    boolean removeOriginals,
    SideFiles sideFiles) {

  /** What becomes of files that are no checkpoints. */
  public enum SideFiles {
    COPY,
    /** Symbolic links lead to them. */
    LINK,
    NONE
  }

  /**
   * With both asked for.
   *
   * @throws IllegalArgumentException if sources are to go without having been compared
   */
  public MigrateOptions {
    given = List.copyOf(given);
    if (removeOriginals && !verify) {
      throw new IllegalArgumentException(
          "originals are removed only after verification, which is switched off");
    }
    durable |= removeOriginals;
  }

  /** How sources are summed up for the journal. */
  public enum Digest {
    /** {@code sha256:} and 64 hexadecimal digits. */
    SHA256,
    /** {@code crc32c:} and 8 hexadecimal digits: tells a change by accident, at no cost. */
    CRC32C
  }

  /** A source that is compared anyway gets the stronger one. */
  public Digest digest() {
    return verify ? Digest.SHA256 : Digest.CRC32C;
  }
}
