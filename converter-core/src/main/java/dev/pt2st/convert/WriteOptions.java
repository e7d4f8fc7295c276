package dev.pt2st.convert;

import dev.pt2st.Durability;
import dev.pt2st.IfExists;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the output of a conversion is written to the disk; the plan decides what is written.
 * Immutable; the {@code with} methods return changed copies.
 *
 * @param ifExists what happens to existing files, including the sidecar
 * @param durability when the output counts as written, and gets its name
 * @param sidecar the JSON file for everything but the tensors' bytes; null for none
 * @param check checks the output before it gets its name; null for no check
 * @param statement the statement about the output, in a file beside it; null for none
 */
public record WriteOptions(
    IfExists ifExists,
    Durability durability,
    @Nullable Path sidecar,
    @Nullable OutputCheck check,
    @Nullable StatementFile statement) {

  /**
   * A file with a statement about an output.
   *
   * @param file the file, which appears together with the output
   * @param statement makes the content of the file
   */
  public record StatementFile(Path file, OutputStatement statement) {}

  /** Replaces no file, leaves the time of writing to disk to the system, and checks nothing. */
  public static final WriteOptions STANDARD =
      new WriteOptions(IfExists.REFUSE, Durability.WRITTEN, null, null, null);

  /** These options with another {@link #ifExists}. */
  public WriteOptions withIfExists(IfExists value) {
    return new WriteOptions(value, durability, sidecar, check, statement);
  }

  /** These options with another {@link #durability}. */
  public WriteOptions withDurability(Durability value) {
    return new WriteOptions(ifExists, value, sidecar, check, statement);
  }

  /**
   * Also writes the values beside the tensors.
   *
   * @param value the JSON file, which appears together with the output
   */
  public WriteOptions withSidecar(Path value) {
    return new WriteOptions(ifExists, durability, value, check, statement);
  }

  /**
   * Checks the output, for example with a {@code verify.OutputVerifier}. If the check throws,
   * {@link Conversion#write} throws the same exception, and nothing is left of the output.
   */
  public WriteOptions withCheck(OutputCheck value) {
    return new WriteOptions(ifExists, durability, sidecar, value, statement);
  }

  /**
   * Writes a statement beside the output. Its digests are computed while the output is copied.
   *
   * @param file the file, which appears together with the output
   * @param maker makes the content of the file
   */
  public WriteOptions withStatement(Path file, OutputStatement maker) {
    return new WriteOptions(ifExists, durability, sidecar, check, new StatementFile(file, maker));
  }
}
