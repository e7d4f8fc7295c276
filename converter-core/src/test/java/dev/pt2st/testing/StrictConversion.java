package dev.pt2st.testing;

import dev.pt2st.CheckpointException;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.RefusedException;
import dev.pt2st.UnsupportedException;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.OpenCheckpoint;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.planner.Planner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a strict conversion has against a file that must not be called safe then. It may refuse a
 * safe one only because something is to be chosen first, or because there is nothing to convert:
 *
 * <ul>
 *   <li>an archive holds several checkpoints, or none with a tensor;
 *   <li>the root holds no tensor, or tensors whose names cannot all stand in one safetensors file;
 *   <li>tensors are of a kind that safetensors cannot hold without an option.
 * </ul>
 */
public final class StrictConversion {
  /** What {@code MemberChooser} says where no member is the one to read. */
  private static final Pattern CHOICE_OF_A_MEMBER =
      Pattern.compile(
          "\\d+ files in it hold tensors: .*|no file in it is a checkpoint with tensors.*",
          Pattern.DOTALL);

  private static final Policy STRICT = Policy.STANDARD.strict();

  private StrictConversion() {}

  /**
   * Reads and plans a file as {@code convert --strict} does.
   *
   * @return what it has against the file itself; null where it accepts it or only wants a choice
   */
  public static @Nullable CheckpointException objection(Path file, Limits limits)
      throws IOException {
    try (OpenCheckpoint open =
        OpenCheckpoint.open(file, ReadOptions.STANDARD.withLimits(limits).withPolicy(STRICT))) {
      return open.guarded(() -> inPlan(open.read(), limits));
    } catch (CheckpointException e) {
      // Nothing has been chosen yet but a member, so that every other word is about the bytes.
      return CHOICE_OF_A_MEMBER.matcher(e.problem()).matches() ? null : e;
    }
  }

  private static @Nullable CheckpointException inPlan(Checkpoint checkpoint, Limits limits) {
    try {
      Planner.plan(
          checkpoint,
          ConvertOptions.STANDARD.withRead(
              ReadOptions.STANDARD.withLimits(limits).withPolicy(STRICT)));
      return null;
    } catch (CheckpointException e) {
      return switch (e) {
        case MalformedException malformed -> malformed;
        case LimitException limit -> limit;
        case RefusedException refused -> refused.globals().isEmpty() ? null : refused;
        case UnsupportedException unsupported -> null;
      };
    }
  }
}
