package dev.pt2st.torch;

import dev.pt2st.GlobalName;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The arguments and states of the data types of {@code torch.distributed} and of DeepSpeed that are
 * more than a dict of attributes.
 */
final class DistributedRules {
  /**
   * {@code getattr(class, "NAME")}: how Python 3.11.2 and similar versions pickle a member of an
   * enum.
   */
  static final String GETATTR = "builtins.getattr";

  private static final String SHARDED_TENSOR =
      "torch.distributed._shard.sharded_tensor.api.ShardedTensor";
  private static final String GROUP = "ProcessGroupState";

  private static final Set<String> MEMORY_FORMATS =
      Set.of(
          "torch.distributed.checkpoint.metadata._MEM_FORMAT_ENCODING",
          "torch.distributed._shard.sharded_tensor.metadata.MEM_FORMAT_ENCODING");

  private static final Set<String> MEMORY_FORMAT_NAMES =
      Set.of("TORCH_CONTIGUOUS_FORMAT", "TORCH_CHANNELS_LAST", "TORCH_PRESERVE_FORMAT");

  private static final String ZERO_STAGE = "deepspeed.runtime.zero.config.ZeroStageEnum";

  private static final Set<String> ZERO_STAGES =
      Set.of("disabled", "optimizer_states", "gradients", "weights", "max_stage");

  private static final Pattern ARGUMENTS = Pattern.compile("\\(([\\w.]+), '(\\w+)'\\)");

  private static final int LARGEST_MEMORY_FORMAT = 2;
  private static final int LARGEST_STAGE = 3;

  private DistributedRules() {}

  static void addTo(Map<String, RecordRules> rules) {
    Predicate<Value> none = Value.None.class::isInstance;
    for (String name : MEMORY_FORMATS) {
      rules.put(name, new RecordRules(args -> isNumber(args, LARGEST_MEMORY_FORMAT), none));
    }
    rules.put(ZERO_STAGE, new RecordRules(args -> isNumber(args, LARGEST_STAGE), none));
    for (String module :
        List.of(
            "torch.distributed.checkpoint.metadata",
            "torch.distributed._shard.sharded_tensor.metadata")) {
      rules.put(
          module + ".TensorProperties",
          new RecordRules(List::isEmpty, DistributedRules::areProperties));
    }
    for (String module :
        List.of(
            "torch.distributed.tensor._dtensor_spec",
            "torch.distributed._tensor.placement_types")) {
      rules.put(module + ".TensorMeta", new RecordRules(args -> args.size() == 3, none));
    }
    rules.put(
        "torch.distributed.tensor._dtensor_spec.ShardOrderEntry",
        new RecordRules(args -> args.size() == 2, none));
  }

  private static boolean isNumber(List<Value> arguments, int largest) {
    return arguments.size() == 1
        && arguments.getFirst() instanceof Value.Int(long number)
        && number >= 0
        && number <= largest;
  }

  /** {@code TensorProperties.__getstate__}: dtype, layout, requires_grad, an enum, pin_memory. */
  private static boolean areProperties(Value state) {
    return RecordRules.areAttributes(state)
        || (state instanceof TupleValue tuple && tuple.items().size() == 5);
  }

  /** Whether a call of {@code getattr} gets a member of a listed enum. */
  static boolean isMember(List<Value> arguments) {
    return arguments.size() == 2
        && arguments.get(0) instanceof GlobalValue type
        && arguments.get(1) instanceof Value.Text member
        && isMember(type.dottedName(), member.value());
  }

  /** The same for arguments as Python writes them. */
  static boolean isMember(String arguments) {
    Matcher matcher = ARGUMENTS.matcher(arguments);
    return matcher.matches() && isMember(matcher.group(1), matcher.group(2));
  }

  /** The same for a pair of names. */
  static boolean isMember(String type, String member) {
    return (MEMORY_FORMATS.contains(type) && MEMORY_FORMAT_NAMES.contains(member))
        || (type.equals(ZERO_STAGE) && ZERO_STAGES.contains(member))
        || isGroup(type, member);
  }

  private static boolean isGroup(String type, String member) {
    return type.equals(SHARDED_TENSOR) && member.equals(GROUP);
  }

  /** The nested class that such a call gets; null for a member of an enum. */
  static @Nullable GlobalName classOf(List<Value> arguments) {
    return arguments.get(0) instanceof GlobalValue type
            && arguments.get(1) instanceof Value.Text member
            && isGroup(type.dottedName(), member.value())
        ? new GlobalName(type.name().module(), type.name().name() + "." + member.value())
        : null;
  }
}
