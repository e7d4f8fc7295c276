package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code pt2st inspect} shows what is in a file. */
class InspectTest {
  @TempDir Path temporary;

  private static Run inspect(String sample, Object... options) {
    return Run.of(arguments(Samples.checkpoint(sample), options));
  }

  private static Object[] arguments(Path file, Object... options) {
    return Stream.concat(Stream.of("inspect", file), Stream.of(options)).toArray();
  }

  @Test
  void aCheckpointIsShownTableByTable() {
    Run run = inspect("zip_training.pt");
    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    String file = Samples.checkpoint("zip_training.pt").toString();
    assertThat(run.out().replace(file, "FILE"))
        .isEqualTo(
            """
            file                    FILE
            layout                  PyTorch ZIP
            size                    8.5 kB
            folder                  archive/
            records                 27
            byteorder               little
            version                 3
            .format_version         1
            .storage_alignment      64
            .data/serialization_id  0877867841085128026612448906832511447816
            pickle protocol         2

            tensor                             dtype  shape         bytes
            state_dict.steps                   I64    [5]              40
            state_dict.conv.weight             F32    [4, 3, 3, 3]    432
            state_dict.conv.bias               F32    [4]              16
            state_dict.bn.weight               F32    [4]              16
            state_dict.bn.bias                 F32    [4]              16
            state_dict.bn.running_mean         F32    [4]              16
            state_dict.bn.running_var          F32    [4]              16
            state_dict.bn.num_batches_tracked  I64    []                8
            state_dict.blocks.0.weight         F32    [4, 4]           64
            state_dict.blocks.0.bias           F32    [4]              16
            state_dict.blocks.1.weight         F32    [2, 4]           32
            state_dict.blocks.1.bias           F32    [2]               8
            state_dict.head.a.weight           F32    [2, 2]           16
            state_dict.head.a.bias             F32    [2]               8
            state_dict.head.b.weight           F32    [1, 2]            8
            optimizer.state.0.step             F32    []                4
            optimizer.state.0.exp_avg          F32    [4, 3, 3, 3]    432
            optimizer.state.0.exp_avg_sq       F32    [4, 3, 3, 3]    432
            optimizer.state.1.step             F32    []                4
            optimizer.state.1.exp_avg          F32    [4]              16
            optimizer.state.1.exp_avg_sq       F32    [4]              16

            dtype  tensors  elements   bytes
            F32         19       392  1.6 kB
            I64          2         6    48 B
            total       21       398  1.6 kB

            root        tensors   bytes
            (all)            21  1.6 kB
            state_dict       15   712 B  auto
            optimizer         6   904 B

            value
            epoch                   3
            optimizer.param_groups  [{'lr': 0.001, 'betas': (0.9, 0.999), 'eps': 1e-08, \
            'weight_decay': 0.01, 'amsgrad': False, 'maximize': False, 'foreach': None, \
            'capturable': False, 'differentiable': False, 'fused': None, 'decoupled…
            best                    0.5
            note                    None

            global                           standing  use     at byte
            collections.OrderedDict          listed    called       37
            torch._utils._rebuild_tensor_v2  listed    called       81
            torch.LongStorage                listed    named       132
            torch.FloatStorage               listed    named       226
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          wrapped_gzip.pt.gz   | gzip
          wrapped_xz.pt.xz     | xz
          wrapped_model.tar.gz | gzip, tar archive
          wrapped_agent.zip    | ZIP archive
          wrapped_7z.7z        | 7z archive
          """)
  void whatACheckpointIsWrappedInIsSaid(String sample, String wrappings) {
    assertThat(Run.of("inspect", Samples.checkpoint(sample)).outLines())
        .anyMatch(line -> line.matches("wrapped in +" + wrappings));
    assertThat(
            Run.of("inspect", Samples.checkpoint(sample), "--json")
                .json()
                .getAsJsonObject("facts")
                .get("wrapped_in")
                .getAsString())
        .isEqualTo(wrappings);
  }

  @Test
  void sharedAndTurnedTensorsHaveANote() {
    assertThat(inspect("zip_shared.pt").outLines())
        .contains(
            "tensor          dtype  shape   bytes  note",
            "encoder.weight  F32    [8, 4]    128",
            "decoder.weight  F32    [8, 4]    128  shared with encoder.weight",
            "head.weight     F32    [4, 8]    128  strides [1, 4]; shared with encoder.weight",
            "in 128 B of memory, as some share elements or repeat them");
  }

  @Test
  void theTreeSumsUpModules() {
    assertThat(inspect("zip_training.pt", "--tree").out())
        .isEqualTo(
            """
            module         tensors  parameters   bytes
            (all)               21         398  1.6 kB
            ├─ state_dict       15         172   712 B
            │  ├─ steps                      5    40 B  I64 [5]
            │  ├─ conv           2         112   448 B
            │  ├─ bn             5          17    72 B
            │  ├─ blocks         4          30   120 B
            │  │  ├─ 0           2          20    80 B
            │  │  └─ 1           2          10    40 B
            │  └─ head           3           8    32 B
            │     ├─ a           2           6    24 B
            │     └─ b           1           2     8 B
            └─ optimizer         6         226   904 B
               └─ state          6         226   904 B
                  ├─ 0           3         217   868 B
                  └─ 1           3           9    36 B
            """);
  }

  @Test
  void theTreeGoesAsDeepAsOneWants() {
    assertThat(inspect("zip_training.pt", "--tree", "--depth", 1).out())
        .isEqualTo(
            """
            module         tensors  parameters   bytes
            (all)               21         398  1.6 kB
            ├─ state_dict       15         172   712 B
            └─ optimizer         6         226   904 B
            """);
    assertThat(inspect("zip_training.pt", "--tree", "--depth", 0).outLines()).hasSize(2);
  }

  @Test
  void thePickleIsDisassembled() {
    Run run = Run.of("inspect", Samples.hostile("stack_global_memo.pt"), "--pickle");
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
            archive/data.pkl: pickle 1
                0: \\x80 PROTO      4
                2: \\x95 FRAME      28
               11: \\x8c SHORT_BINUNICODE 'os'
               15: \\x94 MEMOIZE    (as 0)
               16: \\x8c SHORT_BINUNICODE 'system'
               24: \\x94 MEMOIZE    (as 1)
               25: 0    POP
               26: 0    POP
               27: h    BINGET     0 ('os')
               29: h    BINGET     1 ('system')
               31: \\x93 STACK_GLOBAL (os.system)
               32: \\x8c SHORT_BINUNICODE 'id'
               36: \\x85 TUPLE1
               37: R    REDUCE     (calls os.system)
               38: .    STOP
            highest protocol among opcodes = 4
            """);
  }

  @Test
  void eachPickleOfALegacyStreamIsDisassembled() {
    List<String> lines = inspect("legacy_basic.pt", "--pickle").outLines();
    assertThat(lines).filteredOn(line -> line.startsWith("pickle ")).hasSize(5);
    assertThat(lines.getLast()).matches("[0-9]+ more bytes from byte [0-9]+");
  }

  @Test
  void aBrokenPickleIsShownUpToWhereItBreaks() {
    Run run = Run.of("inspect", Samples.hostile("nullifai_broken_after_payload.pkl"), "--pickle");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.outLines()).contains("   29: R    REDUCE     (calls os.system)");
    assertThat(run.err()).contains("byte 30: there is no pickle opcode 0xff");
  }

  @Test
  void whereAnUnpicklerStopsIsSaid() {
    Run run = Run.of("inspect", Samples.hostile("ext_opcode.pkl"), "--pickle");
    assertThat(run.outLines())
        .contains(
            "       ! an unpickler stops here: it uses Python's extension registry, which no"
                + " checkpoint does");
  }

  @Test
  void ofABrokenCheckpointWhatCanBeToldIsTold() {
    Run run = Run.of("inspect", Samples.hostile("nullifai_broken_after_payload.pkl"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.outLines()).contains("layout  pickle", "os.system  unlisted  called        2");
    assertThat(run.errLines())
        .singleElement()
        .asString()
        .contains("byte 30: there is no pickle opcode 0xff");
  }

  @Test
  void unlistedGlobalsAreNoFailure() {
    Run run = inspect("zip_module.pt");
    assertThat(run.code()).isZero();
    assertThat(run.outLines())
        .anyMatch(line -> line.matches("zoo.models.detector.Net +unlisted.*"));
    assertThat(inspect("zip_module.pt", "--allow", "zoo.*").outLines())
        .anyMatch(line -> line.matches("zoo.models.detector.Net +allowed.*"));
  }

  @Test
  void theJsonHasAllOfIt() {
    JsonObject json = inspect("zip_shared.pt", "--json").json();
    assertThat(json.keySet())
        .containsExactly(
            "file",
            "layout",
            "file_bytes",
            "problem",
            "facts",
            "metadata",
            "roots",
            "tensor_count",
            "unnamed_tensors",
            "memory_bytes",
            "tensors",
            "dtypes",
            "values",
            "more_values",
            "globals");
    assertThat(json.get("tensors").getAsJsonArray().get(2))
        .isEqualTo(
            JsonParser.parseString(
                """
                {"name": "head.weight", "dtype": "F32", "shape": [4, 8], "bytes": 128,
                 "strides": [1, 4], "shared_with": "encoder.weight"}\
                """));
    assertThat(json.get("roots"))
        .isEqualTo(
            JsonParser.parseString(
                "[{'path': '', 'automatic': true, 'tensors': 4, 'bytes': 432}]"));
    assertThat(json.get("globals").getAsJsonArray().get(0))
        .isEqualTo(
            JsonParser.parseString(
                """
                {"name": "torch._utils._rebuild_tensor_v2",
                 "written": "torch._utils._rebuild_tensor_v2", "standing": "listed",
                 "use": "called", "entry": "archive/data.pkl", "offset": 27}\
                """));
    assertThat(json.getAsJsonObject("facts").get("pickle_protocol").getAsString()).isEqualTo("2");
  }

  @Test
  void theJsonHasTheTreeWhereThatIsAskedFor() {
    JsonObject json = inspect("zip_training.pt", "--json", "--tree", "--depth", 1).json();
    assertThat(json.get("modules"))
        .isEqualTo(
            JsonParser.parseString(
                """
                [{"name": "", "tensors": 21, "parameters": 398, "bytes": 1616},
                 {"name": "state_dict", "tensors": 15, "parameters": 172, "bytes": 712},
                 {"name": "optimizer", "tensors": 6, "parameters": 226, "bytes": 904}]\
                """));
  }

  @Test
  void theJsonSaysWhatIsWrong() {
    JsonObject broken =
        Run.of("inspect", Samples.hostile("nullifai_broken_after_payload.pkl"), "--json").json();
    assertThat(broken.get("globals").getAsJsonArray()).hasSize(1);
    assertThat(broken.getAsJsonObject("problem").get("exit_code").getAsInt()).isEqualTo(1);
    JsonObject none = Run.of("inspect", Samples.checkpoint("bad_empty.pt"), "--json").json();
    assertThat(none.keySet()).containsExactly("file", "problem");
    assertThat(none.getAsJsonObject("problem").get("error").getAsString())
        .contains("the file is empty");
  }

  @Test
  void theJsonOfAPickleHasItsInstructions() {
    Run run =
        Run.of(
            "inspect", Samples.hostile("nullifai_broken_after_payload.pkl"), "--pickle", "--json");
    JsonObject json = run.json();
    assertThat(run.code()).isEqualTo(1);
    JsonObject pickle = json.get("pickles").getAsJsonArray().get(0).getAsJsonObject();
    assertThat(pickle.get("instructions").getAsJsonArray().get(1))
        .isEqualTo(
            JsonParser.parseString(
                """
                {"offset": 2, "opcode": "GLOBAL", "argument": "'os system'", "level": 0,
                 "global": "os.system", "use": "named"}\
                """));
    assertThat(json.getAsJsonObject("problem").get("error").getAsString()).contains("0xff");
  }

  static Stream<Arguments> screens() {
    return Samples.checkpoints().stream()
        .flatMap(sample -> Stream.of(40, 80, 120).map(width -> Arguments.of(sample, width)));
  }

  @ParameterizedTest
  @MethodSource("screens")
  void everythingFitsTheTerminal(String sample, int width) {
    for (String option : List.of("--no-crc", "--tree", "--pickle")) {
      Run run = Run.onTerminal(width, "inspect", Samples.checkpoint(sample), option);
      assertThat(run.outLines()).allMatch(line -> line.length() <= width);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--tree", "--pickle", "--json"})
  void deepNestingIsNeitherDeepNorWide(String option) {
    Run run = Run.of("inspect", Samples.hostile("deep_nesting.pkl"), option);
    assertThat(run.out().length()).isLessThan(100_000_000);
    assertThat(run.err()).doesNotContain("internal error");
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of("Missing required parameter: 'FILE'", List.of()),
        Arguments.of("--depth goes with --tree", List.of("FILE", "--depth", "1")),
        Arguments.of("--depth must not be negative", List.of("FILE", "--tree", "--depth", "-1")),
        Arguments.of(
            "--tree and --pickle exclude each other", List.of("FILE", "--tree", "--pickle")),
        Arguments.of("FILE cannot be \"-\"", List.of("-")),
        Arguments.of("FILE is empty", List.of("")));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void wrongUsageIsSaid(String sentence, List<String> args) {
    Object[] all = Stream.concat(Stream.of("inspect"), args.stream()).toArray();
    Run run = Run.of(all);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).startsWith("pt2st: ").contains(sentence);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void aFileThatIsNotThereIsSaid() {
    Run run = Run.of("inspect", temporary.resolve("none.pt"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("there is no such file");
  }

  @Test
  void nothingIsWritten() throws Exception {
    Path file = Files.copy(Samples.checkpoint("zip_basic.pt"), temporary.resolve("a.pt"));
    byte[] before = Files.readAllBytes(file);
    Run.of("inspect", file);
    assertThat(file).hasBinaryContent(before);
    assertThat(temporary.toFile().list()).containsExactly("a.pt");
  }
}
