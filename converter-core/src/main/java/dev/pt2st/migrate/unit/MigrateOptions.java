package dev.pt2st.migrate.unit;

import dev.pt2st.Durability;
import dev.pt2st.convert.OutputStatement;
import dev.pt2st.convert.options.ConvertOptions;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options of a migration.
 *
 * @param convert the options of each conversion
 * @param given the same options as on a command line; outputs with other options do not count as
 *     done
 * @param comparison whether each output is compared with its source before it gets its name
 * @param durability when an output counts as done
 * @param originals whether a source is removed when its output has been compared and is on the disk
 * @param sideFiles how files that are not checkpoints are put into another target tree
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
  /** The extension that a statement's name adds to that of its output. */
  private static final String STATEMENT_EXTENSION = ".intoto.json";

  /** The path of the statement about an output. */
  public static Path statementOf(Path target) {
    return target.resolveSibling(target.getFileName() + STATEMENT_EXTENSION);
  }

  /** Options without statements. */
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
    /** Every element is compared. */
    EVERY_ELEMENT,
    /** Nothing is compared. */
    NONE
  }

  /** What is done with a source that has been converted. */
  public enum Originals {
    /** It stays. */
    KEEP,
    /** It is removed when its output has been compared with it and is on the disk. */
    REMOVE
  }

  /** What is done with files that are not checkpoints. */
  public enum SideFiles {
    /** They are copied. */
    COPY,
    /** Symbolic links to them are created. */
    LINK,
    /** They are not put into the target tree. */
    NONE
  }

  /**
   * If originals are removed, outputs must be durable, so {@code durability} becomes {@link
   * Durability#SYNCED}.
   *
   * @throws IllegalArgumentException if sources are to be removed without a comparison
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

  /** The digest of sources in the journal. */
  public enum Digest {
    /** {@code sha256:} and 64 hexadecimal digits. */
    SHA256,
    /** {@code crc32c:} and 8 hexadecimal digits: detects accidental changes at little cost. */
    CRC32C
  }

  /** The digest of sources: SHA-256 if they are compared anyway, else CRC-32C. */
  public Digest digest() {
    return comparesOutputs() ? Digest.SHA256 : Digest.CRC32C;
  }
}
