package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.pt2st.IfExists;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.http.HttpSettings;
import dev.pt2st.io.http.Traffic;
import dev.pt2st.io.remote.RemoteStores;
import dev.pt2st.io.source.Upload;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands on objects in buckets, which a server of S3 keeps in a folder. */
class BucketsTest {
  private static final String SECRET = "local/Secret+Key";

  @TempDir Path temporary;
  private Path bucket;
  private S3Proxy server;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void startServer() throws Exception {
    bucket = Files.createDirectories(temporary.resolve("store/bucket"));
    server =
        S3Proxy.builder()
            .blobStore(new FilesystemNio2BlobStore(bucket.getParent().toString()))
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, "local-identity", SECRET)
            .ignoreUnknownHeaders(true)
            .build();
    server.start();
    environment.put("AWS_ENDPOINT_URL", "http://127.0.0.1:" + server.getPort());
    environment.put("AWS_ACCESS_KEY_ID", "local-identity");
    environment.put("AWS_SECRET_ACCESS_KEY", SECRET);
    environment.put("HOME", temporary.toString());
  }

  @AfterEach
  void stopServer() throws Exception {
    server.stop();
  }

  private Run run(Object... args) {
    Run run = Run.in(environment, args);
    assertThat(run.out() + run.err()).doesNotContain(SECRET, "Signature");
    return run;
  }

  /** Through the server, as it keeps more of an object than its bytes. */
  private void put(Path file, String key) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    try (RemoteStores stores =
            new RemoteStores(
                HttpSettings.STANDARD,
                Traffic.unlimited(),
                environment,
                temporary,
                ScratchFolder.TEMPORARY,
                (name, size) -> {});
        Upload upload =
            stores
                .store("s3://bucket/")
                .begin("s3://bucket/" + key, bytes.length, IfExists.REFUSE, Map.of())) {
      upload.write(ByteBuffer.wrap(bytes), 0);
      upload.finish();
      upload.commit();
    }
  }

  private List<String> objects() throws IOException {
    try (Stream<Path> files = Files.walk(bucket)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> bucket.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void aPrefixIsScannedLikeAFolder() throws IOException {
    put(Samples.checkpoint("zip_basic.pt"), "models/sub/a.pt");
    put(Samples.hostile("zip_os_system.pt"), "models/b.pt");
    put(Samples.checkpoint("zip_basic.pt"), "modelsother.pt");

    Run there = run("scan", "s3://bucket/models");
    Run here = Run.of("scan", bucket.resolve("models"));

    assertThat(there.code()).isEqualTo(ExitCode.REFUSED.code());
    assertThat(there.out().replace("s3://bucket", bucket.toString())).isEqualTo(here.out());
    assertThat(run("scan", "s3://bucket/models/sub/a.pt").code()).isZero();
    assertThat(run("scan", "s3://bucket/nothing").out()).contains("unreadable");
    assertThat(run("scan", "--no-sign-request", "s3://bucket/models").code())
        .isEqualTo(ExitCode.FAILED.code());
  }

  /** Whoever may write into a bucket cannot hide what is below a prefix behind its name. */
  @Test
  void anObjectHidesNothingBelowItsName() throws IOException {
    // The folder of the test server cannot have a file and a folder of one name.
    byte[] sound = Files.readAllBytes(Samples.checkpoint("zip_basic.pt"));
    HttpServer both =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
    both.createContext("/bucket/models", exchange -> answer(exchange, sound));
    both.createContext(
        "/bucket",
        exchange -> {
          boolean isFolder = exchange.getRequestURI().getRawQuery().contains("prefix=models%2F");
          String page =
              "<ListBucketResult><IsTruncated>false</IsTruncated>"
                  + (isFolder ? "<Contents><Key>models/b.pt</Key><Size>9</Size></Contents>" : "")
                  + "</ListBucketResult>";
          byte[] body = page.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    both.start();
    try {
      environment.put("AWS_ENDPOINT_URL", "http://127.0.0.1:" + both.getAddress().getPort());
      Run run = run("scan", "s3://bucket/models");
      assertThat(run.outLines())
          .anyMatch(line -> line.matches("safe +s3://bucket/models .*"))
          .anyMatch(line -> line.contains("s3://bucket/models/b.pt"));
    } finally {
      both.stop(0);
    }
  }

  /** As S3 answers a HEAD and a range. */
  private static void answer(HttpExchange exchange, byte[] file) throws IOException {
    if (!exchange.getRequestURI().getPath().equals("/bucket/models")) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    exchange.getResponseHeaders().set("ETag", "\"t\"");
    String range = exchange.getRequestHeaders().getFirst("Range");
    if (range == null) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(file.length));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    String[] ends = range.substring("bytes=".length()).split("-", -1);
    int from = Integer.parseInt(ends[0]);
    int to = Integer.parseInt(ends[1]) + 1;
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + file.length);
    exchange.sendResponseHeaders(206, to - from);
    exchange.getResponseBody().write(file, from, to - from);
    exchange.close();
  }

  @Test
  void anOutputIsSentWhenItIsComplete() throws IOException {
    Path expected = temporary.resolve("expected.safetensors");
    Path input = Samples.checkpoint("zip_basic.pt");
    Run.done(input, expected);

    Run run = run("convert", input, "s3://bucket/out/model.safetensors");

    assertThat(run.code()).isZero();
    assertThat(run.out()).startsWith("s3://bucket/out/model.safetensors: 5 tensors");
    assertThat(run.err()).contains(" sent");
    assertThat(bucket.resolve("out/model.safetensors")).hasSameBinaryContentAs(expected);
    assertThat(objects()).containsExactly("out/model.safetensors");
    assertThat(run("verify", input, "s3://bucket/out/model.safetensors").code()).isZero();
  }

  @Test
  void whatIsThereIsReplacedOnlyWhenAskedAndOnlyIfItIsSafetensors() throws IOException {
    Path input = Samples.checkpoint("zip_basic.pt");
    String output = "s3://bucket/model.safetensors";
    assertThat(run("convert", input, output).code()).isZero();

    Run again = run("convert", "--json", "--cast", "fp16", input, output);
    assertThat(again.code()).isEqualTo(ExitCode.FAILED.code());
    assertThat(again.err()).contains("the output is there already; replace it with --overwrite");
    assertThat(again.json().get("output").getAsString()).isEqualTo(output);
    assertThat(run("convert", "--overwrite", "--cast", "fp16", input, output).code()).isZero();

    put(input, "other.safetensors");
    Run other = run("convert", "--overwrite", input, "s3://bucket/other.safetensors");
    assertThat(other.err()).contains("is neither a safetensors file nor an index");
    assertThat(bucket.resolve("other.safetensors")).hasSameBinaryContentAs(input);
  }

  @Test
  void theSameCommandAgainWritesNothingTwice() throws IOException {
    Path input = Files.copy(Samples.checkpoint("zip_basic.pt"), temporary.resolve("a.pt"));
    for (String[] options : new String[][] {{}, {"--max-shard-size", "300"}}) {
      String output = "s3://bucket/" + options.length + "/model.safetensors";
      List<Object> command = new ArrayList<>(List.of("convert"));
      command.addAll(List.of(options));
      command.addAll(List.of(input, output));
      assertThat(run(command.toArray()).err()).contains(" sent");

      Run again = run(command.toArray());
      assertThat(again.code()).isZero();
      assertThat(again.out()).contains("is there already");
      assertThat(again.err()).contains("network: ").doesNotContain(" sent");
      command.add("--json");
      assertThat(run(command.toArray()).json().get("already_there").getAsBoolean()).isTrue();

      // Of an input that only looks changed, the bytes tell.
      command.add("--verify");
      assertThat(run(command.toArray()).err()).doesNotContain(" sent");
    }
    // A run that was stopped before its index: the shards are not sent again.
    List<String> all = objects();
    String index = all.stream().filter(name -> name.endsWith(".index.json")).findFirst().get();
    Files.delete(bucket.resolve(index));
    Run rest = run("convert", "--max-shard-size", "300", input, "s3://bucket/2/model.safetensors");
    assertThat(rest.code()).isZero();
    assertThat(rest.err()).containsPattern("\\) *, [0-9.]+ k?B sent");
    assertThat(objects()).isEqualTo(all);
  }

  @Test
  void shardsComeBeforeTheirIndexAndAFolderNamesTheOutput() throws IOException {
    Path input = Samples.checkpoint("zip_basic.pt");
    Run run = run("convert", "--json", "--max-shard-size", "300", input, "s3://bucket/split/");

    assertThat(run.code()).isZero();
    assertThat(objects())
        .hasSizeGreaterThan(2)
        .allMatch(name -> name.startsWith("split/zip_basic"))
        .anyMatch(name -> name.endsWith(".safetensors.index.json"));
    assertThat(run.json().get("index").getAsString())
        .isEqualTo("s3://bucket/split/zip_basic.safetensors.index.json");
  }

  @Test
  void aRefusedInputLeavesNothing() throws IOException {
    Run run = run("convert", Samples.hostile("zip_os_system.pt"), "s3://bucket/model.safetensors");
    assertThat(run.code()).isEqualTo(ExitCode.REFUSED.code());
    Run lost = run("convert", Samples.checkpoint("zip_basic.pt"), "s3://none/model.safetensors");
    assertThat(lost.code()).isEqualTo(ExitCode.FAILED.code());
    assertThat(objects()).isEmpty();
  }

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

  private void putAll(Path folder, String prefix) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        put(file, prefix + folder.relativize(file));
      }
    }
  }

  /** What lies beside an output when all is done. */
  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dcp_fsdp2",
        "dcp_columns",
        "dtensor_ranks",
        "shardedtensor_ranks",
        "hf_pieces",
        "zero2",
        "zero3",
        "zero_universal",
        "fairscale"
      })
  void aFolderThatIsOneCheckpointIsConvertedAsOnADisk(String name) throws IOException {
    Path folder = Samples.root().resolve("samples/sharded").resolve(name);
    putAll(folder, "run/" + name + "/");
    Path here = Files.createDirectory(temporary.resolve("here")).resolve("m.safetensors");
    Path out = Files.createDirectory(temporary.resolve("out"));
    Path there = out.resolve("m.safetensors");
    assertThat(Run.of("convert", folder, here).code()).isZero();

    Run run = run("convert", "s3://bucket/run/" + name, there, "--verify");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(there).hasSameBinaryContentAs(here);
    assertThat(names(out)).containsExactly("m.safetensors");
    assertThat(run("verify", "s3://bucket/run/" + name + "/", here).code()).isZero();
    assertThat(run("inspect", "s3://bucket/run/" + name).out())
        .isEqualTo(
            Run.of("inspect", folder).out().replace(folder.toString(), "s3://bucket/run/" + name));
    assertThat(run("checksum", "s3://bucket/run/" + name).out().substring(0, 64))
        .isEqualTo(Run.of("checksum", folder).out().substring(0, 64));
  }

  @Test
  void theStepOfARunIsTheOneThatIsNamed() throws IOException {
    Path zero3 = Samples.root().resolve("samples/sharded/zero3/global_step10");
    Path zero2 = Samples.root().resolve("samples/sharded/zero2/global_step10");
    putAll(zero3, "run/global_step1/");
    putAll(zero2, "run/global_step2/");
    put(Files.writeString(temporary.resolve("latest"), "global_step2"), "run/latest");
    Path latest = temporary.resolve("latest.safetensors");
    Path first = temporary.resolve("first.safetensors");

    assertThat(run("convert", "s3://bucket/run", latest).code()).isZero();
    assertThat(run("convert", "s3://bucket/run", first, "--tag", "global_step1").code()).isZero();

    assertThat(run("verify", zero2, latest).code()).isZero();
    assertThat(run("verify", zero3, first).code()).isZero();
    Run planned =
        run("convert", "s3://bucket/run", temporary.resolve("x.safetensors"), "--dry-run");
    assertThat(planned.err()).contains("s3://bucket/run: its 4 files (", "without --dry-run");
    Run none = run("convert", "s3://bucket/run", temporary.resolve("x.safetensors"), "--tag", "no");
    assertThat(none.code()).isEqualTo(ExitCode.FAILED.code());
    assertThat(none.err()).contains("s3://bucket/run/no: there is no such file");
  }

  @Test
  void aModelInShardsIsNamedByItsFolder() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("shards"));
    Path shards = folder.resolve("model.safetensors");
    assertThat(
            Run.of("convert", Samples.checkpoint("zip_basic.pt"), shards, "--max-shard-size", "1")
                .code())
        .isZero();
    putAll(folder, "model/");
    put(Files.writeString(temporary.resolve("config.json"), "{}"), "model/config.json");
    Path out = temporary.resolve("one.safetensors");

    Run run = run("convert", "s3://bucket/model", out);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run("verify", Samples.checkpoint("zip_basic.pt"), out).code()).isZero();
  }

  @Test
  void aFolderThatIsNotOneModelIsNotFetched() throws IOException {
    put(Samples.checkpoint("zip_basic.pt"), "models/a.pt");
    put(Samples.checkpoint("zip_basic.pt"), "models/b.pt");
    Path out = Files.createDirectory(temporary.resolve("out"));

    Run run = run("convert", "s3://bucket/models", out.resolve("m.safetensors"));

    assertThat(run.code()).isEqualTo(ExitCode.FAILED.code());
    assertThat(run.err())
        .contains(
            "s3://bucket/models: it is a folder, and not one model; to convert every checkpoint in"
                + " it: pt2st migrate s3://bucket/models --out DIR");
    assertThat(names(out)).isEmpty();
  }

  /** A store of S3 that answers every list in the same way, and has no objects. */
  private Run listed(String contents, int status, Object... args) throws IOException {
    HttpServer store =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
    store.createContext(
        "/bucket",
        exchange -> {
          boolean isList = exchange.getRequestURI().getRawQuery() != null;
          byte[] body =
              ("<ListBucketResult><IsTruncated>false</IsTruncated>"
                      + contents
                      + "</ListBucketResult>")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(isList ? status : 404, isList ? body.length : -1);
          if (isList) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    store.start();
    try {
      environment.put("AWS_ENDPOINT_URL", "http://127.0.0.1:" + store.getAddress().getPort());
      return run(args);
    } finally {
      store.stop(0);
    }
  }

  private static String object(String key, long size) {
    return "<Contents><Key>" + key + "</Key><Size>" + size + "</Size></Contents>";
  }

  /** What no disk can have is a sentence about the store, and nothing is left of it. */
  @ParameterizedTest
  @CsvSource({
    "run/a, run/a/b, on this disk it would have the name of another file or folder",
    "run/a:b, run/c, no file on a disk can have this name",
    "run/a//b, run/c, no file on a disk can have this name",
    "run/../b, run/c, leads out of a folder",
    "run/a.pt, run/b.pt, it is a folder, and not one model",
    "run/a.bin.index.json, run/b.bin.index.json, there are several indices of shards in it",
  })
  void aListOfOddNamesIsRefusedInWordsOfTheStore(String first, String second, String reason)
      throws IOException {
    Path out = Files.createDirectory(temporary.resolve("out"));
    Run run =
        listed(
            object(first, 5) + object(second, 5),
            200,
            "convert",
            "s3://bucket/run",
            out.resolve("m.safetensors"),
            "--json");
    assertThat(run.code()).isEqualTo(ExitCode.FAILED.code());
    assertThat(run.err()).startsWith("pt2st: s3://bucket/run").contains(reason);
    assertThat(run.out() + run.err()).doesNotContain("--overwrite", ".pt2st-fetched");
    assertThat(names(out)).isEmpty();
  }

  /** A few names may stand for more folders than a disk has room for. */
  @Test
  void foldersAreNotMadeWithoutEnd() throws IOException {
    Path out = Files.createDirectory(temporary.resolve("out"));
    StringBuilder objects = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      objects.append(object("run/" + i + "/a".repeat(490), 1));
    }
    Run run =
        listed(objects.toString(), 200, "convert", "s3://bucket/run", out.resolve("m.safetensors"));
    assertThat(run.err()).contains("s3://bucket/run: it has more than 131072 folders");
    assertThat(names(out)).isEmpty();
  }

  /** That a list failed does not mean that nothing is there. */
  @Test
  void aListThatFailsIsNotAFileThatIsMissing() throws IOException {
    Path out = temporary.resolve("m.safetensors");
    Run broken =
        listed("<Contents><Key>other</Key></Contents>", 200, "convert", "s3://bucket/run", out);
    assertThat(broken.err()).contains("lists something that was not requested");
    Run denied = listed("", 403, "convert", "s3://bucket/run", out);
    assertThat(denied.err()).contains("s3://bucket/run: ").doesNotContain("denied");
  }

  /** What is known before is said before all parts are fetched. */
  @Test
  void anOutputThatIsThereIsSaidBeforeAFolderIsFetched() throws IOException {
    putAll(Samples.root().resolve("samples/sharded/zero3"), "run/");
    Path out = Files.createDirectory(temporary.resolve("out"));
    Path there = out.resolve("m.safetensors");
    assertThat(run("convert", Samples.checkpoint("zip_basic.pt"), there).code()).isZero();
    long parts = 0;
    for (String name : objects()) {
      parts += Files.size(bucket.resolve(name));
    }

    Run run = run("convert", "s3://bucket/run", there, "--max-download", parts / 2);

    assertThat(run.code()).isEqualTo(ExitCode.FAILED.code());
    assertThat(run.err()).contains(there + ": the output is there already");
    assertThat(names(out)).containsExactly("m.safetensors");
    String[] command = {"convert", "s3://bucket/run", there.toString(), "--overwrite", "--json"};
    Run all = run((Object[]) command);
    assertThat(all.code()).as(all.err()).isZero();
    assertThat(all.out() + all.err()).doesNotContain(".pt2st-fetched");
  }

  /** Neither a report nor a statement names a private folder. */
  @Test
  void whatIsSaidOfAFetchedFolderNamesItsAddress() throws IOException {
    putAll(Samples.root().resolve("samples/sharded/zero2"), "run/");
    Path out = Files.createDirectory(temporary.resolve("out"));
    Run run =
        run(
            "convert",
            "s3://bucket/run",
            out.resolve("m.safetensors"),
            "--verify",
            "--attest",
            out.resolve("m.intoto.json"),
            "--sidecar",
            out.resolve("m.json"));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(names(out)).containsExactly("m.intoto.json", "m.json", "m.safetensors");
    assertThat(run.out() + run.err()).doesNotContain(".pt2st-fetched");
    assertThat(Files.readString(out.resolve("m.intoto.json"))).doesNotContain(".pt2st-fetched");
    assertThat(Files.readString(out.resolve("m.json"))).doesNotContain(".pt2st-fetched");
  }

  /** What a store lists must not make a look cost the disk. */
  @Test
  void aFolderIsNotFetchedToBeLookedAt() throws IOException {
    Path folder = Files.createDirectories(bucket.resolve("models"));
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve("latest").toFile(), "rw")) {
      file.setLength((256L << 20) + 1);
    }
    Path out = Files.createDirectory(temporary.resolve("out"));

    Run run = run("convert", "s3://bucket/models", out.resolve("m.safetensors"));

    assertThat(run.code()).isEqualTo(ExitCode.FAILED.code());
    assertThat(run.err())
        .contains("s3://bucket/models: to tell what it is more than 268 MB would be fetched");
    assertThat(names(out)).isEmpty();
  }

  @Test
  void aPartThatIsMissingOrHostileIsNamedByItsAddress() throws IOException {
    Path folder = Samples.root().resolve("samples/sharded/zero3");
    putAll(folder, "run/");
    String part =
        objects().stream().filter(name -> name.contains("rank_1_")).findFirst().orElseThrow();
    Files.delete(bucket.resolve(part));
    Path out = Files.createDirectory(temporary.resolve("out"));

    Run missing = run("convert", "s3://bucket/run", out.resolve("m.safetensors"), "--json");

    assertThat(missing.code()).isEqualTo(ExitCode.FAILED.code());
    assertThat(missing.err()).contains("s3://bucket/run").doesNotContain(".pt2st-fetched");
    assertThat(missing.out()).contains("s3://bucket/run").doesNotContain(".pt2st-fetched");
    put(Samples.hostile("zip_os_system.pt"), part);
    Run hostile = run("convert", "s3://bucket/run", out.resolve("m.safetensors"));
    assertThat(hostile.code()).isEqualTo(ExitCode.REFUSED.code());
    assertThat(hostile.err()).contains("s3://bucket/" + part).doesNotContain(".pt2st-fetched");
    assertThat(names(out)).isEmpty();
  }

  @Test
  void workOnABucketIsSharedAndItsResultsAreKeptThere() throws IOException {
    for (String key : List.of("models/a.pt", "models/sub/b.pt")) {
      put(Samples.checkpoint("zip_basic.pt"), key);
    }
    put(Samples.hostile("zip_os_system.pt"), "models/c.pt");
    Path units = temporary.resolve("units.jsonl");
    assertThat(run("plan", "--output", units, "s3://bucket/models").code()).isZero();
    put(units, "units.jsonl");

    for (String shard : List.of("0/2", "1/2", "1/2")) {
      Run run =
          run("run", "s3://bucket/units.jsonl", "--results", "s3://bucket/out", "--shard", shard);
      assertThat(run.code()).isZero();
    }

    Run report = run("report", "--units", units, "s3://bucket/out");
    assertThat(report.out()).isEqualTo(run("scan", "s3://bucket/models").out());
    // An object that is replaced is another one, and is not judged by the old plan.
    put(Samples.checkpoint("zip_basic.pt"), "models/d.pt");
    run("plan", "--output", units, "s3://bucket/models");
    Files.delete(bucket.resolve("models/d.pt"));
    put(Samples.hostile("zip_os_system.pt"), "models/d.pt");
    assertThat(run("run", units, "--results", "s3://bucket/out").out())
        .isEqualTo("4 units: 0 done, 3 done before, 1 changed, to be planned again\n");
  }
}
