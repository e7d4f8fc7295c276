package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pt2st.cli.report.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Migrations of models on the Hub. */
class AddressMigrationTest extends HubTesting {
  @Test
  void aMigrationFetchesWhatIsNeededAndLeavesNothingBehind() throws IOException {
    Path out = temporary.resolve("out");
    Run dry = run("migrate", "--dry-run", "hf://org/weights", "--out", out);
    assertThat(dry.code()).isZero();
    assertThat(dry.outLines())
        .anyMatch(line -> line.matches("to convert +pytorch_model\\.bin, .* → model.safetensors"))
        .anyMatch(line -> line.matches("side file +config\\.json, 2 B.*"))
        .anyMatch(line ->
            line.matches("left alone +old/pytorch_model\\.bin: model\\.safetensors is there.*"))
        .last()
        .asString()
        .matches("to fetch from hf://org/weights: 4 files, .* in about 8 requests");
    assertThat(out).doesNotExist();

    Path report = temporary.resolve("report.json");
    Run done = run("migrate", "hf://org/weights", "--out", out, "--report", report);
    assertThat(done.code()).isZero();
    assertThat(Files.readString(report)).contains("\"directory\": \"hf://org/weights\"");
    Path expected = temporary.resolve("expected.safetensors");
    Run.done(Samples.checkpoint("zip_basic.pt"), expected);
    assertThat(out.resolve("model.safetensors")).hasSameBinaryContentAs(expected);
    assertThat(out.resolve("config.json")).hasContent("{}");
    assertThat(out.resolve("old/model.safetensors")).hasSameBinaryContentAs(expected);
    assertThat(out.resolve("old/pytorch_model.bin")).doesNotExist();
    assertOnly("expected.safetensors", "out", "report.json");

    // The same again does nothing again, and asks for nothing but the list of files.
    Run again = run("migrate", "hf://org/weights", "--out", out);
    assertThat(again.out()).containsPattern("already there +4").contains(": 0 files, 0 B");
    assertThat(again.err()).contains("network: 2 requests");
    assertThat(run("migrate", "--dry-run", "hf://org/weights@main", "--out", out).out())
        .containsPattern("already there +pytorch_model.bin")
        .contains("to fetch from hf://org/weights@main: 0 files");
  }

  /** What is gone, has changed or is wanted otherwise is fetched, and nothing else. */
  @Test
  void onlyWhatIsNotThereIsFetchedAgain() throws IOException {
    Path weights = shared.resolve("repositories/org/again");
    Files.createDirectories(weights);
    Files.copy(Samples.checkpoint("zip_basic.pt"), weights.resolve("a.pt"));
    Files.copy(Samples.checkpoint("zip_training.pt"), weights.resolve("b.pt"));
    Files.copy(Samples.hostile("zip_os_system.pt"), weights.resolve("c.pt"));
    Files.writeString(weights.resolve("config.json"), "{}");
    // What a publisher says has been done here is not listened to.
    Files.writeString(weights.resolve(".pt2st-fetched.jsonl"), "{}\n");
    Files.writeString(weights.resolve(".PT2ST-migrate.jsonl"), "{}\n");
    Path out = temporary.resolve("out");
    String[] command = {"migrate", "hf://org/again", "--out", out.toString()};
    assertThat(run((Object[]) command).code()).isEqualTo(ExitCode.REFUSED.code());

    // What is refused is looked at each time.
    Run again = run((Object[]) command);
    assertThat(again.code()).isEqualTo(ExitCode.REFUSED.code());
    assertThat(again.out()).contains(": 1 file, ").containsPattern("already there +3");

    Files.delete(weights.resolve("c.pt"));
    Files.delete(out.resolve("a.safetensors"));
    Files.writeString(out.resolve("config.json"), "{ }");
    assertThat(run("migrate", "--dry-run", "hf://org/again", "--out", out).outLines())
        .anyMatch(line -> line.matches("to convert +a\\.pt.*"))
        .anyMatch(line -> line.matches("side file +config\\.json.*"))
        .anyMatch(line -> line.startsWith("already there") && line.endsWith("b.pt"));
    assertThat(run("migrate", "--cast", "fp16", "--dry-run", command[1], "-o", out).out())
        .containsPattern("to convert +b\\.pt");
    Files.copy(
        Samples.checkpoint("legacy_basic.pt"),
        weights.resolve("b.pt"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThat(run("migrate", "--dry-run", "hf://org/again", "--out", out).out())
        .containsPattern("to convert +b\\.pt");
  }

  /** A record that leads out of the output folder is not a record of an output. */
  @ParameterizedTest
  @ValueSource(strings = {"../a.safetensors", "/a.safetensors", "."})
  void aRecordOfAFileElsewhereIsNotBelieved(String target) throws IOException {
    Path weights = shared.resolve("repositories/org/believed");
    Files.createDirectories(weights);
    Files.copy(
        Samples.checkpoint("zip_basic.pt"),
        weights.resolve("a.pt"),
        StandardCopyOption.REPLACE_EXISTING);
    Path out = temporary.resolve("out");
    String[] command = {"migrate", "hf://org/believed", "--out", out.toString(), "--dry-run"};
    assertThat(run("migrate", "hf://org/believed", "--out", out).code()).isZero();
    assertThat(run((Object[]) command).out()).containsPattern("already there +a\\.pt");
    Path elsewhere = temporary.resolve("a.safetensors");
    Files.move(out.resolve("a.safetensors"), elsewhere);
    Path record = out.resolve(".pt2st-fetched.jsonl");
    String named = target.startsWith("/") ? temporary + target : target;
    String lines =
        Files.readString(record)
            .replace("\"target\":\"a.safetensors\"", "\"target\":\"" + named + "\"");
    Files.writeString(record, lines);

    assertThat(lines).contains("\"" + named + "\"");
    assertThat(run((Object[]) command).out()).containsPattern("to convert +a\\.pt");
  }

  /** Behind a link, {@code ..} is not the folder that the link is in. */
  @Test
  void aRecordIsFoundBehindALink() throws IOException {
    Path weights = shared.resolve("repositories/org/linked");
    Files.createDirectories(weights);
    Files.copy(
        Samples.checkpoint("zip_basic.pt"),
        weights.resolve("a.pt"),
        StandardCopyOption.REPLACE_EXISTING);
    Path inner = Files.createDirectories(temporary.resolve("disk/inner"));
    Path link = Files.createSymbolicLink(temporary.resolve("link"), inner);
    Path out = link.resolve("../out");
    assertThat(run("migrate", "hf://org/linked", "--out", out).code()).isZero();
    assertThat(temporary.resolve("disk/out/a.safetensors")).exists();
    assertThat(run("migrate", "hf://org/linked", "--out", out, "--dry-run").out())
        .containsPattern("already there +a\\.pt");
  }

  @Test
  void sideFilesThatNobodyWantsAreNotFetched() throws IOException {
    Path out = temporary.resolve("out");
    Run run = run("migrate", "--side-files", "none", "hf://org/weights", "--out", out);
    assertThat(run.code()).isZero();
    assertThat(run.out()).containsPattern("passed over +3 files").contains(": 1 file, ");
    assertThat(out.resolve("model.safetensors")).isNotEmptyFile();
    assertThat(out.resolve("config.json")).doesNotExist();
  }

  @Test
  void aPlanForAnAddressHasNoReport() {
    Path out = temporary.resolve("out");
    Run run = run("migrate", "--dry-run", "hf://org/weights", "-o", out, "--report", out + ".json");
    assertThat(run.code()).isEqualTo(ExitCode.USAGE.code());
  }

  private void assertOnly(String... names) throws IOException {
    try (var files = Files.list(temporary)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder(names);
    }
  }

  @Test
  void aMigrationThatFailsMakesNoOutput() {
    Path out = temporary.resolve("out");
    Run run = run("migrate", "--max-download", "3kB", "hf://org/weights", "--out", out);
    assertThat(run.code()).isEqualTo(ExitCode.FAILED.code());
    assertThat(run.err()).contains("more than the 3,000 bytes of download allowed");
    assertThat(out).doesNotExist();
  }

  /** The next run takes over what a stopped one has fetched, if it is still of the same version. */
  @Test
  void whatWasFetchedBeforeAFailureIsNotFetchedAgain() throws IOException {
    assumeTrue(Files.exists(Path.of("/proc/sys/kernel/random/boot_id")));
    Path weights = shared.resolve("repositories/org/large");
    Files.createDirectories(weights);
    byte[] noise = new byte[40 << 20];
    new Random(1).nextBytes(noise);
    noise[0] = (byte) '#';
    Files.write(weights.resolve("noise.bin"), noise);
    Files.writeString(weights.resolve("readme.md"), "Large.\n");
    Path out = temporary.resolve("out");
    String[] command = {"migrate", "hf://org/large", "--out", out.toString()};

    Run stopped =
        run("migrate", "--max-download", "36MiB", "--connections", "1", command[1], "-o", out);
    assertThat(stopped.code()).isEqualTo(ExitCode.FAILED.code());
    assertThat(stopped.err()).contains("the same command continues with them");
    try (var files = Files.list(temporary)) {
      assertThat(files.map(file -> file.getFileName().toString()).toList())
          .allMatch(name -> name.startsWith(".pt2st-fetched-"))
          .isNotEmpty();
    }

    Run rest = run("migrate", "--max-download", "24MiB", command[1], "--out", out);
    assertThat(rest.code()).isZero();
    assertThat(out.resolve("noise.bin")).hasBinaryContent(noise);
    assertOnly("out");

    // Another version shares nothing with it.
    run("migrate", "--max-download", "36MiB", "--connections", "1", command[1], "-o", out + "2");
    noise[noise.length - 1]++;
    noise[1]++;
    Files.write(weights.resolve("noise.bin"), noise);
    assertThat(run("migrate", command[1], "--out", out + "2").code()).isZero();
    assertThat(temporary.resolve("out2/noise.bin")).hasBinaryContent(noise);
    assertOnly("out", "out2");
  }

  @Test
  void aMigrationOfAnAddressNeedsAFolderAndRemovesNothing() {
    assertThat(run("migrate", "hf://org/weights").err()).contains("name a folder with --out");
    String out = temporary.resolve("out").toString();
    assertThat(run("migrate", "--remove-originals", "hf://org/weights", "--out", out).code())
        .isEqualTo(ExitCode.USAGE.code());
    assertThat(run("migrate", "--side-files", "link", "hf://org/weights", "--out", out).code())
        .isEqualTo(ExitCode.USAGE.code());
    assertThat(run("migrate", "https://127.0.0.1/a.pt", "--out", out).err())
        .contains("a web server does not say what files it has");
  }
}
