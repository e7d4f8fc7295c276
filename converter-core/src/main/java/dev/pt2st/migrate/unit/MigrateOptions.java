package dev.pt2st.migrate.unit;

import dev.pt2st.Durability;
import dev.pt2st.convert.OutputStatement;
import dev.pt2st.convert.options.ConvertOptions;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a migration is done.
 *
 * @param convert what of each checkpoint is taken and as what
 * @param given the same as a command line says it: outputs of other options are not taken for done
 * @param comparison whether each output is compared with its source before it gets its name
 * @param durability when an output counts as done
 * @param originals whether a source goes once its output has been compared and is on the disk
 * @param sideFiles what becomes of files that are no checkpoints, where the target is another tree
 * @param statement makes a statement beside each output; null for none
 */
public record MigrateOptions(
    ConvertOptions convert,
    List<String> given,
    Comparison comparison,
    Durability durability,
    Originals originals,
    SideFiles sideFiles,
    @Nullable OutputStatement statement) {
  /** What the name of a statement has behind that of its output. */
  private static final String STATEMENT_EXTENSION = ".intoto.json";

  /** The name of the statement of an output. */
  public static Path statementOf(Path target) {
    return target.resolveSibling(target.getFileName() + STATEMENT_EXTENSION);
  }

  /** Without statements. */
  public MigrateOptions(
      ConvertOptions convert,
      List<String> given,
      Comparison comparison,
      Durability durability,
      Originals originals,
      SideFiles sideFiles) {
    this(convert, given, comparison, durability, originals, sideFiles, null);
  }

  /** Whether an output is compared with its source before it gets its name. */
  public enum Comparison {
    /** Every element is. */
    EVERY_ELEMENT,
    /** Nothing is. */
    NONE
  }

  /** What becomes of a source that has been converted. */
  public enum Originals {
    /** It stays. */
    KEEP,
    /** It is removed once its output has been compared with it and is on the disk. */
    REMOVE
  }

  /** What becomes of files that are no checkpoints. */
  public enum SideFiles {
    /** They are copied. */
    COPY,
    /** Symbolic links lead to them. */
    LINK,
    /** They are left where they are. */
    NONE
  }

  /**
   * Originals are removed only if their outputs are durable: {@code durability} is then {@link
   * Durability#SYNCED}.
   *
   * @throws IllegalArgumentException if sources are to go without having been compared
   */
  public MigrateOptions {
    given = List.copyOf(given);
    boolean remove = originals == Originals.REMOVE;
    if (remove && comparison == Comparison.NONE) {
      throw new IllegalArgumentException(
          "originals are removed only after verification, which is switched off");
    }
    durability = remove ? Durability.SYNCED : durability;
  }

  /** Whether each output is compared with its source before it gets its name. */
  public boolean comparesOutputs() {
    return comparison == Comparison.EVERY_ELEMENT;
  }

  /** Whether each output must be on the disk before it counts as done. */
  public boolean isDurable() {
    return durability == Durability.SYNCED;
  }

  /** Whether sources are removed. */
  public boolean removesOriginals() {
    return originals == Originals.REMOVE;
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
    return comparesOutputs() ? Digest.SHA256 : Digest.CRC32C;
  }
}
