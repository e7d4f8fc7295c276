package dev.pt2st.convert;

import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.list;
import static dev.pt2st.testing.Py.object;
import static dev.pt2st.testing.Py.orderedDict;
import static dev.pt2st.testing.Py.set;
import static dev.pt2st.testing.Py.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.UnsupportedException;
import dev.pt2st.convert.names.RootFinder;
import dev.pt2st.convert.plan.LeftOut;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.plan.RootRule;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which part of a checkpoint is converted, and that the rest is said. */
class RootRulesTest {
  private final Torch torch = new Torch();

  @TempDir Path temporary;

  private TestConversion convert(Object top) {
    return TestConversion.of(temporary, torch.zip(top));
  }

  @Test
  void aModuleGivesWhatItsStateDictHolds() throws Exception {
    Object inner =
        Torch.module(
            "torch.nn.modules.linear.Linear",
            orderedDict("weight", torch.tensor(1), "bias", null),
            dict(),
            dict(),
            set());
    Object module =
        Torch.module(
            "torch.nn.modules.container.Sequential",
            dict("own", torch.tensor(2)),
            orderedDict("mean", torch.tensor(3), "cache", torch.tensor(4), "none", null),
            orderedDict("0", inner, "empty", null),
            set("cache"));
    TestConversion conversion = convert(module);
    assertThat(conversion.names()).containsExactly("0.weight", "mean", "own");
    assertThat(conversion.plan().leftOut()).containsExactly(new LeftOut("cache", 1, 4));
  }

  @Test
  void aModuleTakesNothingOfItsOtherAttributes() throws Exception {
    Object module =
        object(
            "torch.nn.modules.linear.Linear",
            dict(
                "_parameters",
                dict("weight", torch.tensor(1)),
                "_modules",
                dict(),
                "scale",
                torch.tensor(2)));
    assertThat(convert(dict("model", module)).names()).containsExactly("weight");
  }

  @Test
  void aMappingWithATensorOfItsOwnIsTheRoot() throws Exception {
    TestConversion conversion =
        convert(dict("state_dict", dict("w", torch.tensor(1)), "t", torch.tensor(2)));
    assertThat(conversion.names()).containsExactly("state_dict.w", "t");
    assertThat(conversion.plan().root()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "state_dict",
        "model_state_dict",
        "model_state",
        "model",
        "module",
        "params_ema",
        "params",
        "net",
        "network",
        "ema",
        "weights",
        "generator"
      })
  void theKeysUnderWhichModelsAreKept(String key) throws Exception {
    Plan plan =
        convert(
                dict(
                    "other",
                    dict("m", torch.tensor(1, 2)),
                    key,
                    dict("w", torch.tensor(3)),
                    "epoch",
                    7))
            .plan();
    assertThat(plan.root()).isEqualTo(key);
    assertThat(plan.tensors()).extracting(tensor -> tensor.info().name()).containsExactly("w");
    assertThat(plan.leftOut())
        .containsExactly(new LeftOut("other", 1, 8), new LeftOut("epoch", 0, 0));
  }

  @Test
  void theKeysAreTriedInTheirOrderAndNotInThatOfTheFile() throws Exception {
    Object top = dict();
    for (int i = RootFinder.ROOT_KEYS.size() - 1; i >= 0; i--) {
      put(top, RootFinder.ROOT_KEYS.get(i), dict("w", torch.tensor(i)));
    }
    assertThat(convert(top).plan().root()).isEqualTo("state_dict");
    assertThat(RootFinder.ROOT_KEYS)
        .containsExactly(
            "state_dict",
            "model_state_dict",
            "model_state",
            "model",
            "module",
            "params_ema",
            "params",
            "net",
            "network",
            "ema",
            "weights",
            "generator");
  }

  @SuppressWarnings("unchecked") // the maps are made a few lines above
  private static void put(Object dict, Object key, Object value) {
    ((Map<Object, Object>) dict).put(key, value);
  }

  @Test
  void aKeyWithoutATensorBelowItIsNoRoot() throws Exception {
    assertThat(
            convert(
                    dict(
                        "state_dict",
                        dict("a", 1),
                        "model",
                        list(torch.tensor(1)),
                        "net",
                        dict("deep", list(dict("w", torch.tensor(2))))))
                .plan()
                .root())
        .isEqualTo("net");
  }

  @Test
  void theRulesAreTriedAgainBelow() throws Exception {
    Plan plan =
        convert(
                dict(
                    "model",
                    dict("state_dict", dict("w", torch.tensor(1)), "meta", 1),
                    "optimizer",
                    dict("state", dict(0, dict("exp_avg", torch.tensor(1, 2, 3))))))
            .plan();
    assertThat(plan.root()).isEqualTo("model.state_dict");
    assertThat(plan.leftOut())
        .containsExactlyInAnyOrder(
            new LeftOut("optimizer", 1, 12), new LeftOut("model.meta", 0, 0));
  }

  @Test
  void otherwiseTheTopIsTheRoot() throws Exception {
    TestConversion conversion =
        convert(dict("encoder", dict("w", torch.tensor(1)), "head", dict("0", torch.tensor(2))));
    assertThat(conversion.names()).containsExactly("encoder.w", "head.0");
    assertThat(conversion.plan().rootRule()).isEqualTo(RootRule.SEVERAL_PARTS);
  }

  private Object optimizer() {
    return dict(
        "state", dict(0, dict("exp_avg", torch.tensor(7, 8))), "param_groups", list(dict("lr", 1)));
  }

  @Test
  void aTensorBesideAModelWithMoreTensorsDoesNotMakeTheWholeFileTheModel() throws Exception {
    Plan plan =
        convert(
                dict(
                    "epoch",
                    5,
                    "loss",
                    torch.tensor(1),
                    "model_state_dict",
                    dict("a", torch.tensor(2), "b", dict("c", torch.tensor(3)))))
            .plan();
    assertThat(plan.root()).isEqualTo("model_state_dict");
    assertThat(plan.rootRule()).isEqualTo(RootRule.KNOWN_KEY);
    assertThat(plan.leftOut())
        .containsExactlyInAnyOrder(new LeftOut("epoch", 0, 0), new LeftOut("loss", 1, 4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"network_weights", "weight", "best_state", "MODEL_STATE", "state"})
  void theOnlyStateDictBesideSettingsIsTheRoot(String key) throws Exception {
    TestConversion conversion =
        convert(
            dict(
                "epoch",
                7,
                key,
                dict("w", torch.tensor(3)),
                "optimizers",
                list(optimizer(), optimizer()),
                "history",
                list(torch.tensor(1))));
    assertThat(conversion.names()).containsExactly("w");
    Plan plan = conversion.plan();
    assertThat(plan.root()).isEqualTo(key);
    assertThat(plan.rootRule()).isEqualTo(RootRule.ONLY_PART);
    assertThat(plan.leftOut())
        .containsExactly(
            new LeftOut("epoch", 0, 0),
            new LeftOut("optimizers", 2, 16),
            new LeftOut("history", 1, 4));
  }

  @Test
  void theOnlyPartMayBeAModuleOrHaveTheModelBelow() throws Exception {
    Object module =
        Torch.module(
            "torch.nn.modules.linear.Linear",
            dict("weight", torch.tensor(1)),
            dict(),
            dict(),
            set());
    assertThat(convert(dict("epoch", 1, "net_G", module)).plan().root()).isEqualTo("net_G");
    Plan deep =
        convert(
                dict(
                    "epoch",
                    1,
                    "best",
                    dict("model", dict("w", torch.tensor(1)), "opt", optimizer())))
            .plan();
    assertThat(deep.root()).isEqualTo("best.model");
    assertThat(deep.rootRule()).isEqualTo(RootRule.KNOWN_KEY);
  }

  @Test
  void aPartThatIsNoStateDictOrStandsAloneIsNotTheRoot() throws Exception {
    assertThat(convert(dict("epoch", 1, "nets", dict("G", dict("w", torch.tensor(1))))).names())
        .containsExactly("nets.G.w");
    assertThat(convert(dict("layer", dict("w", torch.tensor(1)))).names())
        .containsExactly("layer.w");
  }

  @Test
  void trainingStateIsNoPartOfAnAutomaticRoot() throws Exception {
    TestConversion networks =
        convert(
            dict(
                "netG",
                dict("w", torch.tensor(1)),
                "netD",
                dict("w", torch.tensor(2)),
                "optimizerG",
                optimizer(),
                "optimizers",
                dict("D", optimizer(), "lr", 3)));
    assertThat(networks.names()).containsExactly("netD.w", "netG.w");
    assertThat(networks.plan().leftOut())
        .containsExactly(new LeftOut("optimizerG", 1, 8), new LeftOut("optimizers", 1, 8));
    assertThat(networks.root("all").names()).hasSize(4);

    TestConversion direct =
        convert(dict("w", torch.tensor(1), "b", torch.tensor(2), "optimizer", optimizer()));
    assertThat(direct.names()).containsExactly("b", "w");
    assertThat(direct.plan().rootRule()).isEqualTo(RootRule.TENSORS);
    assertThat(direct.plan().leftOut()).containsExactly(new LeftOut("optimizer", 1, 8));

    assertThat(convert(tuple(dict("w", torch.tensor(1)), optimizer())).names())
        .containsExactly("0.w");
  }

  @Test
  void whereNothingElseHoldsTensorsTrainingStateIsTheRoot() throws Exception {
    TestConversion alone = convert(optimizer());
    assertThat(alone.names()).containsExactly("state.0.exp_avg");
    assertThat(alone.plan().rootRule()).isEqualTo(RootRule.TRAINING_STATE);
    assertThat(convert(dict("epoch", 1, "optimizer", optimizer())).names())
        .containsExactly("optimizer.state.0.exp_avg");
    // Its state has tensors directly, as no optimizer of several parameters has.
    assertThat(
            convert(dict("state", dict("step", torch.tensor(1)), "param_groups", list())).names())
        .containsExactly("state.step");
  }

  @Test
  void aKnownKeyOfTrainingStateIsNoModel() throws Exception {
    assertThat(
            convert(dict("model", optimizer(), "net_x", dict("w", torch.tensor(1)), "n", 1))
                .plan()
                .root())
        .isEqualTo("net_x");
  }

  @Test
  void anObjectCountsAsTheMappingOfItsState() throws Exception {
    Plan plan =
        convert(
                object(
                    "argparse.Namespace",
                    dict("model", dict("w", torch.tensor(1)), "optimizer", optimizer())))
            .plan();
    assertThat(plan.root()).isEqualTo("model");
  }

  @Test
  void allTakesTheTopAsItIs() throws Exception {
    assertThat(
            convert(dict("model", dict("w", torch.tensor(1)), "ema", dict("w", torch.tensor(2))))
                .root("all")
                .names())
        .containsExactly("ema.w", "model.w");
  }

  @ParameterizedTest
  @CsvSource({
    "a, x",
    "a.b, w",
    "a.b.w, tensor",
    "list.1, w",
    "dotted.key, w",
    "dotted.key.w, tensor",
    "5, w",
    "obj, w"
  })
  void aPathLeadsToAnyPart(String root, String name) throws Exception {
    Object top =
        dict(
            "a",
            dict("x", torch.tensor(1)),
            "a.b",
            dict("w", torch.tensor(2)),
            "list",
            list(dict("v", torch.tensor(3)), dict("w", torch.tensor(4))),
            "dotted.key",
            dict("w", torch.tensor(5)),
            5,
            dict("w", torch.tensor(6)),
            "obj",
            object("argparse.Namespace", dict("w", torch.tensor(7))));
    assertThat(convert(top).root(root).names()).containsExactly(name);
  }

  @Test
  void aPathThatLeadsNowhereNamesWhatThereIs() {
    convert(dict("a", dict("w", torch.tensor(1)), "b", 1))
        .root("a.v")
        .rejected(UnsupportedException.class)
        .hasMessageContaining("nothing at the root \"a.v\"; at the top there are: a, b");
  }

  @Test
  void twoRootsAreConvertedOneAtATime() throws Exception {
    Object top =
        dict("generator", dict("w", torch.tensor(1)), "discriminator", dict("w", torch.tensor(2)));
    assertThat(convert(top).plan().root()).isEqualTo("generator");
    assertThat(convert(top).plan().leftOut()).containsExactly(new LeftOut("discriminator", 1, 4));
    assertThat(convert(top).root("discriminator").tensors())
        .containsExactly(Map.entry("w", "F32[1] 00000040"));
  }

  @Test
  void aRootWithoutATensorIsNamed() {
    convert(dict("a", 1, "b", list("text", tuple(2))))
        .rejected(UnsupportedException.class)
        .hasMessageContaining("there is no tensor");
    convert(dict("a", dict(), "w", torch.tensor(1)))
        .root("a")
        .rejected(UnsupportedException.class)
        .hasMessageContaining("no tensor at the root \"a\"");
  }

  @Test
  void whatHasNoNameInTheRootIsSaid() throws Exception {
    Object top =
        dict("w", torch.tensor(1), "box", dict("t", torch.tensor(2), "s", set(torch.tensor(3))));
    assertThat(convert(top).plan().leftOut())
        .containsExactly(new LeftOut("box (what has no name)", 1, 4));
  }

  @Test
  void aModelOfNothingButPlaceholdersIsRefused() throws Exception {
    Object placeholder = Torch.view(torch.bytes(), 0, tuple(0), tuple(1));
    convert(dict("module", dict("a", placeholder, "b", placeholder), "zero_stage", 3))
        .rejected(UnsupportedException.class)
        .hasMessageContaining("all its 2 tensors are empty: placeholders")
        .hasMessageContaining("zero_to_fp32.py");
    Object noRows = Torch.view(torch.bytes(), 0, tuple(0, 3), tuple(3, 1));
    assertThat(convert(dict("a", placeholder, "b", noRows)).names()).containsExactly("a", "b");
  }
}
