package dev.pt2st.convert;

import dev.pt2st.Durability;
import dev.pt2st.IfExists;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the output of a conversion comes onto the disk; what it holds is the plan's. Immutable;
 * change one thing with the {@code with} methods.
 *
 * @param ifExists what happens to files that are there already, the sidecar among them
 * @param durability when the output counts as written, and gets its name
 * @param sidecar where everything but the tensors' bytes is written to as JSON; null for nowhere
 * @param check looks at what was written before it gets its name; null if nobody does
 * @param statement what is said of the output in a file beside it; null for nothing
 */
public record WriteOptions(
    IfExists ifExists,
    Durability durability,
    @Nullable Path sidecar,
    @Nullable OutputCheck check,
    @Nullable StatementFile statement) {

  /**
   * A file that says what an output was made from.
   *
   * @param file it appears together with the output
   * @param statement makes what stands in it
   */
  public record StatementFile(Path file, OutputStatement statement) {}

  /** Replaces nothing, leaves it to the system when to write, checks nothing. */
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
   * Writes the values beside the tensors too.
   *
   * @param value the JSON file; it appears together with the output
   */
  public WriteOptions withSidecar(Path value) {
    return new WriteOptions(ifExists, durability, value, check, statement);
  }

  /**
   * Has the output looked at, such as by a {@code verify.OutputVerifier}. What the check throws
   * comes out of {@link Conversion#write}, and nothing is left of the output then.
   */
  public WriteOptions withCheck(OutputCheck value) {
    return new WriteOptions(ifExists, durability, sidecar, value, statement);
  }

  /**
   * Has a statement written beside the output. Its digests are taken while the output is copied.
   *
   * @param file it appears together with the output
   * @param maker makes what stands in it
   */
  public WriteOptions withStatement(Path file, OutputStatement maker) {
    return new WriteOptions(ifExists, durability, sidecar, check, new StatementFile(file, maker));
  }
}
