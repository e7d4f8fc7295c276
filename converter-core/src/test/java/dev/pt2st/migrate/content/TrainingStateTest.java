package dev.pt2st.migrate.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.migrate.Store;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.migrate.unit.UnitResult.Verdict;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only goes on with a training is not a model. */
class TrainingStateTest {
  @TempDir Path temporary;
  private Store store;

  @BeforeEach
  void makeStore() throws IOException {
    store = new Store(Files.createDirectory(temporary.resolve("store")));
  }

  @Test
  void whatOnlyGoesOnWithATrainingIsLeftAlone() throws IOException {
    Torch random = new Torch();
    store.file("optimizer.pt", Store.optimizer()).file("any name", Store.optimizer());
    store.file(
        "rng",
        random.zip(
            Py.dict("python", Py.tuple(3, Py.tuple(1, 2), null), "cpu", random.byteTensor(1, 2))));
    store.file("scheduler.pt", new Torch().zip(Py.dict("last_epoch", 3)));
    store.file(
        "training_args.bin",
        new Torch()
            .zip(Py.object("transformers.training_args.TrainingArguments", Py.dict("a", 1))));
    Torch both = new Torch();
    Object inner =
        Py.dict("state", Py.dict(0, both.tensor(1)), "param_groups", Py.list(Py.dict("lr", 1.0)));
    store.file("nested.pt", both.zip(Py.dict("optimizer", inner, "epoch", 3)));
    Torch zero = new Torch();
    store.file(
        "x_optim_states.pt",
        zero.zip(Py.dict("optimizer_state_dict", Py.dict("partition", zero.tensor(1)))));
    assertThat(store.migrate())
        .containsOnly(
            Map.entry("optimizer.pt", "left alone: the state of an optimizer, not a model"),
            Map.entry("any name", "left alone: the state of an optimizer, not a model"),
            Map.entry("nested.pt", "left alone: the state of an optimizer, not a model"),
            Map.entry("x_optim_states.pt", "left alone: the state of an optimizer, not a model"),
            Map.entry("rng", "left alone: states of random number generators, not a model"),
            Map.entry("scheduler.pt", "left alone: there is no tensor in it"),
            Map.entry("training_args.bin", "left alone: there is no tensor in it"));
    assertThat(store.names()).noneMatch(name -> name.endsWith(".safetensors"));
  }

  @Test
  void aModelBesideItsOptimizerIsConvertedAndThatIsSaid() throws IOException {
    Torch torch = new Torch();
    Object state =
        Py.dict("state", Py.dict(0, torch.tensor(1)), "param_groups", Py.list(Py.dict()));
    store.file(
        "training.ckpt",
        torch.zip(Py.dict("optimizer", state, "state_dict", Py.dict("w", torch.tensor(1, 2)))));
    UnitResult result = store.results().getFirst();
    assertThat(result.verdict()).isEqualTo(Verdict.CONVERTED);
    assertThat(result.notes()).containsExactly("left out: optimizer (1 tensor, 4 B)");
  }

  @Test
  void anOptimizerThatIsAskedForByNameIsConverted() throws IOException {
    store.file("optimizer.pt", Store.optimizer());
    store.convert = ConvertOptions.STANDARD.withRoot("state");
    store.given = List.of("--root=state");
    assertThat(store.migrate()).containsExactly(Map.entry("optimizer.pt", "converted"));
  }

  /** Trainers save their settings with enums, which are calls. */
  @Test
  void aCallInWhatHasATrainersNameIsSaid() throws IOException {
    Object settings =
        Py.object("zoo.TrainingArguments", Py.dict("strategy", Py.call("zoo.Strategy", "no")));
    store
        .file("training_args.bin", new Torch().zip(settings))
        .file("x.bin", new Torch().zip(settings));
    assertThat(store.migrate())
        .hasEntrySatisfying(
            "training_args.bin",
            text ->
                assertThat(text)
                    .startsWith("left alone: there is no tensor in it; ")
                    .contains("zoo.Strategy"))
        .hasEntrySatisfying("x.bin", text -> assertThat(text).startsWith("refused: "));
  }

  /** What nobody converts may be read by somebody else. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsLeftAloneCallsNothingThatIsNotAccepted(boolean strict) throws IOException {
    Torch torch = new Torch();
    Object state =
        Py.dict("state", Py.dict(0, torch.tensor(1)), "param_groups", Py.list(Py.dict("lr", 1.0)));
    store.file("state.pt", torch.zip(Py.dict("optimizer", state, "x", Py.call("os.system", "id"))));
    store.file("protocol0.pkl", "cos\nsystem\n(S'id'\ntR.");
    store.file("text.pkl", "(lp0\nS'a list'\np1\na.");
    store.file("args.bin", new Torch().zip(Py.object("zoo.Arguments", Py.dict("a", 1))));
    store.convert =
        ConvertOptions.STANDARD.withRead(
            ReadOptions.STANDARD.withPolicy(strict ? Policy.STANDARD.strict() : Policy.STANDARD));
    assertThat(store.migrate())
        .hasSize(3)
        .hasEntrySatisfying(
            "state.pt",
            text -> assertThat(text).startsWith("refused: to load this file would run os.system("))
        .hasEntrySatisfying(
            "protocol0.pkl",
            text -> assertThat(text).startsWith("refused: to load this file would run os.system("))
        .hasEntrySatisfying(
            "args.bin",
            text -> assertThat(text).startsWith(strict ? "refused: " : "left alone: there is no"));
    store.convert =
        ConvertOptions.STANDARD.withRead(
            ReadOptions.STANDARD.withPolicy(Policy.STANDARD.allow("os.system")));
    assertThat(store.migrate())
        .containsEntry("state.pt", "left alone: the state of an optimizer, not a model");
  }

  @Test
  void aListOfTheStatesOfOptimizersIsLeftAlone() throws IOException {
    Torch torch = new Torch();
    store.file(
        "x.pt",
        torch.zip(
            Py.list(
                Py.dict(
                    "state",
                    Py.dict(0, Py.dict("exp_avg", torch.tensor(1, 2))),
                    "param_groups",
                    Py.list(Py.dict("lr", 0.1))))));
    assertThat(store.migrate())
        .containsOnly(Map.entry("x.pt", "left alone: the state of an optimizer, not a model"));
  }
}
