package dev.pt2st.checkpoint;

import dev.pt2st.CheckpointException;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.ResourceName;
import dev.pt2st.UnsupportedException;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.Containers;
import dev.pt2st.archive.OpenSource;
import dev.pt2st.archive.WrappedFiles;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the checkpoint of an archive: the only file that holds tensors, else the only such file
 * that is not the state of an optimizer, else the policy of Stable-Baselines3. A damaged file might
 * hold tensors too, so its presence leaves the choice to the user. Files of unsupported kinds do
 * not count.
 */
final class MemberChooser {
  private static final int MOST_NAMES = 20;
  private static final byte PROTO = (byte) 0x80;

  /** {@code save_to_zip_file} of stable_baselines3/common/save_util.py: one FILE.pth for each. */
  private static final String POLICY = "policy.pth";

  /**
   * Files beside it with single tensors, such as the temperature of SAC; the second name is older.
   */
  private static final Set<String> VARIABLES = Set.of("pytorch_variables.pth", "tensors.pth");

  private final CheckpointReader reader;
  private final OpenSource source;
  private final Limits limits;
  private final List<String> holders = new ArrayList<>();

  /** The files with tensors that are not the state of an optimizer. */
  private final List<String> models = new ArrayList<>();

  private String largest = "";
  private long largestSize = -1;
  private @Nullable ResourceName safetensors;
  private @Nullable Checkpoint first;
  private @Nullable Checkpoint model;
  private @Nullable Checkpoint policy;
  private String chosen = "";
  private @Nullable CheckpointException failure;
  private long failures;

  MemberChooser(CheckpointReader reader, OpenSource source, Limits limits) {
    this.reader = reader;
    this.source = source;
    this.limits = limits;
  }

  /**
   * Reads every file that begins like a checkpoint.
   *
   * @param kept receives the mapped files of the chosen checkpoint
   */
  Checkpoint choose(List<MappedFile> kept) throws CheckpointException, IOException {
    try (WrappedFiles files = source.candidates()) {
      while (hasNext(files)) {
        Checkpoint found = read(files.file());
        if (found != null && found.tensors() > 0) {
          note(found, files, kept);
        }
      }
      safetensors = safetensors == null ? files.safetensors() : safetensors;
    }
    if (holders.isEmpty()) {
      throw none();
    }
    Checkpoint found = decided();
    if (found == null) {
      throw several();
    }
    if (failure != null) {
      throw new RefusedException(
          failure.place(),
          failure.problem() + "; it might hold tensors as \"" + chosen + "\" does",
          choice());
    }
    return found;
  }

  private @Nullable Checkpoint decided() {
    if (holders.size() == 1) {
      chosen = holders.getFirst();
      return first;
    }
    if (models.size() == 1) {
      chosen = models.getFirst();
      return model;
    }
    boolean isAgent =
        models.stream().allMatch(name -> name.equals(POLICY) || VARIABLES.contains(name));
    chosen = isAgent && policy != null ? POLICY : "";
    return isAgent ? policy : null;
  }

  /** The other files that hold tensors. */
  List<String> others() {
    return holders.stream().filter(name -> !name.equals(chosen)).toList();
  }

  private boolean hasNext(WrappedFiles files) throws CheckpointException, IOException {
    while (true) {
      try {
        return files.next();
      } catch (LimitException e) {
        throw e;
      } catch (CheckpointException e) {
        fail(e);
      }
    }
  }

  private @Nullable Checkpoint read(MappedFile file) throws CheckpointException {
    boolean sure = true;
    if (Containers.isSafetensors(file)) {
      safetensors = safetensors == null ? file.name() : safetensors;
      return null;
    }
    try {
      Container container = Containers.detect(file, limits);
      // Plain text may begin with the letter of an opcode and end with a full stop.
      sure = !(container instanceof Container.RawPickle) || file.i8(0) == PROTO;
      return reader.read(container);
    } catch (LimitException e) {
      throw e;
    } catch (UnsupportedException e) {
      return null;
    } catch (CheckpointException e) {
      if (sure) {
        fail(e);
      }
      return null;
    }
  }

  private void fail(CheckpointException e) {
    failures++;
    failure = failure == null ? e : failure;
  }

  private void note(Checkpoint found, WrappedFiles files, List<MappedFile> kept) {
    String name = memberOf(files.file().name());
    holders.add(name);
    if (files.file().size() > largestSize) {
      largest = name;
      largestSize = files.file().size();
    }
    boolean isModel = !isOptimizer(found.top());
    if (isModel) {
      models.add(name);
    }
    // Files that may still be chosen stay open after the walk.
    boolean isPolicy = isModel && name.equals(POLICY);
    boolean isFirst = holders.size() == 1;
    boolean isFirstModel = isModel && models.size() == 1;
    if (isFirst || isFirstModel || isPolicy) {
      kept.addAll(files.keep());
    }
    first = isFirst ? found : first;
    model = isFirstModel ? found : model;
    policy = isPolicy ? found : policy;
  }

  /** What {@code Optimizer.state_dict} of {@code torch/optim/optimizer.py} gives. */
  private static boolean isOptimizer(Value top) {
    return top instanceof DictValue dict
        && dict.get("state") != null
        && dict.get("param_groups") != null;
  }

  private String memberOf(ResourceName file) {
    return file.within(source.file().name());
  }

  private Place place() {
    return Place.of(source.file().name());
  }

  private Remedy choice() {
    return new Remedy.NameMember(source.file().name().inside(largest));
  }

  private RefusedException several() {
    return new RefusedException(
        place(),
        holders.size()
            + " files in it hold tensors: "
            + String.join(", ", holders.subList(0, Math.min(holders.size(), MOST_NAMES)))
            + (holders.size() > MOST_NAMES
                ? " and " + (holders.size() - MOST_NAMES) + " more"
                : ""),
        choice());
  }

  private CheckpointException none() {
    if (failure != null && failures == 1) {
      return failure;
    }
    if (failure != null) {
      return new RefusedException(
          failure.place(),
          failure.problem() + "; so are " + (failures - 1) + " more files in the archive",
          new Remedy.FetchAgain("get the archive again from its source"));
    }
    String none = "no file in it is a checkpoint with tensors";
    return safetensors == null
        ? new UnsupportedException(place(), none, new Remedy.Advice("nothing is written"))
        : new UnsupportedException(
            place(),
            none + ", and \"" + memberOf(safetensors) + "\" is a safetensors file already",
            new Remedy.AlreadyConverted(Remedy.Where.INSIDE, safetensors));
  }
}
