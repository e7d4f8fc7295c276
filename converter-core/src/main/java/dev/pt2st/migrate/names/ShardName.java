package dev.pt2st.migrate.names;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a shard, as {@code split_torch_state_dict_into_shards} of {@code huggingface_hub}
 * makes it: {@code pytorch_model-00001-of-00003.bin}. It determines the names of all other shards.
 *
 * @param stem the part before the number
 * @param number from 1
 * @param count how many shards there are
 * @param end the part after the count
 */
public record ShardName(String stem, int number, int count, String end) {
  /** Always five digits, so that a name cannot ask for millions of files. */
  private static final Pattern NAME =
      Pattern.compile(
          "(.+)-(\\d{5})-of-(\\d{5})((?:\\.[^.]+)?\\.(?:bin|pt|pth|ckpt))", Pattern.DOTALL);

  /**
   * {@code pytorch_model.fp16-00001-of-00002.bin}: the variant moves to the end of the index's
   * name.
   */
  private static final Pattern STEM_WITH_VARIANT =
      Pattern.compile("(pytorch_model|model|diffusion_pytorch_model|adapter_model)(\\.[^.]+)");

  /** The parts of a name; empty if it is not that of a shard. */
  public static Optional<ShardName> of(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int number = Integer.parseInt(matcher.group(2));
    int count = Integer.parseInt(matcher.group(3));
    return number >= 1 && number <= count
        ? Optional.of(new ShardName(matcher.group(1), number, count, matcher.group(4)))
        : Optional.empty();
  }

  /** The first shard of the same model. */
  public ShardName first() {
    return new ShardName(stem, 1, count, end);
  }

  /** The names of all shards of the model. */
  public Set<String> all() {
    Set<String> names = new TreeSet<>();
    for (int i = 1; i <= count; i++) {
      names.add(stem + String.format("-%05d-of-%05d", i, count) + end);
    }
    return names;
  }

  /** The name of the model's index, if it had one. */
  public String index() {
    int dot = end.lastIndexOf('.');
    String variant = end.substring(0, dot);
    String model = stem;
    Matcher matcher = STEM_WITH_VARIANT.matcher(stem);
    if (variant.isEmpty() && matcher.matches()) {
      model = matcher.group(1);
      variant = matcher.group(2);
    }
    return model + end.substring(dot) + ".index" + variant + ".json";
  }
}
