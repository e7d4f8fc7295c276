package dev.pt2st.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.pt2st.IfExists;
import dev.pt2st.io.http.RequestGate;
import dev.pt2st.io.source.Store.Entry;
import dev.pt2st.io.source.Upload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two executors, each a process, and an object store: whatever is killed or refused meanwhile, in
 * the end every file has one result, and the right one.
 */
class ClusterIT {
  private static final Path SAMPLES = Path.of(System.getProperty("pt2st.root"), "samples");
  private static final int COPIES = 12;

  /** Of the test of the limit; each takes two requests or more. */
  private static final int FILES = 100;

  @TempDir static Path shared;
  private static SparkHome home;
  private static Bucket bucket;
  private static HadoopStore store;

  /** The verdict of each object below {@code models}. */
  private static final Map<String, String> VERDICTS = new TreeMap<>();

  @TempDir Path temporary;

  @BeforeAll
  static void fill() throws Exception {
    home = SparkHome.make();
    bucket = new Bucket(shared.resolve("store"));
    store = new HadoopStore(bucket.configuration(), RequestGate.OPEN);
    Cli.Run scan =
        Cli.run(
            "scan", "--format", "json", SAMPLES.resolve("hostile"), SAMPLES.resolve("checkpoints"));
    Map<Path, String> known = new TreeMap<>();
    JsonParser.parseString(scan.out())
        .getAsJsonObject()
        .getAsJsonArray("files")
        .forEach(each -> {
          JsonObject file = each.getAsJsonObject();
          Path path = Path.of(file.get("file").getAsString());
          if (path.toFile().length() < 50_000) {
            known.put(path, file.get("verdict").getAsString());
          }
        });
    for (Map.Entry<Path, String> file : known.entrySet()) {
      String name = file.getKey().getParent().getFileName() + "/" + file.getKey().getFileName();
      put(file.getKey(), "models/" + name);
      VERDICTS.put("models/" + name, file.getValue());
    }
    assertThat(VERDICTS).hasSizeGreaterThan(100);
  }

  @AfterAll
  static void close() throws Exception {
    bucket.close();
  }

  private static void put(Path file, String key) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    try (Upload upload =
        store.begin("s3a://bucket/" + key, bytes.length, IfExists.REPLACE, Map.of())) {
      upload.write(ByteBuffer.wrap(bytes), 0);
      upload.finish();
      upload.commit();
    }
  }

  private SparkHome.Job start(Map<String, String> more, Object... args) throws IOException {
    Map<String, String> settings = new HashMap<>(more);
    bucket.hadoop().forEach((name, value) -> settings.put("spark.hadoop." + name, value));
    settings.put("spark.ui.enabled", "false");
    settings.put("spark.sql.shuffle.partitions", "4");
    settings.put("spark.local.dir", temporary.resolve("local").toString());
    return home.start(temporary, settings, bucket.variables(), args);
  }

  private String run(int code, Object... args) throws Exception {
    SparkHome.Job job = start(Map.of(), args);
    String out = job.await();
    assertThat(job.process().exitValue()).as(out).isEqualTo(code);
    return out;
  }

  private String results() {
    return "s3a://bucket/" + temporary.getFileName() + "/results";
  }

  /** The plan of a scan of a folder, so often that the work takes a while. */
  private String plan(String folder, int copies) throws Exception {
    String units = "s3a://bucket/" + temporary.getFileName() + "/units.jsonl";
    run(0, "plan", "--output", units, "s3a://bucket/" + folder);
    List<String> planned = read(units);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < copies; i++) {
      // Other options make other units of the same files.
      String options = "\"options\":{\"limits\":{\"seconds\":" + (600 + i) + "}}";
      planned.forEach(line -> lines.add(line.replace("\"options\":{}", options)));
    }
    Path file = temporary.resolve("units.jsonl");
    Files.write(file, lines);
    put(file, units.substring("s3a://bucket/".length()));
    return units;
  }

  private static List<String> read(String uri) throws IOException {
    try (var source = store.open(uri)) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(source.size()));
      source.read(0, bytes);
      return new String(bytes.array(), java.nio.charset.StandardCharsets.UTF_8).lines().toList();
    }
  }

  private List<JsonObject> lines() throws IOException {
    List<JsonObject> lines = new ArrayList<>();
    for (Entry object : store.list(results())) {
      for (String line : read(object.uri())) {
        lines.add(JsonParser.parseString(line).getAsJsonObject());
      }
    }
    return lines;
  }

  private int objects() {
    try {
      return store.list(results()).size();
    } catch (IOException e) {
      return 0;
    }
  }

  /** Every unit has one result, and it is that of the command line. */
  private void allHaveOneResult(int units) throws IOException {
    List<JsonObject> lines = lines();
    List<String> keys = new ArrayList<>();
    for (JsonObject line : lines) {
      String uri = line.get("uri").getAsString();
      keys.add(uri + line.get("options"));
      JsonObject report = line.getAsJsonObject("report");
      assertThat(report.get("verdict").getAsString())
          .as(line.toString())
          .isEqualTo(VERDICTS.get(uri.substring(uri.indexOf("models/"))));
    }
    assertThat(keys).doesNotHaveDuplicates().hasSize(units);
  }

  private static void awaitWhile(SparkHome.Job job, BooleanSupplier event) throws Exception {
    long end = System.nanoTime() + Duration.ofMinutes(20).toNanos();
    while (!event.getAsBoolean()) {
      assertThat(job.process().isAlive()).as(Files.readString(job.out())).isTrue();
      assertThat(System.nanoTime() - end).isNegative();
      Thread.sleep(20);
    }
  }

  @Test
  void everyObjectHasItsVerdict() throws Exception {
    String units = plan("models", 1);
    int count = VERDICTS.size();

    assertThat(run(0, "scan", "--units", units, "--results", results()))
        .contains(count + " units: " + count + " done");
    allHaveOneResult(count);
    assertThat(run(0, "scan", "--units", units, "--results", results()))
        .contains(count + " units: 0 done, " + count + " done before");
  }

  @Test
  void theStoresOfTheLibraryGiveTheSame() throws Exception {
    Path units = temporary.resolve("units.jsonl");
    Map<String, String> environment = new HashMap<>(bucket.variables());
    Cli.Run plan = Cli.run(environment, "plan", "s3://bucket/models");
    assertThat(plan.code()).as(plan.err()).isZero();
    Files.writeString(units, plan.out());
    run(0, "scan", "--units", units, "--results", results().replace("s3a:", "s3:"));

    allHaveOneResult(VERDICTS.size());
    Cli.Run report =
        Cli.run(
            environment,
            "report",
            "--format",
            "json",
            "--units",
            units,
            results().replace("s3a:", "s3:"));
    assertThat(report.code()).as(report.err()).isEqualTo(3);
    assertThat(JsonParser.parseString(report.out()).getAsJsonObject().getAsJsonArray("files"))
        .hasSize(VERDICTS.size());
  }

  @Test
  void modelsAreConvertedFromAStoreToAStore() throws Exception {
    String out = "s3a://bucket/" + temporary.getFileName() + "/out";
    String units = "s3a://bucket/" + temporary.getFileName() + "/units.jsonl";
    List<String> plan =
        List.of(
            "plan",
            "--output",
            units,
            "--task",
            "convert",
            "--out",
            out,
            "--include",
            "*/zip_*.pt",
            "s3a://bucket/models/checkpoints");
    // The pattern has no folder to match, so nothing is planned and nothing is written.
    run(1, plan.toArray());
    List<Object> right = new ArrayList<>(plan);
    right.set(right.indexOf("*/zip_*.pt"), "zip_*.pt");
    run(0, right.toArray());
    int count = read(units).size();

    run(0, "convert", "--units", units, "--results", results());
    // All results are lost; the outputs stay, and are found to be the same.
    for (Entry object : store.list(results())) {
      bucket.delete(object.uri().substring("s3a://bucket/".length()));
    }
    run(0, "convert", "--units", units, "--results", results());

    Path local = temporary.resolve("local-out");
    Path localUnits = temporary.resolve("local.jsonl");
    Cli.Run planned =
        Cli.run(
            "plan",
            "--task",
            "convert",
            "--out",
            local,
            "--include",
            "zip_*.pt",
            SAMPLES.resolve("checkpoints"));
    assertThat(planned.code()).as(planned.err()).isZero();
    Files.writeString(localUnits, planned.out());
    Cli.run("run", localUnits, "--results", temporary.resolve("local-results"));
    List<JsonObject> lines = lines();
    assertThat(lines).hasSize(count);
    int converted = 0;
    for (JsonObject line : lines) {
      String outcome = line.get("outcome").getAsString();
      if (outcome.equals("converted")) {
        converted++;
        String target = line.get("target").getAsString();
        assertThat(bytes(target))
            .isEqualTo(Files.readAllBytes(local.resolve(target.substring(out.length() + 1))));
      } else {
        assertThat(line.get("kind").getAsString()).isNotIn("io", "internal", "exists");
      }
    }
    assertThat(converted).isGreaterThan(10);
  }

  private static byte[] bytes(String uri) throws IOException {
    try (var source = store.open(uri)) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(source.size()));
      source.read(0, bytes);
      return bytes.array();
    }
  }

  @Test
  void aDriverThatIsKilledIsRunAgain() throws Exception {
    String units = plan("models", COPIES);
    int count = COPIES * VERDICTS.size();
    SparkHome.Job job = start(Map.of(), "scan", "--units", units, "--results", results());
    awaitWhile(job, () -> objects() > 3);
    job.process().destroyForcibly().waitFor();
    int before = objects();
    assertThat(before).isLessThan(40);

    String out = run(0, "scan", "--units", units, "--results", results());

    assertThat(out).contains(count + " units: ").contains(" done before");
    allHaveOneResult(count);
  }

  @Test
  void anExecutorThatIsKilledLosesNothing() throws Exception {
    String units = plan("models", COPIES);
    int count = COPIES * VERDICTS.size();
    SparkHome.Job job = start(Map.of(), "scan", "--units", units, "--results", results());
    awaitWhile(job, () -> objects() > 3);
    List<ProcessHandle> executors = job.executors();
    assertThat(executors).hasSizeGreaterThanOrEqualTo(2);
    assertThat(executors.getFirst().destroyForcibly()).isTrue();

    String out = job.await();

    assertThat(job.process().exitValue()).as(out).isZero();
    assertThat(out).contains(count + " units: " + count + " done");
    allHaveOneResult(count);
  }

  @Test
  void aStoreThatIsBusyForAWhileIsWaitedFor() throws Exception {
    String units = plan("models", 4);
    int count = 4 * VERDICTS.size();
    SparkHome.Job job = start(Map.of(), "scan", "--units", units, "--results", results());
    awaitWhile(job, () -> objects() > 3);
    int before = bucket.turnedAway();
    bucket.shut();
    try {
      awaitWhile(job, () -> bucket.turnedAway() > before + 2);
    } finally {
      bucket.open();
    }

    String out = job.await();

    assertThat(job.process().exitValue()).as(out).isZero();
    allHaveOneResult(count);
  }

  @Test
  void whatChangesOrIsMissingIsSaidAndDoneAgain() throws Exception {
    String folder = temporary.getFileName() + "/models";
    Path sound = SAMPLES.resolve("checkpoints/zip_basic.pt");
    Path evil = SAMPLES.resolve("hostile/zip_os_system.pt");
    for (String name : List.of("a", "b", "c")) {
      put(sound, folder + "/" + name + ".pt");
    }
    String units = plan(folder, 1);
    put(evil, folder + "/b.pt");
    bucket.delete(folder + "/c.pt");

    assertThat(run(1, "scan", "--units", units, "--results", results()))
        .contains("3 units: 1 done, 1 failed, to be tried again, 1 changed, to be planned again");
    assertThat(outcomes()).containsOnly("a safe", "b changed", "c unreadable");

    // What is there again with the same bytes has the same entity tag.
    put(sound, folder + "/c.pt");
    assertThat(run(1, "scan", "--units", units, "--results", results()))
        .contains("3 units: 1 done, 1 done before, 1 changed, to be planned again");
    assertThat(outcomes()).contains("a safe", "b changed", "c safe");
    assertThat(run(0, "scan", "--units", plan(folder, 1), "--results", results()) + outcomes())
        .contains("3 units: 1 done, 2 done before")
        .contains("b dangerous");
  }

  private List<String> outcomes() throws IOException {
    return lines().stream()
        .map(line -> {
          String name = line.get("uri").getAsString().replaceFirst(".*/(.)\\.pt", "$1 ");
          JsonObject report = line.getAsJsonObject("report");
          return name
              + (report == null ? line.get("outcome") : report.get("verdict")).getAsString();
        })
        .toList();
  }

  @Test
  void theLimitOfRequestsIsThatOfAllExecutors() throws Exception {
    byte[] file = Files.readAllBytes(SAMPLES.resolve("checkpoints/zip_basic.pt"));
    ConcurrentLinkedQueue<Long> times = new ConcurrentLinkedQueue<>();
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          times.add(System.nanoTime());
          answer(exchange, file);
        });
    server.start();
    try {
      Path list = temporary.resolve("list");
      List<String> uris =
          Stream.iterate(0, i -> i + 1)
              .limit(FILES)
              .map(i -> "http://127.0.0.1:" + server.getAddress().getPort() + "/" + i + ".pt")
              .toList();
      Path units = temporary.resolve("units.jsonl");
      List<Object> plan = new ArrayList<>(List.of("plan"));
      plan.addAll(uris);
      Cli.Run planned = Cli.run(plan.toArray());
      assertThat(planned.code()).as(planned.err()).isZero();
      Files.writeString(units, planned.out());
      times.clear();

      int rate = 25;
      run(0, "scan", "--rate", rate, "--units", units, "--results", list.resolveSibling("results"));

      List<Long> sorted = times.stream().sorted().toList();
      assertThat(sorted).hasSizeGreaterThanOrEqualTo(2 * FILES);
      // The first request may be held up on its way, and two limits would need half of the time.
      double seconds = (sorted.getLast() - sorted.getFirst()) / 1e9;
      assertThat(seconds).isGreaterThan(0.7 * (sorted.size() - 1) / rate);
    } finally {
      server.stop(0);
    }
  }

  private static void answer(HttpExchange exchange, byte[] file) throws IOException {
    exchange.getResponseHeaders().set("ETag", "\"one\"");
    exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
    String range = exchange.getRequestHeaders().getFirst("Range");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(file.length));
      exchange.sendResponseHeaders(200, -1);
    } else if (range == null) {
      exchange.sendResponseHeaders(200, file.length);
      exchange.getResponseBody().write(file);
    } else {
      String[] ends = range.substring("bytes=".length()).split("-", -1);
      int from = Integer.parseInt(ends[0]);
      int to = Math.min(Integer.parseInt(ends[1]), file.length - 1);
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + to + "/" + file.length);
      exchange.sendResponseHeaders(206, to - from + 1L);
      exchange.getResponseBody().write(file, from, to - from + 1);
    }
    exchange.close();
  }
}
