package dev.pt2st.convert;

import static dev.pt2st.testing.Py.call;
import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.global;
import static dev.pt2st.testing.Py.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pt2st.GlobalUse;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.RefusedException;
import dev.pt2st.RefusedGlobal;
import dev.pt2st.Remedy;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.testing.Corpus;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A global is on the list, or accepted by the user, or harmless and said, or refused. */
class GlobalRulesTest {
  private static final String RANK_FILE = "shardedtensor_ranks/pytorch_model_fsdp_0_rank0.bin";

  private final Torch torch = new Torch();

  @TempDir Path temporary;

  private TestConversion convert(Object top, Policy policy) {
    return TestConversion.of(temporary, torch.zip(top))
        .with(ConvertOptions.STANDARD.withRead(ReadOptions.STANDARD.withPolicy(policy)));
  }

  private Object checkpoint(Object extra) {
    return dict("state_dict", dict("w", torch.tensor(1)), "extra", extra);
  }

  static Stream<Object> harmless() {
    return Stream.of(
        global("trainer.Config"),
        Py.instance("trainer.Config"),
        object("trainer.Config", dict("lr", 0.1)),
        call(
            "copyreg._reconstructor",
            global("trainer.Config"),
            global("builtins.object"),
            new Py.Raw("N")),
        call("copyreg.__newobj__", global("trainer.Config"), 1),
        // NEWOBJ_EX.
        new Py.Raw("ctrainer\nConfig\n)}\u0092"),
        // A dict of the user's own, as Lightning keeps hyper-parameters.
        new Py.WithItems(Py.instance("trainer.Config"), dict("lr", 0.1)),
        new Py.Built(Py.instance("trainer.Config", 1), Py.tuple(null, dict("slot", 2))));
  }

  @ParameterizedTest
  @MethodSource("harmless")
  void anUnlistedGlobalOutsideOfTheRootIsSaidIfItIsOnlyNamedOrInstantiated(Object extra)
      throws Exception {
    Plan plan = convert(checkpoint(extra), Policy.STANDARD).plan();
    assertThat(plan.tensors()).hasSize(1);
    assertThat(plan.inert()).extracting(RefusedGlobal::name).containsExactly("trainer.Config");
    assertThat(plan.inert().getFirst().use()).isIn(GlobalUse.NAMED, GlobalUse.INSTANTIATED);
    convert(checkpoint(extra), Policy.STANDARD.strict())
        .rejected(RefusedException.class)
        .hasMessageContaining("the global trainer.Config is not on the allowlist");
  }

  static Stream<Object> calls() {
    return Stream.of(
        call("trainer.make", "echo"),
        // INST and OBJ, without a name in Py.
        new Py.Raw("(itrainer\nmake\n"),
        new Py.Raw("(ctrainer\nmake\no"),
        new Py.Raw("ctrainer\nmake\n(X\1\0\0\0atR"),
        // The result is thrown away, or called again.
        new Py.Raw("ctrainer\nmake\n)R0N"),
        new Py.Call(call("trainer.make", 1), Py.list(2)),
        // An instance is called: that is its class's __call__.
        new Py.Call(Py.instance("trainer.Config"), Py.list(2)),
        new Py.Instance(new Py.Call(Py.instance("trainer.Config"), Py.list()), Py.list()),
        // The base's __new__ and __init__ are called with the state.
        call("copyreg._reconstructor", global("builtins.dict"), global("trainer.Base"), "x"),
        call(
            "torch._tensor._rebuild_from_type_v2",
            Py.instance("trainer.Config"),
            global("torch.Tensor"),
            Py.tuple(),
            null));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void anUnlistedGlobalThatIsCalledIsRefusedWhereverItStands(Object extra) {
    convert(checkpoint(extra), Policy.STANDARD)
        .rejected(RefusedException.class)
        .hasMessageContaining("not on the allowlist")
        .hasMessageContaining("nothing was run")
        .hasMessageContaining("if you trust it as data, accept it in the policy");
  }

  @ParameterizedTest
  @MethodSource("harmless")
  void anUnlistedGlobalThatIsOnlyNamedOrInstantiatedIsDataInTheRootToo(Object extra)
      throws Exception {
    Object top = dict("state_dict", dict("w", torch.tensor(1), "config", extra));
    Plan plan = convert(top, Policy.STANDARD).plan();
    assertThat(plan.inert()).extracting(RefusedGlobal::name).containsExactly("trainer.Config");
    assertThat(plan.tensors()).hasSize(1);
    convert(top, Policy.STANDARD.strict())
        .rejected(RefusedException.class)
        .hasMessageContaining("trainer.Config")
        .hasMessageContaining("accept it in the policy");
  }

  @Test
  void aWholeModelOfAnUnlistedClassIsDataAndItsModulesAreCounted() throws Exception {
    Object inner =
        Torch.module("zoo.Block", dict("weight", torch.tensor(1)), dict(), dict(), Py.set());
    Object module = Torch.module("zoo.Net", dict(), dict(), dict("b", inner), Py.set());
    Plan plan = convert(module, Policy.STANDARD).plan();
    assertThat(plan.tensors()).extracting(t -> t.info().name()).containsExactly("b.weight");
    assertThat(plan.foreignModules()).isEqualTo(2);
    convert(module, Policy.STANDARD.strict())
        .rejected(RefusedException.class)
        .hasMessageContaining("this is a whole pickled model of class zoo.Net, not a state_dict");
  }

  static Stream<Arguments> attacks() {
    return Stream.of(
        Arguments.of(call("os.system", "id"), "os.system('id')"),
        Arguments.of(new Py.Raw("(ios\nsystem\n"), "os.system()"),
        Arguments.of(new Py.Raw("(X\2\0\0\0idios\nsystem\n"), "os.system('id')"),
        Arguments.of(new Py.Raw("(cos\nsystem\no"), "os.system()"),
        Arguments.of(new Py.Raw("cnt\nsystem\n(X\1\0\0\0atR"), "nt.system('a')"),
        Arguments.of(new Py.Raw("cos\nsystem\n)R0N"), "os.system()"),
        Arguments.of(
            call("builtins.eval", "x".repeat(200)), "builtins.eval('" + "x".repeat(80) + "'...)"),
        Arguments.of(
            call("subprocess.Popen", Py.list("sh", "-c", 1, 2.5, true)),
            "subprocess.Popen(['sh', '-c', 1, 2.5, ...])"),
        Arguments.of(
            call("builtins.getattr", global("os.path"), "system"),
            "builtins.getattr(os.path, 'system')"));
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void whatWouldRunCodeIsSaidToBeAnAttackAndNeverProposedForAcceptance(Object extra, String shown) {
    convert(checkpoint(extra), Policy.STANDARD)
        .rejected(RefusedException.class)
        .hasMessageContaining("to load this file would run " + shown)
        .hasMessageContaining("this is an attack, not a model; do not load this file with anything")
        .hasMessageNotContaining("accept")
        .satisfies(
            e -> assertThat(((RefusedException) e).remedy()).isInstanceOf(Remedy.Attack.class));
  }

  @Test
  void aCallThatHonestFilesHaveTooIsSaidWithoutThatWord() {
    convert(checkpoint(call("functools.partial", global("zoo.f"))), Policy.STANDARD)
        .rejected(RefusedException.class)
        .hasMessageContaining(
            "to load this file would call functools.partial(zoo.f), which calls a function that"
                + " the file chooses")
        .hasMessageContaining("torch.save(model.state_dict(), ...)")
        .hasMessageNotContaining("attack")
        .hasMessageNotContaining("accept");
  }

  @Test
  void aNameThatIsKnownToRunCodeIsRefusedHoweverItIsUsed() throws Exception {
    convert(checkpoint(global("os.system")), Policy.STANDARD)
        .rejected(RefusedException.class)
        .hasMessageContaining("the file names os.system as a value, which reaches the operating")
        .hasMessageNotContaining("accept");
    convert(checkpoint(Py.instance("subprocess.Popen")), Policy.STANDARD)
        .rejected(RefusedException.class);
    assertThat(
            convert(checkpoint(global("os.system")), Policy.STANDARD.allow("os.*")).plan().inert())
        .extracting(RefusedGlobal::danger)
        .containsExactly("reaches the operating system: programs, files, the environment");
  }

  @Test
  void everyOneIsNamedWithItsPlaceAndUse() {
    Object top =
        dict(
            "w",
            torch.tensor(1),
            "a",
            call("my.make", "x"),
            "b",
            object("my.Config", dict()),
            "c",
            global("my.Other"));
    assertThatThrownBy(() -> convert(top, Policy.STANDARD.strict()).plan())
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.globals().getFirst().call()).isEqualTo("my.make('x')");
              assertThat(e.globals())
                  .extracting(RefusedGlobal::name, RefusedGlobal::use)
                  .containsExactly(
                      org.assertj.core.api.Assertions.tuple("my.make", GlobalUse.CALLED),
                      org.assertj.core.api.Assertions.tuple("my.Config", GlobalUse.INSTANTIATED),
                      org.assertj.core.api.Assertions.tuple("my.Other", GlobalUse.NAMED));
              assertThat(e.globals())
                  .allSatisfy(g -> assertThat(g.place().offset()).isPositive())
                  .allSatisfy(g -> assertThat(g.place().entry()).isEqualTo("archive/data.pkl"));
              assertThat(e.getMessage())
                  .contains("the globals my.make, my.Config, my.Other are not on the allowlist");
            });
  }

  @Test
  void aNameOfPython2IsKeptAsWritten() {
    assertThatThrownBy(() ->
            convert(checkpoint(new Py.Raw("c__builtin__\neval\n(tR")), Policy.STANDARD).plan())
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.globals().getFirst().name()).isEqualTo("builtins.eval");
              assertThat(e.globals().getFirst().written()).isEqualTo("__builtin__.eval");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"zoo.Net", "zoo.*", "*", "z?o.Net", "*Net"})
  void allowAcceptsANameOrAGlobAsAnInertRecord(String glob) throws Exception {
    Object top = dict("model", call("zoo.Net", torch.tensor(1)), "w", torch.tensor(2));
    Plan plan = convert(top, Policy.STANDARD.allow(glob)).plan();
    assertThat(plan.inert()).extracting(RefusedGlobal::name).containsExactly("zoo.Net");
    assertThat(plan.tensors())
        .extracting(tensor -> tensor.info().name())
        .containsExactly("model.0", "w");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"zoo", "zoo.", "zoo.Ne", "Zoo.Net", "zoo.Net2", "zoo.N.t", "zoo?Nets", ""})
  void aGlobIsComparedWithTheWholeName(String glob) {
    convert(checkpoint(call("zoo.Net")), Policy.STANDARD.allow(glob))
        .rejected(RefusedException.class);
  }

  @Test
  void inertAcceptsEverythingAndFindsTensorsInModules() throws Exception {
    Object module =
        Torch.module("zoo.Net", dict("weight", torch.tensor(1)), dict(), dict(), Py.set());
    assertThat(convert(module, Policy.STANDARD.allowAll()).names()).containsExactly("weight");
    assertThat(convert(checkpoint(call("os.system", "x")), Policy.STANDARD.allowAll()).names())
        .containsExactly("w");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "torch._utils._rebuild_tensor_v2.evil",
        "torch._utils._rebuild_tensor_v22",
        "torch.nn.modules.linear.LinearX",
        "torch.nn.modules.linear.linear",
        "torch.hub.load",
        "torch.load",
        "torch.jit._pickle.build_intlist",
        "numpy.core.multiarray.fromfile",
        "collections.namedtuple",
        "builtins.eval",
        "builtins.getattr",
      })
  void onlyWholeNamesAreOnTheList(String name) {
    convert(checkpoint(call(name, 1)), Policy.STANDARD)
        .rejected(RefusedException.class)
        .hasMessageContaining(name);
  }

  @Test
  void aFunctionOfTheListIsAValueAndNeverCalled() throws Exception {
    Object relu = global("torch.nn.functional.relu");
    assertThat(convert(dict("w", torch.tensor(1), "f", relu), Policy.STANDARD).names())
        .containsExactly("w");
    convert(checkpoint(call("torch.nn.functional.relu", 1)), Policy.STANDARD)
        .rejected(RefusedException.class)
        .hasMessageContaining("accepted only as a value");
  }

  /** By protocol 2 its state names a nested class by a call of {@code getattr}. */
  @Test
  void aShardedTensorIsToldAsThePartThatItIs(@TempDir Path folder) throws Exception {
    Path file = Corpus.shared("sharded").resolve(RANK_FILE);
    assumeTrue(Files.exists(file), "skipped: there is no " + file);
    assertThatThrownBy(() -> Converter.plan(file, ConvertOptions.STANDARD))
        .isInstanceOf(RefusedException.class)
        .hasMessageEndingWith("take the folder with all parts, " + file.getParent());
    Path alone = Files.copy(file, folder.resolve("a.bin"));
    assertThatThrownBy(() -> Converter.plan(alone, ConvertOptions.STANDARD))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("one rank's part of tensors that are spread over several processes")
        .hasMessageNotContaining("attack");
  }
}
