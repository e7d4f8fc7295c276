package dev.pt2st.inspect;

import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.global;
import static dev.pt2st.testing.Py.list;
import static dev.pt2st.testing.Py.object;
import static dev.pt2st.testing.Py.orderedDict;
import static dev.pt2st.testing.Py.set;
import static dev.pt2st.testing.Py.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.CheckpointException;
import dev.pt2st.GlobalStanding;
import dev.pt2st.GlobalUse;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.RefusedException;
import dev.pt2st.convert.plan.RootPart;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.Torch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a checkpoint: everything that is in it, also what a conversion would refuse. */
class InspectorTest {
  private final Torch torch = new Torch();

  @TempDir Path temporary;

  private Inspection inspect(Object top) throws CheckpointException, IOException {
    return inspect(torch.zip(top), ReadOptions.STANDARD);
  }

  private Inspection inspect(byte[] file, ReadOptions options)
      throws CheckpointException, IOException {
    return Inspector.inspect(Files.write(temporary.resolve("sample.pt"), file), options);
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void everyPartThatCouldBeTheRootIsListedDownToStateDictsAndTrainingState() throws Exception {
    Inspection found =
        inspect(
            dict(
                "optimizer",
                dict("state", dict(0, dict("exp", torch.tensor(1, 2))), "param_groups", list()),
                "model",
                dict(
                    "net",
                    dict("w", torch.tensor(1), "b", torch.tensor(2)),
                    "ema",
                    dict("w", torch.tensor(3))),
                "epoch",
                3));
    assertThat(found.roots())
        .containsExactly(
            new RootPart("", false, 4, 20),
            new RootPart("optimizer", false, 1, 8),
            new RootPart("model", false, 3, 12),
            new RootPart("model.net", true, 2, 8),
            new RootPart("model.ema", false, 1, 4));
    assertThat(found.tensors())
        .extracting(TensorSummary::name)
        .containsExactly("optimizer.state.0.exp", "model.net.w", "model.net.b", "model.ema.w");
  }

  @Test
  void theTopIsListedWithAndWithoutItsTrainingState() throws Exception {
    Object optimizer =
        dict("state", dict(0, dict("exp", torch.tensor(1, 2))), "param_groups", list());
    assertThat(
            inspect(
                    dict(
                        "G",
                        dict("state_dict", dict("w", torch.tensor(1))),
                        "D",
                        list(dict("w", torch.tensor(2))),
                        "E",
                        dict("deep", dict("w", torch.tensor(3)), "layer", dict("x", dict())),
                        "optimizer",
                        optimizer))
                .roots())
        .containsExactly(
            new RootPart("", false, 4, 20),
            new RootPart("", true, 3, 12),
            new RootPart("G", false, 1, 4),
            new RootPart("G.state_dict", false, 1, 4),
            new RootPart("D.0", false, 1, 4),
            new RootPart("E", false, 1, 4),
            new RootPart("E.deep", false, 1, 4),
            new RootPart("optimizer", false, 1, 8));
  }

  @Test
  void aStateDictHasOneRoot() throws Exception {
    assertThat(inspect(orderedDict("a", torch.tensor(1))).roots())
        .containsExactly(new RootPart("", true, 1, 4));
  }

  @Test
  void aBareTensorIsNamed() throws Exception {
    assertThat(inspect(torch.tensor(1)).tensors())
        .extracting(TensorSummary::name)
        .containsExactly("tensor");
  }

  @Test
  void stridesAreGivenWhereTheElementsDoNotLieInOrder() throws Exception {
    Object floats = torch.floats(1, 2, 3, 4, 5, 6);
    Inspection found =
        inspect(
            dict(
                "plain", Torch.view(floats, 0, tuple(2, 3), tuple(3, 1)),
                "turned", Torch.view(floats, 0, tuple(3, 2), tuple(1, 3))));
    assertThat(found.tensors())
        .extracting(TensorSummary::strides)
        .extracting(String::valueOf)
        .containsExactly("null", "[1, 3]");
  }

  @Test
  void tensorsOverTheSameMemoryNameTheFirstOfThem() throws Exception {
    Object floats = torch.floats(1, 2, 3, 4, 5, 6);
    Inspection found =
        inspect(
            dict(
                "end", Torch.view(floats, 4, tuple(2), tuple(1)),
                "start", Torch.view(floats, 0, tuple(2), tuple(1)),
                "again", Torch.view(floats, 0, tuple(3), tuple(1)),
                "other", torch.tensor(1)));
    assertThat(found.tensors())
        .extracting(TensorSummary::sharedWith)
        .containsExactly("", "", "start", "");
    assertThat(found.memoryBytes()).isEqualTo(4 * (3 + 2 + 1));
    assertThat(found.totals()).containsExactly(new DTypeTotal("F32", 4, 8, 32));
  }

  @Test
  void anExpandedTensorTakesItsMemoryOnce() throws Exception {
    Object floats = torch.floats(1, 2);
    Inspection found = inspect(dict("wide", Torch.view(floats, 0, tuple(100, 2), tuple(0, 1))));
    assertThat(found.memoryBytes()).isEqualTo(8);
    assertThat(found.totals()).containsExactly(new DTypeTotal("F32", 1, 200, 800));
  }

  @Test
  void whatAConversionWouldNotWriteIsRemarked() throws Exception {
    Object module =
        Torch.module(
            "torch.nn.modules.linear.Linear",
            dict("w", torch.tensor(1)),
            dict("cache", torch.tensor(2)),
            dict(),
            set("cache"));
    Inspection found =
        inspect(
            dict(
                "m",
                module,
                "a",
                dict("b", torch.tensor(3)),
                "a.b",
                torch.tensor(4),
                tuple(1, 2),
                dict("x", torch.tensor(5))));
    assertThat(found.tensors())
        .extracting(tensor -> tensor.name() + ": " + tensor.remark())
        .containsExactly(
            "m.w: ",
            "m.cache: not in the module's state_dict()",
            "a.b: ",
            "a.b: another tensor has this name",
            "(a tuple as a key).x: its key gives no name");
    assertThat(found.roots().getFirst().tensors()).isEqualTo(2);
    assertThat(found.problem()).isNull();
  }

  @Test
  void tensorsThatNoNameLeadsToAreCounted() throws Exception {
    Object hidden = object("torch.nn.modules.linear.Linear", dict("x", set(torch.tensor(1))));
    assertThat(inspect(dict("w", torch.tensor(2), "hidden", hidden)).unnamed()).isEqualTo(1);
  }

  @Test
  void theLargestPartsWithoutATensorAreValues() throws Exception {
    Inspection found =
        inspect(
            dict(
                "epoch", 3,
                "model", dict("w", torch.tensor(1), "note", "it's"),
                "settings", dict("lr", 1e-5, "betas", tuple(0.9, 0.999), "fused", null),
                "names", list("a", 2.5, true)));
    assertThat(found.values())
        .containsExactly(
            new ValueSummary("epoch", "an int", "3"),
            new ValueSummary("model.note", "a str", "\"it's\""),
            new ValueSummary(
                "settings", "a dict", "{'lr': 1e-05, 'betas': (0.9, 0.999), 'fused': None}"),
            new ValueSummary("names", "a list", "['a', 2.5, True]"));
  }

  @Test
  void unlistedGlobalsHideNothing() throws Exception {
    Inspection found = inspect(dict("w", torch.tensor(1), "net", object("zoo.Net", dict("x", 1))));
    assertThat(found.tensors()).hasSize(1);
    assertThat(found.problem()).isNull();
    assertThat(found.globals())
        .filteredOn(global -> global.standing() == GlobalStanding.UNLISTED)
        .singleElement()
        .satisfies(global -> {
          assertThat(global.name()).hasToString("zoo.Net");
          assertThat(global.use()).isEqualTo(GlobalUse.INSTANTIATED);
          assertThat(global.place().entry()).isEqualTo("archive/data.pkl");
        });
  }

  @Test
  void whatTheUserAcceptsIsAllowed() throws Exception {
    ReadOptions options = ReadOptions.STANDARD.withPolicy(Policy.STANDARD.allow("zoo.*"));
    assertThat(inspect(torch.zip(global("zoo.Net")), options).globals())
        .extracting(GlobalSummary::standing)
        .containsExactly(GlobalStanding.ALLOWED);
  }

  @Test
  void ofAStreamThatBreaksTheGlobalsAreTold() throws Exception {
    Inspection found =
        inspect(latin1("\u0080\2c__builtin__\neval\nX\1\0\0\0x\u0085R\377"), ReadOptions.STANDARD);
    assertThat(found.problem()).isInstanceOf(MalformedException.class);
    assertThat(found.layout()).isEqualTo("pickle");
    assertThat(found.globals())
        .singleElement()
        .satisfies(global -> {
          assertThat(global.name()).hasToString("builtins.eval");
          assertThat(global.written()).hasToString("__builtin__.eval");
          assertThat(global.standing()).isEqualTo(GlobalStanding.UNLISTED);
          assertThat(global.use()).isEqualTo(GlobalUse.CALLED);
          assertThat(global.place().offset()).isEqualTo(2);
        });
  }

  @Test
  void aCallThatIsRefusedIsAProblemAndNoMore() throws Exception {
    Inspection found = inspect(dict("x", Py.call("torch.nn.functional.relu", 1)));
    assertThat(found.problem()).isInstanceOf(RefusedException.class);
    assertThat(found.globals())
        .extracting(global -> global.name().toString())
        .contains("torch.nn.functional.relu");
  }

  @Test
  void limitsHold() throws Exception {
    ReadOptions options = ReadOptions.STANDARD.withLimits(Limits.STANDARD.with(Limit.NAMES, 2));
    Object top = dict("a", torch.tensor(1), "b", torch.tensor(2), "c", torch.tensor(3));
    Inspection found = inspect(torch.zip(top), options);
    assertThat(found.problem()).isInstanceOf(LimitException.class);
    assertThat(found.globals()).isNotEmpty();
  }

  @Test
  void theRecordsOfAZipSayWhoWroteIt() throws Exception {
    byte[] file =
        torch
            .byteOrder("big")
            .zipOf(torch.tensor(1))
            .stored("archive/version", latin1("3\n"))
            .stored("archive/.data/serialization_id", latin1("12"))
            .build();
    assertThat(inspect(file, ReadOptions.STANDARD).facts())
        .containsExactly(
            new Fact("folder", "archive/"),
            new Fact("records", "5"),
            new Fact("byteorder", "big"),
            new Fact("version", "3"),
            new Fact(".data/serialization_id", "12"),
            new Fact("pickle protocol", "2"));
  }

  @Test
  void aLegacyStreamSaysOnWhatMachineItWasWritten() throws Exception {
    Path sample =
        Path.of(System.getProperty("pt2st.root", ".."), "samples/checkpoints/legacy_basic.pt");
    assertThat(Inspector.inspect(sample, ReadOptions.STANDARD).facts())
        .containsExactly(
            new Fact("pickle protocol", "2"),
            new Fact("protocol_version", "1001"),
            new Fact("little_endian", "True"),
            new Fact("type_sizes", "{'short': 2, 'int': 4, 'long': 4}"));
  }

  @Test
  void aContainerThatHoldsItselfEnds() throws Exception {
    List<Object> self = list(torch.tensor(1));
    Py.WithItems knot = new Py.WithItems(dict(), dict());
    Inspection found = inspect(dict("a", self, "b", knot));
    assertThat(found.tensors()).hasSize(1);
    String stream = "\u0080\2}q\0X\1\0\0\0ah\0s.";
    assertThat(inspect(latin1(stream), ReadOptions.STANDARD).values())
        .containsExactly(new ValueSummary("a", "a dict", "{'a': " + "{'a': ".repeat(32) + "{…"));
  }
}
