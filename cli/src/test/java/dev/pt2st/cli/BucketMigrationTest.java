package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.cli.report.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Migrations out of buckets, and into them. */
class BucketMigrationTest extends BucketTesting {
  @Test
  void aMigrationTakesAPrefix() throws IOException {
    put(Samples.checkpoint("zip_basic.pt"), "models/pytorch_model.bin");
    put(Files.writeString(temporary.resolve("config.json"), "{}"), "models/config.json");
    Path out = temporary.resolve("out");

    assertThat(run("migrate", "s3://bucket/models", "--out", out).code()).isZero();

    assertThat(out.resolve("model.safetensors")).isNotEmptyFile();
    assertThat(out.resolve("config.json")).hasContent("{}");
  }

  /**
   * A folder with two checkpoints, of which one is malicious, a model in shards, and side files.
   */
  private Path models() throws IOException {
    Path models = Files.createDirectories(temporary.resolve("models/sub")).getParent();
    Files.copy(Samples.checkpoint("zip_basic.pt"), models.resolve("sub/pytorch_model.bin"));
    Files.copy(Samples.hostile("zip_os_system.pt"), models.resolve("bad.pt"));
    Files.writeString(models.resolve("sub/config.json"), "{}");
    Files.createSymbolicLink(models.resolve("sub/same.json"), Path.of("config.json"));
    return models;
  }

  @Test
  void aMigrationGoesIntoABucket() throws IOException {
    Path models = models();
    Path there = temporary.resolve("there");
    Run run = run("migrate", models, "--out", "s3://bucket/all");

    assertThat(run.code()).isEqualTo(ExitCode.REFUSED.code());
    assertThat(run.out())
        .contains("sub/pytorch_model.bin → sub/model.safetensors", "bad.pt: ")
        .doesNotContain("journal", temporary.resolve("store").toString());
    assertThat(objects())
        .containsExactly("all/sub/config.json", "all/sub/model.safetensors", "all/sub/same.json");
    assertThat(run("migrate", "s3://bucket/all", "--out", there).code()).isZero();
    assertThat(there.resolve("sub/same.json")).hasContent("{}");
    assertThat(
            run(
                    "verify",
                    models.resolve("sub/pytorch_model.bin"),
                    "s3://bucket/all/sub/model.safetensors")
                .code())
        .isZero();
  }

  @Test
  void theSameMigrationAgainWritesNothingTwiceAndReplacesNothing() throws IOException {
    Path models = models();
    Object[] command = {"migrate", models, "--out", "s3://bucket/all/"};
    assertThat(run(command).err()).contains(" sent");

    Run again = run(command);
    assertThat(again.err()).contains("network: ").doesNotContain(" sent");
    assertThat(again.out()).containsPattern("already there +2");
    Run dry = run("migrate", models, "--out", "s3://bucket/all/", "--dry-run");
    assertThat(dry.out()).containsPattern("already there +2").containsPattern("to convert +0");

    // Touched, so that only the bytes tell that they are the same.
    Path source = models.resolve("sub/pytorch_model.bin");
    Files.setLastModifiedTime(source, FileTime.fromMillis(1));
    assertThat(run(command).err()).doesNotContain(" sent");

    Files.delete(bucket.resolve("all/sub/model.safetensors"));
    put(Samples.checkpoint("zip_basic.pt"), "all/sub/model.safetensors");
    Run other = run(command);
    assertThat(other.out())
        .contains(
            "failed",
            "something else is there already, and it is not replaced: delete it, or name");
    assertThat(bucket.resolve("all/sub/model.safetensors"))
        .hasSameBinaryContentAs(Samples.checkpoint("zip_basic.pt"));
  }

  /** A model in shards: no object of it is there before all of them are sent. */
  @Test
  void aModelInShardsGoesIntoABucketWithItsIndexLast() throws IOException {
    Path model = Files.createDirectory(temporary.resolve("model"));
    Files.copy(
        Samples.checkpoint("zip_basic.pt"), model.resolve("pytorch_model-00001-of-00001.bin"));
    Run whole = Run.of("inspect", "--json", model.resolve("pytorch_model-00001-of-00001.bin"));
    StringBuilder map = new StringBuilder();
    whole
        .json()
        .getAsJsonArray("tensors")
        .forEach(tensor ->
            map.append(map.isEmpty() ? "" : ",")
                .append(tensor.getAsJsonObject().get("name"))
                .append(":\"pytorch_model-00001-of-00001.bin\""));
    Files.writeString(
        model.resolve("pytorch_model.bin.index.json"),
        "{\"metadata\":{},\"weight_map\":{" + map + "}}");

    Run run = run("migrate", model, "--out", "s3://bucket/m", "--attest");

    assertThat(run.code()).as(run.out() + run.err()).isZero();
    assertThat(objects())
        .containsExactly(
            "m/model-00001-of-00001.safetensors",
            "m/model-00001-of-00001.safetensors.intoto.json",
            "m/model.safetensors.index.json");
    assertThat(run("migrate", model, "--out", "s3://bucket/m", "--attest").err())
        .doesNotContain(" sent");
  }

  /** What a side link leads to is sent, if it may be: the bytes decide whether it is there. */
  @Test
  void aSideLinkIsSentAsWhatItLeadsTo() throws IOException {
    Path models = models();
    Files.createSymbolicLink(models.resolve("latest"), Path.of("sub"));
    Path secret = Files.createDirectory(models.resolve("private"));
    Files.writeString(secret.resolve("key.json"), "secret");
    Files.createSymbolicLink(models.resolve("key.json"), Path.of("private/key.json"));
    Object[] command = {"migrate", models, "--out", "s3://bucket/all", "--exclude", "private/*"};

    Run run = run(command);

    assertThat(run.out())
        .contains("latest: it leads to a folder", "key.json: it leads to what is excluded");
    assertThat(objects())
        .containsExactly("all/sub/config.json", "all/sub/model.safetensors", "all/sub/same.json");
    Files.writeString(models.resolve("sub/other.json"), "[]");
    Files.delete(models.resolve("sub/same.json"));
    Files.createSymbolicLink(models.resolve("sub/same.json"), Path.of("other.json"));
    assertThat(run(command).out())
        .containsPattern("failed +sub/same.json: .*something else is there already");
  }

  /** Two folders with the same names, sizes and times are two sources. */
  @Test
  void anotherFolderIsAnotherSource() throws IOException {
    for (String name : List.of("one", "two")) {
      Path folder = Files.createDirectories(temporary.resolve(name).resolve("model"));
      Path file = folder.resolve("notes.txt");
      Files.writeString(file, name);
      Files.setLastModifiedTime(file, FileTime.fromMillis(1));
      Run run = run("migrate", folder, "--out", "s3://bucket/all");
      assertThat(run.code()).isEqualTo(name.equals("one") ? 0 : ExitCode.FAILED.code());
    }
    assertThat(bucket.resolve("all/notes.txt")).hasContent("one");
  }

  @Test
  void aMigrationGoesFromABucketToABucket() throws IOException {
    put(Samples.checkpoint("zip_basic.pt"), "from/pytorch_model.bin");
    assertThat(run("migrate", "s3://bucket/from", "--out", "s3://bucket/to").code()).isZero();
    assertThat(objects()).contains("to/model.safetensors");
    assertThat(run("migrate", "s3://bucket/from", "--out", "s3://bucket/to").err())
        .doesNotContain(" sent");
  }

  /** The side files are where they would be put, and what is converted goes beside its original. */
  @ParameterizedTest
  @ValueSource(strings = {"s3://bucket/all", "s3://bucket/all/"})
  void aMigrationGoesToWhereItsSourceIs(String out) throws IOException {
    put(Samples.checkpoint("zip_basic.pt"), "all/sub/pytorch_model.bin");
    put(Files.writeString(temporary.resolve("config.json"), "{}"), "all/sub/config.json");

    Run run = run("migrate", "s3://bucket/all", "--out", out);
    assertThat(run.code()).as(run.out() + run.err()).isZero();
    assertThat(objects())
        .containsExactly(
            "all/sub/config.json", "all/sub/model.safetensors", "all/sub/pytorch_model.bin");

    Run again = run("migrate", "s3://bucket/all", "--out", out);
    assertThat(again.code()).as(again.out() + again.err()).isZero();
    assertThat(again.err()).doesNotContain(" sent");
  }

  /** In a cache of the Hub every name is a link. */
  @Test
  void aLinkToACheckpointBecomesAnObject() throws IOException {
    Path models = Files.createDirectories(temporary.resolve("cache/blobs")).getParent();
    Files.copy(Samples.checkpoint("zip_basic.pt"), models.resolve("blobs/0123"));
    Files.createSymbolicLink(models.resolve("pytorch_model.bin"), Path.of("blobs/0123"));

    Run run = run("migrate", models, "--out", "s3://bucket/all");

    assertThat(run.code()).as(run.out() + run.err()).isZero();
    assertThat(objects()).containsExactly("all/blobs/0123.safetensors", "all/model.safetensors");
    assertThat(bucket.resolve("all/model.safetensors"))
        .hasSameBinaryContentAs(bucket.resolve("all/blobs/0123.safetensors"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--remove-originals", "--side-files=link", "--fsync", "--journal=j"})
  void whatABucketCannotDoIsRefused(String option) throws IOException {
    Run run = run("migrate", models(), "--out", "s3://bucket/all", option);
    assertThat(run.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.err()).contains("with outputs in S3");
    assertThat(objects()).isEmpty();
  }

  @Test
  void aBucketThatIsNotThereFailsEachCheckpointAndLeavesNothing() throws IOException {
    Run run = run("migrate", models(), "--out", "s3://none/all");
    assertThat(run.code()).isNotZero();
    assertThat(run.out()).containsPattern("failed +sub/pytorch_model.bin: s3://none");
  }
}
