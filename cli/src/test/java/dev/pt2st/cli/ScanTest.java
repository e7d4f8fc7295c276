package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code pt2st scan} prints and ends with. */
class ScanTest {
  private static final Path SAFE = Samples.checkpoint("zip_basic.pt");
  private static final Path DANGEROUS = Samples.hostile("zip_os_system.pt");
  private static final Path UNKNOWN = Samples.hostile("unknown_class.pt");
  private static final Path MALFORMED = Samples.hostile("no_stop.pkl");

  @TempDir Path temporary;

  private static Run scan(Object... args) {
    Object[] all = new Object[args.length + 1];
    all[0] = "scan";
    System.arraycopy(args, 0, all, 1, args.length);
    return Run.of(all);
  }

  @Test
  void theWorstComesFirstAndASummaryLast() {
    Run run = scan(SAFE, UNKNOWN, MALFORMED, DANGEROUS, Samples.root().resolve("LICENSE"));
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).isEmpty();
    assertThat(run.outLines().stream().filter(line -> !line.startsWith(" ")))
        .containsExactly(
            "dangerous     " + DANGEROUS + " (PyTorch ZIP)",
            "malformed     " + MALFORMED + " (pickle)",
            "unknown       " + UNKNOWN + " (PyTorch ZIP)",
            "safe          " + SAFE + " (PyTorch ZIP)",
            "no pickle     " + Samples.root().resolve("LICENSE") + " (text)",
            "5 files: 1 dangerous, 1 malformed, 1 unknown, 1 safe, 1 no pickle");
  }

  @Test
  void aFindingSaysPlaceUseAndArguments() {
    assertThat(scan(Samples.hostile("zip_builtins_exec_py2.pt")).outLines())
        .contains(
            "    archive/data.pkl, byte 2: builtins.exec",
            "        written __builtin__.exec",
            "        called at byte 34 by REDUCE: builtins.exec('print(1)')",
            "        runs Python code given as text");
    assertThat(scan(Samples.hostile("getattr_chain.pt")).outLines())
        .contains("        imports a module, which runs it");
    assertThat(scan(UNKNOWN).outLines())
        .contains(
            "        instantiated at byte 161 by NEWOBJ: zoo.config.Config()",
            "        not on the list; if you know that it is data: --allow zoo.config.Config");
  }

  @ParameterizedTest
  @CsvSource({
    "unrecognized, 0 3 3 3 3",
    "unknown, 0 0 3 3 3",
    "malformed, 0 0 0 3 3",
    "dangerous, 0 0 0 0 3",
  })
  void failOnMovesTheLine(String line, String codes) throws IOException {
    Path unrecognized = Files.write(temporary.resolve("weights.bin"), new byte[] {7, 1, 0, 9});
    List<String> actual =
        Stream.of(SAFE, unrecognized, UNKNOWN, MALFORMED, DANGEROUS)
            .map(file -> String.valueOf(scan(file, "--fail-on", line).code()))
            .toList();
    assertThat(String.join(" ", actual)).isEqualTo(codes);
  }

  /** It is said and counted apart, and passes unless the user wants otherwise. */
  @Test
  void whatIsUnrecognizedIsCountedApart() throws IOException {
    Path file = Files.write(temporary.resolve("weights.bin"), new byte[] {7, 1, 0, 9});
    Run run = scan(file, SAFE);
    assertThat(run.code()).isZero();
    assertThat(run.outLines())
        .contains(
            "unrecognized  " + file + " (unrecognized data)", "2 files: 1 unrecognized, 1 safe");
    assertThat(scan(file, "--format", "json").out())
        .contains("\"rule\": \"unrecognized-bytes\"", "\"unrecognized\": 1");
    assertThat(scan(file, "--format", "sarif").out())
        .contains("\"ruleId\": \"unrecognized-bytes\"", "\"level\": \"note\"");
  }

  @Test
  void quietPrintsOnlyWhatIsNotSafe() {
    assertThat(scan(SAFE, "-q").outLines()).containsExactly("1 file: 1 safe");
    assertThat(scan(SAFE, UNKNOWN, "--quiet").outLines()).noneMatch(line -> line.contains("zip_"));
  }

  @Test
  void whatCannotBeReadIsSaidAndEndsWith1() {
    Run run = scan(temporary.resolve("none.pt"), SAFE);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.outLines())
        .contains("unreadable    " + temporary.resolve("none.pt"), "    there is no such file");
    assertThat(scan(temporary.resolve("none.pt"), UNKNOWN).code()).isEqualTo(3);
    assertThat(scan(temporary.resolve("none.pt"), "--fail-on", "dangerous").code()).isEqualTo(1);
  }

  @Test
  void acceptedNamesDoNotFailAScan() throws IOException {
    assertThat(scan(UNKNOWN, "--allow", "zoo.*").code()).isZero();
    Path called = Samples.checkpoint("zip_lightning_called.ckpt");
    Path policy =
        Files.writeString(
            temporary.resolve("p"),
            "zoo.config.Config reviewed\nzoo.models.detector.Kind reviewed\n");
    assertThat(scan(UNKNOWN, "--policy", policy).code()).isZero();
    assertThat(scan(called, "--policy", policy).code()).isZero();
    assertThat(scan(DANGEROUS, "--policy", policy).code()).isEqualTo(3);
    Path out = temporary.resolve("out.safetensors");
    assertThat(Run.convert(called, out).code()).isEqualTo(3);
    assertThat(Run.convert(called, out, "--policy", policy).code()).isZero();
    Files.writeString(policy, "zoo.* all of it\n");
    Run wrong = scan(UNKNOWN, "--policy", policy);
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("line 1: a policy has exact names");
  }

  @Test
  void whatIsAcceptedStaysInEveryReport() throws IOException {
    Run text = scan(UNKNOWN, "--allow", "zoo.*", "--quiet");
    assertThat(text.outLines())
        .containsExactly(
            "accepted      " + UNKNOWN + " (PyTorch ZIP)",
            "    archive/data.pkl, byte 141: zoo.config.Config",
            "        instantiated at byte 161 by NEWOBJ: zoo.config.Config()",
            "        accepted by --allow 'zoo.*'",
            "1 file: 1 accepted");
    Path policy = Files.writeString(temporary.resolve("p"), "os.system our own test\n");
    Run json = scan(DANGEROUS, "--policy", policy, "--format", "json");
    assertThat(json.code()).isZero();
    JsonObject file = json.json().getAsJsonArray("files").get(0).getAsJsonObject();
    assertThat(file.get("verdict").getAsString()).isEqualTo("accepted");
    JsonObject accepted = file.getAsJsonArray("accepted").get(0).getAsJsonObject();
    assertThat(accepted.get("rule").getAsString()).isEqualTo("dangerous-global");
    assertThat(accepted.get("accepted_by").getAsString()).isEqualTo("list");
    assertThat(accepted.get("reason").getAsString())
        .isEqualTo("accepted by the policy file: our own test");
    Run sarif = scan(DANGEROUS, UNKNOWN, "--policy", policy, "--format", "sarif");
    JsonArray results =
        sarif.json().getAsJsonArray("runs").get(0).getAsJsonObject().getAsJsonArray("results");
    assertThat(results.asList())
        .extracting(result -> result.getAsJsonObject().getAsJsonArray("suppressions").toString())
        .containsExactly(
            "[{\"kind\":\"external\",\"status\":\"accepted\",\"justification\":\"accepted by the policy"
                + " file: our own test\"}]",
            "[]");
    for (Run run : List.of(json, sarif)) {
      assertThat(run.err()).isEmpty();
    }
  }

  @Test
  void aPatternDoesNotAcceptWhatIsDangerous() {
    Run run = scan(DANGEROUS, "--allow", "*");
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).contains("dangerous     " + DANGEROUS);
    assertThat(scan(DANGEROUS, "--allow", "os.system").outLines())
        .contains(
            "accepted      " + DANGEROUS + " (PyTorch ZIP)",
            "        reaches the operating system: programs, files, the environment",
            "        accepted by --allow os.system");
  }

  @Test
  void limitsAreFollowed() {
    Run run = scan(SAFE, "--max-opcodes", 10);
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).contains("unknown", "the pickle has more than 10 opcodes");
  }

  static Stream<Path> everySample() {
    return Stream.of("samples/checkpoints", "samples/hostile").map(Samples.root()::resolve);
  }

  @ParameterizedTest
  @MethodSource("everySample")
  void theJsonIsAsItsSchemaSays(Path samples) throws IOException {
    Run run = scan(samples, "--format", "json", "--digest");
    String schema = Readme.textOf("docs/scan.schema.json");
    assertThat(validate(schema, SpecificationVersion.DRAFT_2020_12, run.out())).isEmpty();
    JsonObject json = run.json();
    assertThat(json.get("exit_code").getAsInt()).isEqualTo(run.code());
    JsonObject summary = json.getAsJsonObject("summary");
    assertThat(json.getAsJsonArray("files")).hasSize(summary.get("files").getAsInt());
    List<String> files = texts(json.getAsJsonArray("files"), "file");
    assertThat(files).isSorted().isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("everySample")
  void theSarifIsAsItsSchemaSays(Path samples) throws IOException {
    Run run = scan(samples, "--format", "sarif", "--digest", "--base", Samples.root());
    String schema;
    try (InputStream in = ScanTest.class.getResourceAsStream("/sarif/sarif-2.1.0-rtm.5.json")) {
      schema = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(validate(schema, SpecificationVersion.DRAFT_4, run.out())).isEmpty();
    JsonObject result = run.json().getAsJsonArray("runs").get(0).getAsJsonObject();
    JsonObject driver = result.getAsJsonObject("tool").getAsJsonObject("driver");
    List<String> rules = texts(driver.getAsJsonArray("rules"), "id");
    JsonArray results = result.getAsJsonArray("results");
    assertThat(results).isNotEmpty();
    for (JsonElement element : results) {
      JsonObject found = element.getAsJsonObject();
      assertThat(rules.get(found.get("ruleIndex").getAsInt()))
          .isEqualTo(found.get("ruleId").getAsString());
      String uri =
          found
              .getAsJsonArray("locations")
              .get(0)
              .getAsJsonObject()
              .getAsJsonObject("physicalLocation")
              .getAsJsonObject("artifactLocation")
              .get("uri")
              .getAsString();
      assertThat(java.net.URI.create(uri).isAbsolute()).isFalse();
      assertThat(uri).doesNotStartWith("/");
      assertThat(found.getAsJsonObject("partialFingerprints").size()).isEqualTo(1);
    }
  }

  private static List<String> validate(String schema, SpecificationVersion version, String json) {
    return SchemaRegistry.withDefaultDialect(version)
        .getSchema(schema)
        .validate(json, InputFormat.JSON)
        .stream()
        .map(Object::toString)
        .toList();
  }

  private static List<String> texts(JsonArray array, String member) {
    List<String> texts = new ArrayList<>();
    array.forEach(item -> texts.add(item.getAsJsonObject().get(member).getAsString()));
    return texts;
  }

  @Test
  void anEmptyScanIsValidToo() {
    assertThat(scan(temporary, "--format", "json").json().getAsJsonArray("files")).isEmpty();
    assertThat(scan(temporary, "--format", "sarif").json().getAsJsonArray("runs")).hasSize(1);
    assertThat(scan(temporary).outLines()).containsExactly("0 files");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "json", "sarif", "html"})
  void controlCharactersNeverReachTheTerminal(String format) throws IOException {
    byte[] pickle = "..co\u001b[31ms\nsy\u202estem\n.".getBytes(StandardCharsets.UTF_8);
    pickle[0] = (byte) 0x80;
    pickle[1] = 2;
    Files.write(temporary.resolve("a\u001b[2J.pkl"), pickle);
    Run run = scan(temporary, "--format", format);
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out().chars()).noneMatch(c -> (c < ' ' && c != '\n') || c == 0x202e);
  }

  @Test
  void pathsMayComeFromStandardInput() {
    InputStream before = System.in;
    String list = SAFE + "\n\n" + temporary.resolve("none") + "\n" + DANGEROUS + "\n";
    System.setIn(new ByteArrayInputStream(list.getBytes(StandardCharsets.UTF_8)));
    try {
      assertThat(scan("-", UNKNOWN).outLines())
          .last()
          .isEqualTo("4 files: 1 dangerous, 1 unknown, 1 unreadable, 1 safe");
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void theAllowlistIsPrintedWithReasonsAndSources() {
    Run run = Run.of("allowlist");
    assertThat(run.code()).isZero();
    assertThat(run.outLines())
        .containsSequence(
            "collections.OrderedDict",
            "    constructor: mapping (CPython Lib/collections/__init__.py)");
    assertThat(
            com.google.gson.JsonParser.parseString(Run.of("allowlist", "--json").out())
                .getAsJsonArray())
        .hasSize(run.outLines().size() / 2);
  }
}
