package dev.pt2st.convert.planner;

import dev.pt2st.GlobalStanding;
import dev.pt2st.convert.names.KeyPath;
import dev.pt2st.convert.names.NamingNode;
import dev.pt2st.convert.names.Root;
import dev.pt2st.convert.names.TensorHolders;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.pickle.ValueDescription;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Finds the hooks that {@code Module.state_dict} of torch/nn/modules/module.py would call. They may
 * change its result, and they are not run here.
 */
final class StateDictHooks {
  private static final List<String> ATTRIBUTES =
      List.of("_state_dict_hooks", "_state_dict_pre_hooks");

  /** A container that is still to be visited. */
  private record Step(Value value, KeyPath path) {}

  private final List<Plan.Hook> found = new ArrayList<>();
  private long foreignModules;

  private StateDictHooks() {}

  /** The hooks, in the order of the modules. */
  List<Plan.Hook> found() {
    return found;
  }

  /** How many modules have a class that is not on the allowlist. */
  long foreignModules() {
    return foreignModules;
  }

  /**
   * Finds the hooks of all modules in a root.
   *
   * @param holders the values that hold a tensor; outside of modules only these are visited
   */
  static StateDictHooks in(Root root, TensorHolders holders) {
    StateDictHooks hooks = new StateDictHooks();
    Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    ArrayDeque<Step> open = new ArrayDeque<>(List.of(new Step(root.value(), KeyPath.TOP)));
    seen.addAll(root.without());
    while (!open.isEmpty()) {
      Step step = open.removeLast();
      NamingNode node = NamingNode.of(step.value);
      boolean isModule = node instanceof NamingNode.Module;
      if (isModule && step.value instanceof ObjectValue module) {
        hooks.add(module, step.path.name());
      }
      List<NamingNode.Child> children = node.named();
      for (NamingNode.Child child : children.reversed()) {
        Value value = child.value();
        if ((isModule || holders.holds(value))
            && !TensorHolders.isTensor(value)
            && seen.add(value)) {
          open.add(new Step(value, step.path.child(NamingNode.keyLabel(child.key()))));
        }
      }
    }
    return hooks;
  }

  private void add(ObjectValue module, String name) {
    if (module.type() instanceof GlobalValue type && type.standing() != GlobalStanding.LISTED) {
      foreignModules++;
    }
    for (String attribute : ATTRIBUTES) {
      if (module.attributes().get(attribute) instanceof DictValue hooks) {
        for (int i = 0; i < hooks.size(); i++) {
          Value hook = hooks.value(i);
          String what =
              hook instanceof GlobalValue global ? global.dottedName() : ValueDescription.of(hook);
          found.add(new Plan.Hook(name, what));
        }
      }
    }
  }
}
