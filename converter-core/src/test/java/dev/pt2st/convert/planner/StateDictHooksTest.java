package dev.pt2st.convert.planner;

import static dev.pt2st.testing.Py.dict;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hooks that {@code state_dict()} would call are named, each with its module. */
class StateDictHooksTest {
  @TempDir Path temporary;

  private final Torch torch = new Torch();

  private Object module(Map<Object, @Nullable Object> more, Object modules) {
    Map<Object, @Nullable Object> state =
        dict("_parameters", dict("w", torch.tensor(1)), "_buffers", dict(), "_modules", modules);
    state.putAll(more);
    return Py.object("zoo.Net", state);
  }

  private List<Plan.Hook> hooks(Object top) throws Exception {
    return TestConversion.of(temporary, torch.zip(top))
        .with(
            ConvertOptions.STANDARD.withRead(
                ReadOptions.STANDARD.withPolicy(Policy.STANDARD.allowAll())))
        .plan()
        .hooks();
  }

  @Test
  void bothKindsAreFoundInModulesAtAnyDepth() throws Exception {
    Object inner =
        module(
            dict(
                "_state_dict_hooks",
                Py.orderedDict(0, Py.global("zoo.after")),
                "_state_dict_pre_hooks",
                Py.orderedDict(1, Py.object("zoo.Hook", dict("n", 1)))),
            dict());
    Object middle = module(dict(), dict("inner", inner));
    assertThat(hooks(dict("model", module(dict(), dict("0", middle)), "epoch", 1)))
        .containsExactly(
            new Plan.Hook("0.inner", "zoo.after"),
            new Plan.Hook("0.inner", "an object of zoo.Hook"));
  }

  @Test
  void aModuleWithoutTensorsHasHooksToo() throws Exception {
    Map<Object, @Nullable Object> hooks = dict("_state_dict_hooks", dict(0, Py.global("zoo.adds")));
    hooks.put("_parameters", dict());
    assertThat(hooks(module(dict(), dict("relu", module(hooks, dict())))))
        .containsExactly(new Plan.Hook("relu", "zoo.adds"));
  }

  @Test
  void aSharedModuleIsNamedOnce() throws Exception {
    Object shared = module(dict("_state_dict_hooks", dict(0, Py.global("zoo.after"))), dict());
    assertThat(hooks(module(dict(), dict("a", shared, "b", shared)))).hasSize(1);
  }

  @Test
  void otherHooksAndOtherPartsDoNotCount() throws Exception {
    Object hooked = module(dict("_state_dict_hooks", dict(0, Py.global("zoo.after"))), dict());
    Object plain =
        module(
            dict("_forward_hooks", dict(0, Py.global("zoo.print")), "_state_dict_hooks", dict()),
            dict());
    assertThat(hooks(dict("state_dict", plain, "ema", hooked))).isEmpty();
  }
}
