package dev.pt2st.migrate.names;

import dev.pt2st.safetensors.ShardNames;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names the safetensors file of a checkpoint like Hugging Face: {@code WEIGHTS_NAME}, {@code
 * SAFE_WEIGHTS_NAME} and so on of {@code transformers/utils/__init__.py} and {@code
 * diffusers/utils/constants.py}. Pure functions of names.
 */
public final class TargetNames {
  /** The name of a model in {@code transformers}, and the name of the same model in safetensors. */
  private static final String PYTORCH_MODEL = "pytorch_model";

  private static final String MODEL = "model";

  /** Usual extensions of checkpoints, and of archives around them. */
  private static final List<String> EXTENSIONS =
      List.of(
          ".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".pt2", ".ptl", ".jit", ".th", ".t7",
          ".npz", ".npy", ".tar", ".tgz", ".txz", ".zip", ".7z");

  private static final List<String> COMPRESSIONS = List.of(".gz", ".xz", ".zst", ".bz2");

  /** {@code pytorch_model.bin.index.json}, and with a variant {@code ….bin.index.fp16.json}. */
  private static final Pattern INDEX =
      Pattern.compile("(.+)\\.(?:bin|pt|pth|ckpt)\\.index((?:\\.[^.]+)?)\\.json", Pattern.DOTALL);

  private static final Pattern SHARD_NUMBER = Pattern.compile("-\\d{5,}-of-\\d{5,}");

  private TargetNames() {}

  /**
   * The name of the safetensors file of a checkpoint. A known extension is replaced, any other
   * stays in the name.
   */
  public static String of(String source) {
    String stem = source;
    boolean wrapped = false;
    for (String extension = last(stem, COMPRESSIONS, EXTENSIONS);
        extension != null;
        extension = last(stem, COMPRESSIONS, wrapped ? EXTENSIONS : List.of())) {
      stem = stem.substring(0, stem.length() - extension.length());
      // There may be another extension before that of a compression or archive, as in x.pt.gz.
      wrapped = COMPRESSIONS.contains(extension.toLowerCase(Locale.ROOT)) || isArchive(extension);
      if (!wrapped) {
        break;
      }
    }
    return withoutPyTorch(stem) + ShardNames.EXTENSION;
  }

  /**
   * The same of a path with slashes, whose folders stay. A safetensors file keeps its name.
   *
   * @param source a path below what was named
   */
  public static String ofPath(String source) {
    int name = source.lastIndexOf('/') + 1;
    return source.endsWith(ShardNames.EXTENSION)
        ? source
        : source.substring(0, name) + of(source.substring(name));
  }

  private static boolean isArchive(String extension) {
    return List.of(".tar", ".tgz", ".txz", ".zip", ".7z")
        .contains(extension.toLowerCase(Locale.ROOT));
  }

  /**
   * The extension as the name spells it; null if there is none of them, or nothing would be left.
   */
  @SafeVarargs
  private static @org.jspecify.annotations.Nullable String last(
      String name, List<String>... lists) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (List<String> list : lists) {
      for (String extension : list) {
        if (lower.endsWith(extension) && lower.length() > extension.length()) {
          return name.substring(name.length() - extension.length());
        }
      }
    }
    return null;
  }

  private static String withoutPyTorch(String stem) {
    boolean whole = stem.length() == PYTORCH_MODEL.length();
    return stem.startsWith(PYTORCH_MODEL)
            && (whole || ".-".indexOf(stem.charAt(PYTORCH_MODEL.length())) >= 0)
        ? MODEL + stem.substring(PYTORCH_MODEL.length())
        : stem;
  }

  /**
   * The name of the index of the safetensors shards; empty if the name is not that of an index of
   * PyTorch shards.
   */
  public static Optional<String> ofIndex(String source) {
    Matcher matcher = INDEX.matcher(source);
    return matcher.matches()
        ? Optional.of(
            withoutPyTorch(matcher.group(1))
                + ShardNames.EXTENSION
                + ".index"
                + matcher.group(2)
                + ".json")
        : Optional.empty();
  }

  /**
   * The part before the extension in the name of an index; empty if it is not the name of an index.
   */
  public static Optional<String> stemOfIndex(String index) {
    Matcher matcher = INDEX.matcher(index);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Whether a file has the name of a shard of an index's model. */
  public static boolean isShardOf(String file, String index) {
    Matcher matcher = INDEX.matcher(index);
    if (!matcher.matches() || !file.startsWith(matcher.group(1))) {
      return false;
    }
    return SHARD_NUMBER.matcher(file.substring(matcher.group(1).length())).find();
  }
}
