package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpServer;
import dev.pt2st.cli.report.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands on files that are not on this disk, with a Hub of local folders. */
class AddressesTest extends HubTesting {
  private static final Pattern COMMIT = Pattern.compile("hf://org/model(?:@|%40)[0-9a-f]{40}/");

  /** Of the line about the network, which differs from run to run only in its numbers. */
  private static final Pattern TRAFFIC =
      Pattern.compile(
          "pt2st: network: [\\d,]+ requests?, [\\d.]+ k?M?B received \\([\\d,]+ bytes\\)");

  private static String byPath(String report) {
    return COMMIT.matcher(report).replaceAll(copy + "/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "json", "sarif", "html"})
  void aRepositoryIsScannedLikeItsCopy(String format) {
    Run there = run("scan", "--format", format, "hf://org/model");
    Run here = Run.of("scan", "--format", format, copy);

    assertThat(there.code()).isEqualTo(here.code()).isEqualTo(ExitCode.REFUSED.code());
    assertThat(normalized(byPath(there.out()))).isEqualTo(normalized(here.out()));
    assertThat(there.errLines()).singleElement().asString().matches(TRAFFIC);
  }

  /** Without the time and digests of names, and with one name for what was to be scanned. */
  private static String normalized(String report) {
    return report
        .replaceAll("\"network\": \\{[^}]*},\\s*", "")
        .replaceAll(",\\s*\"network\": \\{[^}]*}", "")
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ", "TIME")
        .replaceAll("\"pt2stFinding.v1\": \"[0-9a-f]+\"", "FINGERPRINT")
        .replaceAll("file://[^\"]*?" + Pattern.quote(copy.toString()), copy.toString())
        .replace("hf://org/model", copy.toString());
  }

  /** All that is kept here, as somebody would publish it. */
  @ParameterizedTest
  @ValueSource(strings = {"text", "json"})
  void theSamplesAreScannedLikeTheirCopy(String format) throws IOException {
    Path samples = shared.resolve("repositories/org/samples");
    if (!Files.exists(samples)) {
      copyFiles(Samples.root().resolve("samples"), samples);
    }
    // One of them is a bomb, of which not all is looked at on a slow machine.
    Run there = run("scan", "--max-seconds", "600", "--format", format, "hf://org/samples");
    Run here = Run.of("scan", "--max-seconds", "600", "--format", format, samples);
    String report = there.out().replaceAll("hf://org/samples(@[0-9a-f]{40})?/", samples + "/");
    assertThat(normalized(report.replace("hf://org/samples", samples.toString())))
        .isEqualTo(normalized(here.out()));
    assertThat(there.code()).isEqualTo(here.code());
  }

  private static void copyFiles(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path name = from.relativize(file);
        if (!name.startsWith("target")) {
          Path copy = to.resolve(name.toString());
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy);
        }
      }
    }
  }

  @Test
  void aReportSaysWhatWasAskedOfServers() throws IOException {
    Path sarif = temporary.resolve("a.sarif");
    Run run = run("scan", "--format", "json", "--also", "sarif=" + sarif, "hf://org/model");
    JsonObject network = run.json().getAsJsonObject("network");
    long requests = network.get("requests").getAsLong();
    assertThat(run.err())
        .contains(String.format("network: %,d requests", requests))
        .contains(String.format("(%,d bytes)", network.get("bytes_received").getAsLong()));
    assertThat(Files.readString(sarif)).containsPattern("\"requests\": " + requests + ",");
    assertThat(Run.of("scan", "--format", "json", copy).json().has("network")).isFalse();
  }

  /** A finding of one commit is known in the next one; a new one is new. */
  @Test
  void aBaselineIsOfTheModelAndNotOfACommit() throws IOException {
    Path model = Files.createDirectories(shared.resolve("repositories/org/moving"));
    Files.copy(Samples.hostile("zip_os_system.pt"), model.resolve("a.pt"));
    Path baseline = temporary.resolve("baseline.json");
    Path before = temporary.resolve("before.sarif");
    Run first =
        run(
            "scan",
            "--format",
            "json",
            "--output",
            baseline,
            "--also",
            "sarif=" + before,
            "hf://org/moving");
    assertThat(first.code()).isEqualTo(ExitCode.REFUSED.code());

    Files.writeString(model.resolve("README.md"), "Another commit.\n");
    Run known = run("scan", "--baseline", baseline, "hf://org/moving");
    assertThat(known.code()).isZero();
    assertThat(known.out()).contains("1 as before");
    Path after = temporary.resolve("after.sarif");
    run("scan", "--format", "sarif", "--output", after, "hf://org/moving");
    assertThat(fingerprints(after)).isEqualTo(fingerprints(before)).isNotEmpty();
    assertThat(commits(after)).isNotEqualTo(commits(before)).isNotEmpty();

    Files.copy(Samples.hostile("zip_os_system.pt"), model.resolve("b.pt"));
    Run grown = run("scan", "--baseline", baseline, "hf://org/moving");
    assertThat(grown.code()).isEqualTo(ExitCode.REFUSED.code());
    assertThat(grown.out()).contains("/b.pt").doesNotContain("/a.pt");

    // Whether a file of a server has gone is not told by its name.
    Run elsewhere = run("scan", "--baseline", baseline, copy.resolve("zip_basic.pt"));
    assertThat(elsewhere.out()).contains("of the baseline not looked for").doesNotContain("gone");
  }

  private static Set<String> fingerprints(Path sarif) throws IOException {
    return found("\"pt2stFinding/v1\": \"(\\w+)\"", sarif);
  }

  private static Set<String> commits(Path sarif) throws IOException {
    return found("hf://org/moving%40([0-9a-f]{40})/", sarif);
  }

  private static Set<String> found(String pattern, Path file) throws IOException {
    return Pattern.compile(pattern)
        .matcher(Files.readString(file))
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toSet());
  }

  @Test
  void aFolderAndAFileOfIt() {
    assertThat(run("scan", "hf://org/model/sub", "--include", "zip_*").out())
        .contains("/sub/zip_os_system.pt")
        .doesNotContain("zip_basic");
    assertThat(run("scan", "hf://org/model@main/zip_basic.pt").outLines())
        .hasSize(2)
        .first()
        .asString()
        .matches("safe +hf://org/model@[0-9a-f]{40}/zip_basic.pt .*");
  }

  @Test
  void digestsSayWhoseTheyAre() throws IOException {
    JsonObject report = run("scan", "--digest", "--format", "json", "hf://org/model").json();
    Run here = Run.of("scan", "--digest", "--format", "json", copy);
    assertThat(digests(report)).isEqualTo(digests(here.json())).isNotEmpty();
    assertThat(report.getAsJsonArray("files"))
        .filteredOn(file -> file.getAsJsonObject().has("sha256_stated_by"))
        .extracting(file -> file.getAsJsonObject().get("path").getAsString())
        .anyMatch(path -> path.endsWith("/large.bin"))
        .noneMatch(path -> path.endsWith("/zip_basic.pt"));
  }

  private static List<String> digests(JsonObject report) {
    return report.getAsJsonArray("files").asList().stream()
        .map(file -> file.getAsJsonObject().get("sha256").getAsString())
        .toList();
  }

  @Test
  void inspectChecksumAndVerifyTakeAddresses() {
    String address = "hf://org/model/zip_basic.pt";
    Path file = copy.resolve("zip_basic.pt");
    Run inspected = run("inspect", address);
    assertThat(byPath(inspected.out())).isEqualTo(Run.of("inspect", file).out());
    Run listed = run("inspect", "--pickle", "--json", address);
    assertThat(byPath(listed.out())).isEqualTo(Run.of("inspect", "--pickle", "--json", file).out());

    Run summed = run("checksum", address, file);
    List<String> digests = summed.outLines().stream().map(line -> line.substring(0, 64)).toList();
    assertThat(digests).hasSize(2).first().isEqualTo(digests.getLast());
    assertThat(summed.outLines()).first().asString().endsWith("  " + address);

    assertThat(run("verify", address, file).code()).isZero();
    assertThat(run("verify", file, address).code()).isZero();
    assertThat(run("verify", address, copy.resolve("zip_training.pt")).code())
        .isEqualTo(ExitCode.DIFFERENT.code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.safetensors.index.json", "pytorch_model.bin.index.json"})
  void anIndexIsReadWithItsShards(String index) throws IOException {
    Path split = split();
    String there = "hf://org/split/" + index;
    Path here = split.resolve(index);
    String commit = "hf://org/split@[0-9a-f]{40}/";
    assertThat(run("inspect", there).out().replaceAll(commit, split + "/"))
        .isEqualTo(Run.of("inspect", here).out());
    String digest = run("checksum", there).out().substring(0, 64);
    assertThat(digest).isEqualTo(Run.of("checksum", here).out().substring(0, 64));
    assertThat(run("verify", there, here).code()).isZero();
    assertThat(run("verify", here, there).code()).isZero();
    assertThat(run("verify", "--cast", "fp16", there, here).code())
        .isEqualTo(Run.of("verify", "--cast", "fp16", here, here).code());
    Path converted = temporary.resolve("there.safetensors");
    Path expected = temporary.resolve("here.safetensors");
    assertThat(run("convert", there, converted).code()).isZero();
    Run.done(here, expected);
    assertThat(converted).hasSameBinaryContentAs(expected);
    assertThat(run("scan", there).code()).isEqualTo(Run.of("scan", here).code()).isZero();
  }

  /** A model in shards of both kinds. */
  private static Path split() throws IOException {
    Path split = shared.resolve("repositories/org/split");
    if (!Files.exists(split)) {
      Files.createDirectories(split);
      Path checkpoint = Samples.checkpoint("zip_basic.pt");
      Path model = split.resolve("model.safetensors");
      assertThat(Run.convert("--quiet", "--max-shard-size", "300", checkpoint, model).code())
          .isZero();
      Files.copy(checkpoint, split.resolve("pytorch_model-00001-of-00001.bin"));
      String weights =
          Run.of("inspect", "--json", checkpoint).json().getAsJsonArray("tensors").asList().stream()
              .map(tensor -> tensor.getAsJsonObject().get("name"))
              .map(name -> name + ": \"pytorch_model-00001-of-00001.bin\"")
              .collect(Collectors.joining(", ", "{", "}"));
      Files.writeString(
          split.resolve("pytorch_model.bin.index.json"),
          "{\"metadata\": {}, \"weight_map\": " + weights + "}");
      Files.writeString(
          split.resolve("broken.index.json"), "{\"weight_map\": {\"a\": \"none.safetensors\"}}");
      Files.writeString(
          split.resolve("out.index.json"), "{\"weight_map\": {\"a\": \"../a.safetensors\"}}");
    }
    return split;
  }

  @Test
  void anIndexThatLeadsNowhereIsAnError() throws IOException {
    split();
    Path out = temporary.resolve("out.safetensors");
    for (String command : List.of("inspect", "checksum", "convert")) {
      List<Object> words = new ArrayList<>(List.of(command, "hf://org/split/broken.index.json"));
      if (command.equals("convert")) {
        words.add(out);
      }
      Run run = run(words.toArray());
      assertThat(run.code()).isEqualTo(ExitCode.FAILED.code());
      assertThat(run.err()).contains("/none.safetensors: the model has no such file");
      words.set(1, "hf://org/split/out.index.json");
      Run outside = run(words.toArray());
      assertThat(outside.code()).isEqualTo(ExitCode.REFUSED.code());
      assertThat(outside.err()).contains("is not named as one in the folder of the index");
      // An address with a signature is good for one file.
      words.set(1, hub.endpoint() + "/org/split/resolve/main/model.safetensors.index.json?a=b");
      assertThat(run(words.toArray()).err()).contains("name each of its files");
    }
    assertThat(out).doesNotExist();
    String web = hub.endpoint() + "/org/split/resolve/main/model.safetensors.index.json";
    assertThat(run("checksum", web).out().substring(0, 64))
        .isEqualTo(
            run("checksum", "hf://org/split/model.safetensors.index.json").out().substring(0, 64));
  }

  @Test
  void aListOfDigestsMayNameAddresses() throws IOException {
    Path list = temporary.resolve("digests");
    Files.writeString(list, run("checksum", "hf://org/model/zip_basic.pt").out());

    Run checked = run("checksum", "--check", list);

    assertThat(checked.code()).isZero();
    assertThat(checked.out()).isEqualTo("hf://org/model/zip_basic.pt: OK\n");
  }

  @Test
  void aConversionOfAnAddressWritesTheSameFile() throws IOException {
    Path there = temporary.resolve("there.safetensors");
    Path here = temporary.resolve("here.safetensors");
    Run converted = run("convert", "hf://org/model/zip_training.pt", there);
    Run.convert(copy.resolve("zip_training.pt"), here);

    assertThat(converted.code()).isZero();
    assertThat(converted.errLines()).singleElement().asString().matches(TRAFFIC);
    assertThat(there).hasSameBinaryContentAs(here);
  }

  @Test
  void anOutputInAFolderIsNamedAsTheFile() throws IOException {
    Path folder = temporary.resolve("new");
    Run run = run("convert", "--quiet", "hf://org/model/legacy_basic.pt", "--out", folder + "/");
    assertThat(run.out() + run.err()).isEmpty();
    assertThat(folder.resolve("legacy_basic.safetensors")).isNotEmptyFile();

    assertThat(run("convert", "hf://org/model/..", "--out", folder + "/").err())
        .contains("hf://org/model/.. gives no name for a file: name the output with --out");
    Path other = temporary.resolve("other");
    assertThat(run("convert", "hf://org/model/sub/zip_os_system.pt", "-o", other + "/").code())
        .isEqualTo(ExitCode.REFUSED.code());
    assertThat(other).doesNotExist();
  }

  @Test
  void nothingIsWrittenToAnAddress() {
    Run run = run("convert", copy.resolve("zip_basic.pt"), "hf://org/model/out.safetensors");
    assertThat(run.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.err()).contains("OUT is on this disk or in S3");
    Run migrated = run("migrate", copy, "--out", "https://localhost/models");
    assertThat(migrated.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(migrated.err()).contains("--out is on this disk or in S3");
  }

  /** As a path, an address would be a file in a folder whose name ends with a colon. */
  @ParameterizedTest
  @CsvSource({
    "scan, --output",
    "scan, --baseline",
    "scan, --policy",
    "convert, --sidecar",
    "convert, --attest",
    "migrate, --report",
    "migrate, --report-html",
    "migrate, --journal",
    "sbom, --output",
    "plan, --output"
  })
  void anAddressIsNoFile(String command, String option) {
    Run run = run(command, copy.resolve("zip_basic.pt"), option, "s3://bucket/key?secret=x");
    assertThat(run.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.err())
        .contains(option, "s3://bucket/key is an address, and this is a path on this disk")
        .doesNotContain("secret");
  }

  @Test
  void anAddressIsNoFurtherReport() {
    Run run = run("scan", copy.resolve("zip_basic.pt"), "--also", "sarif=hf://org/model/a.sarif");
    assertThat(run.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.err()).contains("--also: hf://org/model/a.sarif is an address");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hf://org/none | there is no such model on the Hub, or it is private",
        "hf://org/model@v9 | the model has no such revision",
        "hf://org/model/none.pt | the model has no such file",
        "gs://bucket/key | Google Cloud Storage is reached through its S3 interoperability",
        "az://container/blob | Azure is reached by an https:// address",
        "ftp://host/file | this is not an address that is read",
        "file:///etc/passwd | a file on this disk is named by its path",
      })
  void whatCannotBeReachedIsSaid(String address, String why) {
    Run scanned = run("scan", address);
    assertThat(scanned.code()).isEqualTo(ExitCode.FAILED.code());
    assertThat(scanned.out()).startsWith("unreadable").contains(address, why);

    Run inspected = run("inspect", "--json", address);
    assertThat(inspected.code()).isEqualTo(ExitCode.FAILED.code());
    assertThat(inspected.json().getAsJsonObject("problem").get("exit_code").getAsInt())
        .isEqualTo(ExitCode.FAILED.code());
  }

  @Test
  void aListOnStandardInputMayNameAddresses() throws IOException {
    Path list = temporary.resolve("list");
    Files.writeString(list, "hf://org/model/README.md\n" + copy.resolve("zip_basic.pt") + "\n");
    var before = System.in;
    try (var in = Files.newInputStream(list)) {
      System.setIn(in);
      assertThat(run("scan", "-").outLines()).last().asString().startsWith("2 files:");
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void limitsOfAUserHold() {
    Run few = run("scan", "--max-requests", "2", "hf://org/model");
    assertThat(few.code()).isEqualTo(ExitCode.FAILED.code());
    assertThat(few.out()).contains("unreadable").contains("more than the 2 requests allowed");
    assertThat(few.err()).contains("network: 2 requests");

    Run little = run("checksum", "--max-download", "1kB", "hf://org/model/zip_basic.pt");
    assertThat(little.code()).isEqualTo(ExitCode.FAILED.code());
    assertThat(little.err()).contains("more than the 1,000 bytes of download allowed");

    Path out = temporary.resolve("out.safetensors");
    String file = "hf://org/model/zip_basic.pt";
    String local = copy.resolve("zip_basic.pt").toString();
    List<List<String>> commands =
        List.of(
            List.of("scan", file),
            List.of("inspect", file),
            List.of("inspect", "--pickle", file),
            List.of("checksum", file),
            List.of("verify", local, file),
            List.of("verify", file, local),
            List.of("convert", file, out.toString()),
            List.of("migrate", "hf://org/weights", "--out", out + "s"));
    for (List<String> command : commands) {
      for (String limit : List.of("--max-requests=1", "--max-download=1")) {
        List<Object> words = new ArrayList<>(command);
        words.add(limit);
        Run run = run(words.toArray());
        assertThat(run.code()).as("%s", words).isEqualTo(ExitCode.FAILED.code());
        assertThat(run.out() + run.err())
            .as("%s", words)
            .containsPattern("more than the 1 .*allowed");
      }
    }
    assertThat(out).doesNotExist();
    assertThat(run("scan", "--max-download", "much", "hf://org/model").code())
        .isEqualTo(ExitCode.USAGE.code());
    assertThat(run("scan", "--connections", "0", "hf://org/model").code())
        .isEqualTo(ExitCode.USAGE.code());
  }

  /** Neither the token nor what is signed in an address is in anything that is printed. */
  @Test
  void secretsAreNotShown() throws IOException {
    String signed = hub.endpoint() + "/org/model/resolve/main/zip_basic.pt?Signature=0secret0";
    String user = "https://user:0secret0@127.0.0.1:1/a.pt";
    Path report = temporary.resolve("report");
    for (String format : List.of("text", "json", "sarif", "html")) {
      run("scan", "--format", format, signed, user, "hf://org/model", "hf://org/none");
      run("scan", "--format", format, "--output", report, signed, user, "hf://org/model/none");
      runs.add(new Run(0, Files.readString(report), ""));
    }
    for (String address : List.of(signed, user, "hf://org/none/a", "hf://org/model/README.md")) {
      for (String json : List.of("--json", "--inert")) {
        run("inspect", json, address);
        run("inspect", "--pickle", json, address);
        run("checksum", json, address);
        run("verify", json, address, address);
        run("convert", json, address, temporary.resolve("a" + runs.size()));
        run("convert", json, copy.resolve("README.md"), address);
      }
      run("inspect", address, address);
      run("inspect", address, "--no-such-option=" + address);
      run("convert", address, "--out=" + address);
      run("migrate", address, address);
      run(address);
    }
    Path migrated = temporary.resolve("migrated");
    Path migration = temporary.resolve("migration.json");
    Path page = temporary.resolve("migration.html");
    Object[] command = {
      "migrate", "hf://org/weights", "--out", migrated, "--report", migration, "--report-html", page
    };
    assertThat(run(command).code()).isZero();
    assertThat(run(command).code()).isZero();
    runs.add(new Run(0, Files.readString(migration), Files.readString(page)));
    try (Stream<Path> files = Files.walk(migrated)) {
      List<Path> hidden =
          files.filter(file -> file.getFileName().toString().startsWith(".pt2st")).toList();
      assertThat(hidden).hasSizeGreaterThan(1);
      for (Path file : hidden) {
        runs.add(new Run(0, Files.readString(file), ""));
      }
    }
    assertThat(runs).hasSizeGreaterThan(60);
    assertThat(runs)
        .allSatisfy(run -> {
          assertThat(run.out() + run.err())
              .doesNotContain(HubOfFolders.TOKEN, "0secret0", "Bearer");
        });
    assertThat(runs.stream().map(run -> run.out() + run.err()))
        .anyMatch(text -> text.contains("/org/model/resolve/main/zip_basic.pt"));
  }

  /** A server that knows no ranges is told before the first byte of a file is fetched. */
  @Test
  void aServerWithoutRangesIsTold() throws IOException {
    byte[] model = Files.readAllBytes(Samples.checkpoint("zip_basic.pt"));
    HttpServer whole =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
    whole.createContext(
        "/",
        exchange -> {
          boolean isHead = exchange.getRequestMethod().equals("HEAD");
          exchange.getResponseHeaders().set("ETag", "\"1\"");
          exchange.sendResponseHeaders(200, isHead ? -1 : model.length);
          if (!isHead) {
            exchange.getResponseBody().write(model);
          }
          exchange.close();
        });
    whole.start();
    try {
      String address = "http://127.0.0.1:" + whole.getAddress().getPort() + "/model.pt";
      Run run = run("scan", address);
      assertThat(run.code()).as(run.out() + run.err()).isZero();
      assertThat(run.err())
          .contains(address + ": its server gives out no parts of it, so all ", " are fetched");
    } finally {
      whole.stop(0);
    }
  }
}
