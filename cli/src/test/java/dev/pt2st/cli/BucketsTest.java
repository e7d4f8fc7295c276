package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.pt2st.cli.report.ExitCode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands on objects in buckets, which a server of S3 keeps in a folder. */
class BucketsTest extends BucketTesting {
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
