package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code pt2st sbom}: each bill is held to the schema that CycloneDX publishes. */
class SbomTest {
  private static final String SCHEMAS = "http://cyclonedx.org/schema/";
  private static final Map<String, String> CLOCK = Map.of("SOURCE_DATE_EPOCH", "1700000000");

  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(
              SpecificationVersion.DRAFT_7,
              registry ->
                  registry.schemas(uri -> uri.startsWith(SCHEMAS) ? ofCycloneDx(uri) : null))
          .getSchema(SchemaLocation.of(SCHEMAS + "bom-1.6.schema.json"));

  @TempDir Path temporary;

  private static String ofCycloneDx(String uri) {
    try (InputStream in =
        SbomTest.class.getResourceAsStream("/" + uri.substring(SCHEMAS.length()))) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonObject bill(Run run) {
    assertThat(SCHEMA.validate(run.out(), InputFormat.JSON)).isEmpty();
    return JsonParser.parseString(run.out()).getAsJsonObject();
  }

  private JsonObject bill(Object... paths) {
    List<Object> args = new ArrayList<>(List.of("sbom", "--base", temporary));
    args.addAll(List.of(paths));
    Run run = Run.in(CLOCK, args.toArray());
    assertThat(run.code()).as(run.err()).isZero();
    return bill(run);
  }

  private static List<JsonObject> components(JsonObject of) {
    List<JsonObject> components = new ArrayList<>();
    for (JsonElement component : of.getAsJsonArray("components")) {
      components.add(component.getAsJsonObject());
    }
    return components;
  }

  private static List<String> names(List<JsonObject> components) {
    return components.stream().map(one -> one.get("name").getAsString()).toList();
  }

  private static List<String> properties(JsonObject of, String name) {
    List<String> values = new ArrayList<>();
    for (JsonElement property : of.getAsJsonArray("properties")) {
      JsonObject one = property.getAsJsonObject();
      if (one.get("name").getAsString().equals("pt2st:" + name)) {
        values.add(one.get("value").getAsString());
      }
    }
    return values;
  }

  private static String sha256(JsonObject component) {
    JsonArray hashes = component.getAsJsonArray("hashes");
    assertThat(hashes).hasSize(1);
    JsonObject hash = hashes.get(0).getAsJsonObject();
    assertThat(hash.get("alg").getAsString()).isEqualTo("SHA-256");
    return hash.get("content").getAsString();
  }

  private static String sha256(Path file) throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    return HexFormat.of()
        .formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private Path copy(Path sample, String name) throws IOException {
    Path target = temporary.resolve(name);
    Files.createDirectories(Objects.requireNonNull(target.getParent()));
    return Files.copy(sample, target);
  }

  @Test
  void aCheckpointHasAllThatIsKnownOfIt() throws Exception {
    Path model = copy(Samples.checkpoint("zip_training.pt"), "models/a.pt");
    Files.writeString(
        model.resolveSibling("config.json"),
        "{\"model_type\": \"llama\", \"architectures\": [\"LlamaForCausalLM\"], \"x\": [{}]}");
    Files.writeString(
        model.resolveSibling("README.md"),
        """
        ---
        license: apache-2.0
        pipeline_tag: text-generation
        datasets:
        - squad
        - "org/data"
        ---
        # A model
        """);
    JsonObject bill = bill(temporary.resolve("models"));
    assertThat(properties(bill, "filesNotListed")).containsExactly("2");
    JsonObject component = components(bill).getFirst();
    assertThat(component.get("type").getAsString()).isEqualTo("machine-learning-model");
    assertThat(component.get("name").getAsString()).isEqualTo("models/a.pt");
    assertThat(sha256(component)).isEqualTo(sha256(model));
    assertThat(component.get("licenses"))
        .hasToString("[{\"license\":{\"id\":\"Apache-2.0\",\"acknowledgement\":\"declared\"}}]");
    assertThat(component.getAsJsonObject("modelCard").get("modelParameters"))
        .hasToString(
            "{\"task\":\"text-generation\",\"architectureFamily\":\"llama\","
                + "\"modelArchitecture\":\"LlamaForCausalLM\",\"datasets\":["
                + "{\"type\":\"dataset\",\"name\":\"squad\"},"
                + "{\"type\":\"dataset\",\"name\":\"org/data\"}]}");
    JsonObject inspected =
        JsonParser.parseString(Run.of("inspect", "--json", model).out()).getAsJsonObject();
    assertThat(properties(component, "format"))
        .containsExactly(inspected.get("layout").getAsString());
    assertThat(properties(component, "tensors"))
        .containsExactly(Integer.toString(inspected.getAsJsonArray("tensors").size()));
    assertThat(properties(component, "bytes")).containsExactly(Long.toString(Files.size(model)));
    assertThat(properties(component, "scan:verdict")).containsExactly("safe");
    assertThat(properties(component, "global"))
        .contains("collections.OrderedDict", "torch._utils._rebuild_tensor_v2");
    assertThat(properties(component, "global:unlisted")).isEmpty();
    assertThat(component.has("components")).isFalse();
  }

  @Test
  void theSameFilesGiveTheSameBill() throws Exception {
    copy(Samples.checkpoint("zip_basic.pt"), "models/a.pt");
    Path models = temporary.resolve("models");
    String first = Run.in(CLOCK, "sbom", "--base", temporary, models).out();
    assertThat(Run.in(CLOCK, "sbom", "--base", temporary, models, "--jobs", 1).out())
        .isEqualTo(first)
        .contains("\"timestamp\": \"2023-11-14T22:13:20Z\"");
    copy(Samples.checkpoint("zip_shapes.pt"), "models/b.pt");
    String second = Run.in(CLOCK, "sbom", "--base", temporary, models).out();
    assertThat(serial(second)).isNotEqualTo(serial(first));
  }

  private static String serial(String bill) {
    return JsonParser.parseString(bill).getAsJsonObject().get("serialNumber").getAsString();
  }

  @Test
  void shardsAreOneModelWithItsFiles() throws Exception {
    Path folder = Files.createDirectories(temporary.resolve("sharded"));
    Run split =
        Run.convert(
            "--max-shard-size",
            "200B",
            Samples.checkpoint("zip_basic.pt"),
            folder.resolve("model.safetensors"));
    assertThat(split.code()).as(split.err()).isZero();
    JsonObject model = components(bill(folder)).getFirst();
    assertThat(model.get("name").getAsString()).isEqualTo("sharded/model.safetensors.index.json");
    assertThat(model.has("hashes")).isFalse();
    List<JsonObject> files = components(model);
    try (Stream<Path> written = Files.list(folder)) {
      assertThat(names(files))
          .containsExactlyInAnyOrderElementsOf(
              written.map(file -> "sharded/" + file.getFileName()).toList());
    }
    for (JsonObject file : files) {
      assertThat(sha256(file)).isEqualTo(sha256(temporary.resolve(file.get("name").getAsString())));
    }
    assertThat(components(bill(folder))).hasSize(1);
    // Named itself, an index stands for the model, and a shard for itself.
    assertThat(components(bill(folder.resolve("model.safetensors.index.json"))).getFirst())
        .isEqualTo(model);
    Path shard = temporary.resolve(files.getLast().get("name").getAsString());
    assertThat(names(components(bill(shard)))).containsExactly(names(files).getLast());
  }

  @ParameterizedTest
  @CsvSource({"dcp_columns, 15", "dtensor_ranks, 0", "hf_pieces, 0"})
  void aFolderOfSeveralProcessesIsOneModel(String sample, int tensors) throws IOException {
    Path folder = Samples.root().resolve("samples/sharded").resolve(sample);
    Path copy = Files.createDirectories(temporary.resolve("run/step"));
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(String.valueOf(file.getFileName())));
      }
    }
    JsonObject component = components(bill(temporary.resolve("run"))).getFirst();
    assertThat(component.get("name").getAsString()).isEqualTo("run/step");
    assertThat(component.get("type").getAsString()).isEqualTo("machine-learning-model");
    assertThat(components(component)).hasSizeGreaterThan(1);
    if (tensors > 0) {
      assertThat(properties(component, "tensors")).containsExactly(Integer.toString(tensors));
    }
  }

  @Test
  void whatHasNoTensorsIsAFile() throws IOException {
    copy(Samples.checkpoint("zip_no_tensors.pt"), "arguments.bin");
    copy(Samples.checkpoint("bad_lfs_pointer.bin"), "pointer.bin");
    Run run = Run.in(CLOCK, "sbom", "--base", temporary, temporary);
    assertThat(run.code()).isZero();
    assertThat(run.errLines())
        .containsExactly(
            "pt2st: 1 component could not be read whole; the property pt2st:problem says why");
    List<JsonObject> components = components(bill(run));
    assertThat(components).allMatch(one -> one.get("type").getAsString().equals("file"));
    assertThat(properties(components.getLast(), "problem"))
        .singleElement()
        .asString()
        .startsWith("pointer.bin: ");
  }

  static Stream<String> hostile() {
    return Samples.hostileWithVerdict();
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void aHostileFileHasItsVerdict(String name) throws IOException {
    Path file = Samples.hostile(name);
    Run run = Run.in(CLOCK, "sbom", file);
    JsonObject scanned =
        JsonParser.parseString(Run.of("scan", "--format", "json", file).out())
            .getAsJsonObject()
            .getAsJsonArray("files")
            .get(0)
            .getAsJsonObject();
    String verdict = scanned.get("verdict").getAsString();
    List<JsonObject> components = components(bill(run));
    if (components.isEmpty()) {
      assertThat(verdict).isIn("no pickle", "unrecognized");
      assertThat(run.code()).isOne();
    } else {
      assertThat(properties(components.getFirst(), "scan:verdict")).containsExactly(verdict);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u001b[2J\u202efdp.pt",
        "a\"},{\"type\":\"application\".pt",
        "</script><script>alert(1)</script>.pt",
        "a\nb.pt"
      })
  void aNameIsOnlyAName(String name) throws Exception {
    copy(Samples.checkpoint("zip_basic.pt"), name);
    Run run = Run.in(CLOCK, "sbom", "--base", temporary, temporary);
    assertThat(run.code()).isZero();
    assertThat(names(components(bill(run)))).containsExactly(name);
    assertThat(run.out().chars()).noneMatch(c -> c == 0x1b || c == 0x202e);
  }

  @Test
  void whatACardSaysIsOnlyText() throws Exception {
    copy(Samples.checkpoint("zip_basic.pt"), "a.pt");
    Files.writeString(
        temporary.resolve("README.md"),
        """
        ---
        license: other
        license_name: "evil\u001b[31m licence"
        license_link: javascript:alert(1)
        ---
        """);
    Files.writeString(temporary.resolve("config.json"), "[".repeat(100_000));
    Run run = Run.in(CLOCK, "sbom", "--base", temporary, temporary);
    assertThat(components(bill(run)).getFirst().get("licenses"))
        .hasToString(
            "[{\"license\":{\"name\":\"evil\\u001b[31m licence\","
                + "\"acknowledgement\":\"declared\"}}]");
    assertThat(run.out()).doesNotContain("\u001b", "javascript", "modelCard");
  }

  @Test
  void theBillGoesIntoAFileOnlyIfItIsOne() throws Exception {
    Path model = copy(Samples.checkpoint("zip_basic.pt"), "a.pt");
    Path text = Files.writeString(temporary.resolve("a.txt"), "text");
    Path target = temporary.resolve("bill.json");
    Run none = Run.of("sbom", text, "--output", target);
    assertThat(none.code()).isOne();
    assertThat(none.err()).isEqualTo("pt2st: there is no model among the files named\n");
    assertThat(target).doesNotExist();
    Run made = Run.of("sbom", model, text, "--output", target);
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.out()).isEqualTo("1 component; 1 other file\n");
    assertThat(SCHEMA.validate(Files.readString(target), InputFormat.JSON)).isEmpty();
    assertThat(Run.of("sbom", model, "--output", model).code()).isEqualTo(2);
    assertThat(model).hasSameBinaryContentAs(Samples.checkpoint("zip_basic.pt"));
  }

  @Test
  void aFileThatIsNotThereIsSaid() throws IOException {
    Path model = copy(Samples.checkpoint("zip_basic.pt"), "a.pt");
    Run run = Run.of("sbom", model, temporary.resolve("b.pt"));
    assertThat(run.code()).isOne();
    assertThat(run.err())
        .isEqualTo("pt2st: " + temporary.resolve("b.pt") + ": there is no such file\n");
    assertThat(components(bill(run))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-", "hf://org/model", "https://host/model.pt", "s3://bucket/model"})
  void whatIsNotOnThisDiskIsUsage(String word) {
    Run run = Run.of("sbom", word);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("sbom");
  }

  /** The references of a bill must differ, whatever files are called. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void noNameTakesTheReferenceOfAnother() throws Exception {
    Path folder = Files.createDirectories(temporary.resolve("m"));
    Run split =
        Run.convert(
            "--max-shard-size",
            "200B",
            Samples.checkpoint("zip_basic.pt"),
            folder.resolve("model.safetensors"));
    assertThat(split.code()).as(split.err()).isZero();
    String index = "m/model.safetensors.index.json";
    copy(Samples.checkpoint("zip_basic.pt"), index + "\n" + index);
    ProcessBuilder shell =
        new ProcessBuilder(
            "sh",
            "-c",
            "cp \"$0\" \"$(printf 'x\\377.pt')\" && cp \"$0\" \"$(printf 'x\\376.pt')\"",
            Samples.checkpoint("zip_basic.pt").toString());
    shell.directory(temporary.toFile());
    assertThat(shell.start().waitFor()).isZero();

    JsonObject bill = bill(temporary);

    List<JsonObject> all = new ArrayList<>(components(bill));
    assertThat(all).hasSize(4);
    all.stream()
        .filter(one -> one.has("components"))
        .toList()
        .forEach(one -> all.addAll(components(one)));
    assertThat(all.stream().map(one -> one.get("bom-ref"))).doesNotHaveDuplicates();
  }

  /** What cannot be told is not left out as if it were nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"model.pt", "pytorch_model.bin", "model.safetensors"})
  void aBrokenCheckpointIsListed(String name) throws IOException {
    byte[] broken = new byte[1000];
    Arrays.fill(broken, (byte) 0x9c);
    Files.write(temporary.resolve(name), broken);
    Files.write(temporary.resolve("noise"), broken);
    JsonObject bill = bill(temporary);
    assertThat(names(components(bill))).containsExactly(name);
    JsonObject component = components(bill).getFirst();
    assertThat(component.get("type").getAsString()).isEqualTo("file");
    assertThat(properties(component, "scan:verdict"))
        .singleElement()
        .isIn("unrecognized", "malformed");
    assertThat(properties(component, "problem")).hasSize(1);
    assertThat(properties(bill, "filesNotListed")).containsExactly("1");
  }

  /** The last of several files must not speak for all. */
  @Test
  void aModelOfSeveralFilesIsReadWhateverTheFilesAre() throws Exception {
    copy(Samples.checkpoint("zip_basic.pt"), "m/pytorch_model-00001-of-00002.bin");
    Files.write(
        temporary.resolve("m/pytorch_model-00002-of-00002.bin"),
        HexFormat.of().parseHex("47475546" + "03000000" + "00".repeat(16)));
    Files.writeString(
        temporary.resolve("m/pytorch_model.bin.index.json"),
        "{\"weight_map\":{\"a\":\"pytorch_model-00001-of-00002.bin\","
            + "\"b\":\"pytorch_model-00002-of-00002.bin\"}}");
    JsonObject component = components(bill(temporary.resolve("m"))).getFirst();
    assertThat(component.get("name").getAsString()).isEqualTo("m/pytorch_model.bin.index.json");
    assertThat(properties(component, "format")).noneMatch(format -> format.contains("GGUF"));
    assertThat(properties(component, "problem")).isNotEmpty();
  }

  /** All models of a folder have what the files beside them say, or why that cannot be told. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aCardThatCannotBeReadIsAProblemOfEachModel() throws Exception {
    copy(Samples.checkpoint("zip_basic.pt"), "m/a.pt");
    copy(Samples.checkpoint("zip_basic.pt"), "m/b.pt");
    Files.writeString(temporary.resolve("m/README.md"), "---\nlicense: mit\n---\n");
    // A file that is there and that nobody, root included, can read.
    Files.createSymbolicLink(temporary.resolve("m/config.json"), Path.of("/proc/self/mem"));
    for (JsonObject component : components(bill(temporary.resolve("m")))) {
      assertThat(properties(component, "problem"))
          .singleElement()
          .asString()
          .startsWith("m/config.json: ");
    }
  }

  /** Texts of any length would be kept for each folder, and stand in the bill. */
  @Test
  void aLongNameOfAClassIsNoName() throws Exception {
    copy(Samples.checkpoint("zip_basic.pt"), "a.pt");
    String lengthy = "x".repeat(1 << 20);
    Files.writeString(
        temporary.resolve("config.json"),
        "{\"model_type\": \""
            + lengthy
            + "\", \"architectures\": [\""
            + lengthy
            + "\", \"Model\", 1, null, {}]}");
    JsonObject card = components(bill(temporary)).getFirst().getAsJsonObject("modelCard");
    assertThat(card).hasToString("{\"modelParameters\":{\"modelArchitecture\":\"Model\"}}");
  }

  @Test
  void aModelThatIsNamedTwiceIsThereOnce() throws IOException {
    Path model = copy(Samples.checkpoint("zip_basic.pt"), "models/a.pt");
    assertThat(components(bill(model, temporary.resolve("models"), model))).hasSize(1);
  }

  @Test
  void everyBillOfTheSamplesIsValid() {
    Path samples = Samples.root().resolve("samples");
    Run run =
        Run.in(
            CLOCK,
            "sbom",
            "--base",
            samples,
            samples.resolve("checkpoints"),
            samples.resolve("sharded"));
    assertThat(run.code()).as(run.err()).isZero();
    Map<String, JsonObject> byReference = new HashMap<>();
    for (JsonObject component : components(bill(run))) {
      assertThat(byReference.put(component.get("bom-ref").getAsString(), component)).isNull();
    }
    assertThat(byReference).hasSizeGreaterThan(60);
  }
}
