package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.pt2st.cli.input.Location;
import dev.pt2st.cli.report.ChecksumLine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code pt2st checksum}: one digest for a model, whatever files it is in. */
class ChecksumCommandTest {
  private static final Path TRAINING = Samples.checkpoint("zip_training.pt");

  @TempDir Path temporary;

  private Path output;

  @BeforeEach
  void convert() {
    output = temporary.resolve("out.safetensors");
    assertThat(Run.convert(TRAINING, output, "--quiet").code()).isZero();
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String digest(Object... args) {
    Object[] all = new Object[args.length + 1];
    all[0] = "checksum";
    System.arraycopy(args, 0, all, 1, args.length);
    Run run = Run.of(all);
    assertThat(run.code()).isZero();
    assertThat(run.out()).matches("[0-9a-f]{64}  .*\n");
    return run.out().substring(0, 64);
  }

  @Test
  void aCheckpointItsFileAndItsShardsHaveOneDigest() {
    Path shards = temporary.resolve("shards.safetensors");
    assertThat(Run.convert(TRAINING, shards, "--max-shard-size=300B").code()).isZero();
    String digest = digest(TRAINING);
    assertThat(digest(output)).isEqualTo(digest);
    assertThat(digest(temporary.resolve("shards.safetensors.index.json"))).isEqualTo(digest);
    assertThat(digest(TRAINING, "--root=optimizer")).isNotEqualTo(digest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip_names.pt", "zip_dtypes.pt", "zip_shapes.pt", "legacy_strided.pt"})
  void theDigestIsThatOfTheLinesOfTheTensors(String sample) throws Exception {
    Path input = Samples.checkpoint(sample);
    Run lines = Run.of("checksum", "--tensors", input);
    assertThat(lines.outLines())
        .allMatch(line -> line.matches("(?s)[0-9a-f]{64} [A-Z0-9_]+ \\[[0-9,]*\\] \".*\""));
    assertThat(sha256(lines.out())).isEqualTo(digest(input));
  }

  @Test
  void severalFilesHaveALineEach() {
    Run run = Run.of("checksum", TRAINING, output, Samples.checkpoint("zip_basic.pt"));
    assertThat(run.outLines()).hasSize(3);
    assertThat(run.outLines().getFirst()).endsWith("  " + TRAINING);
  }

  @Test
  void oneThatCannotBeReadDoesNotStopTheOthers() {
    Run run =
        Run.of(
            "checksum",
            temporary.resolve("none"),
            Samples.checkpoint("zip_lightning_called.ckpt"),
            output);
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.outLines()).hasSize(1);
    assertThat(run.errLines()).anyMatch(line -> line.contains("there is no such file"));
  }

  private Path list(String... lines) throws IOException {
    return Files.write(temporary.resolve("list"), List.of(lines));
  }

  @Test
  void aListIsComparedAsSha256sumDoes() throws IOException {
    String right = digest(TRAINING) + "  " + TRAINING;
    String binary = digest(output).toUpperCase(Locale.ROOT) + " *" + output;
    Path list = list(right, "", binary);
    Run run = Run.of("checksum", "--check", list);
    assertThat(run.code()).isZero();
    assertThat(run.outLines()).containsExactly(TRAINING + ": OK", output + ": OK");
    assertThat(run.err()).isEmpty();
    assertThat(Run.of("checksum", "--check", list, "--quiet").out()).isEmpty();

    Run wrong = Run.of("checksum", "--check", list(right, "0".repeat(64) + "  " + output));
    assertThat(wrong.code()).isEqualTo(4);
    assertThat(wrong.outLines()).containsExactly(TRAINING + ": OK", output + ": FAILED");
    assertThat(wrong.errLines()).containsExactly("pt2st: 1 of 2 digests differs");
  }

  @Test
  void whatIsNoLineOrNoFileIsSaid() throws IOException {
    Path none = temporary.resolve("none");
    Path list =
        list(
            "",
            "# a remark",
            "no line",
            digest(output) + "  " + output,
            "0".repeat(64) + "  " + none);
    Run run = Run.of("checksum", "--check", list);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.outLines()).containsExactly(output + ": OK", none + ": FAILED open or read");
    assertThat(run.errLines())
        .containsExactly(
            "pt2st: " + none + ": there is no such file",
            "pt2st: " + list + ": line 3 is not a digest and a path");
    assertThat(Run.of("checksum", "--check", list("x")).code()).isEqualTo(1);
    assertThat(Run.of("checksum", "--check", list()).err())
        .contains("there is no line of a digest");
    assertThat(Run.of("checksum", "--check", none, "--json").json().get("exit_code").getAsInt())
        .isEqualTo(1);
  }

  @Test
  void theListMayComeFromStandardInput() {
    InputStream before = System.in;
    String list = digest(output) + "  " + output + "\r\n";
    System.setIn(new ByteArrayInputStream(list.getBytes(StandardCharsets.UTF_8)));
    try {
      Run run = Run.of("checksum", "-c", "-");
      assertThat(run.code()).isZero();
      assertThat(run.outLines()).containsExactly(output + ": OK");
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void whatIsNoListEndsInASentence() throws IOException {
    Path binary = Files.write(temporary.resolve("list"), new byte[200_000]);
    assertThat(Run.of("checksum", "--check", binary).err())
        .isEqualTo(
            """
            pt2st: %s: line 1 is not a digest and a path
            pt2st: %s: there is no line of a digest and a path in it
            """
                .formatted(binary, binary));
    Path lines = list("x", "y", digest(output) + "  " + output, "x");
    assertThat(Run.of("checksum", "--check", lines).err())
        .isEqualTo(
            "pt2st: "
                + lines
                + ": 3 lines are not a digest and a path, the first of them line 1\n");
    assertThat(Run.of("checksum", "--check", temporary).err())
        .isEqualTo("pt2st: " + temporary + ": is a directory, not a list\n");
  }

  @Test
  void pathsWithLineFeedsAreWrittenAndRead() throws IOException {
    Path odd = Files.copy(output, temporary.resolve("a\\b\nc.safetensors"));
    Run run = Run.of("checksum", odd);
    assertThat(run.out()).startsWith("\\").endsWith("  " + temporary + "/a\\\\b\\nc.safetensors\n");
    Path list = Files.writeString(temporary.resolve("list"), run.out());
    Run check = Run.of("checksum", "--check", list);
    assertThat(check.code()).isZero();
    assertThat(check.out()).isEqualTo("\\" + temporary + "/a\\\\b\\nc.safetensors: OK\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "  ", "\\", "0  a", "\\x"})
  void otherTextsAreNoLines(String text) {
    assertThat(ChecksumLine.parse(text)).isNull();
    String digest = "0".repeat(64);
    assertThat(ChecksumLine.parse(digest)).isNull();
    assertThat(ChecksumLine.parse(digest + " a")).isNull();
    assertThat(ChecksumLine.parse("\\" + digest + "  a\\b")).isNull();
    assertThat(ChecksumLine.parse(digest + "  a\\b"))
        .isEqualTo(new ChecksumLine(digest, Location.of("a\\b")));
  }

  @Test
  void jsonHasTheSame() {
    JsonObject model =
        Run.of("checksum", "--json", "--tensors", output)
            .json()
            .getAsJsonArray("models")
            .get(0)
            .getAsJsonObject();
    assertThat(model.get("sha256").getAsString()).isEqualTo(digest(TRAINING));
    assertThat(model.get("tensor_count").getAsInt()).isEqualTo(15);
    assertThat(model.getAsJsonArray("tensors")).hasSize(15);
    Run failed = Run.of("checksum", "--json", temporary.resolve("none"));
    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.json().getAsJsonArray("models").get(0).getAsJsonObject().has("error"))
        .isTrue();
  }

  @Test
  void aCheckAsJsonSaysWhatIsSame() throws IOException {
    Path list = list("0".repeat(64) + "  " + output, "junk");
    Run run = Run.of("checksum", "--check", list, "--json");
    assertThat(run.code()).isEqualTo(4);
    JsonObject json = run.json();
    JsonObject model = json.getAsJsonArray("models").get(0).getAsJsonObject();
    assertThat(model.get("same").getAsBoolean()).isFalse();
    assertThat(model.get("sha256").getAsString()).isEqualTo(digest(output));
    assertThat(json.getAsJsonArray("malformed_lines").toString()).isEqualTo("[2]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "checksum",
        "checksum --check a b",
        "checksum --tensors a b",
        "checksum -q a",
        "checksum -"
      })
  void whatMakesNoSenseIsWrongUsage(String command) {
    assertThat(Run.of((Object[]) command.split(" ")).code()).isEqualTo(2);
  }

  static Stream<Path> hostile() {
    return Stream.concat(Samples.hostileWithVerdict(), Samples.hostileToTheReader())
        .map(Samples::hostile);
  }

  /** Whatever a file does to its reader, both commands end with an ordinary exit code. */
  @ParameterizedTest
  @MethodSource("hostile")
  void anAttackIsRefusedOrReadAsData(Path sample) {
    for (Run run :
        List.of(
            Run.of("checksum", sample, "--inert", "--no-crc"),
            Run.of("verify", sample, output, "--inert"),
            Run.of("verify", output, sample))) {
      assertThat(run.code()).isIn(0, 1, 3, 4);
      assertThat(run.err()).doesNotContain("internal error");
    }
  }
}
