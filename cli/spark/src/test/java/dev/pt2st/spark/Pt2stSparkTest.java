package dev.pt2st.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.scan.ScanOptions;
import dev.pt2st.scan.ScanOptions.TensorBytes;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Tuple2;

/** The work as programs call it. */
class Pt2stSparkTest {
  private static final Path SAMPLES = Path.of(System.getProperty("pt2st.root"), "samples");

  @TempDir Path temporary;
  private SparkSession spark;

  @BeforeEach
  void open() {
    Sessions.set("local[2]", temporary);
    spark = Sessions.open();
  }

  @AfterEach
  void close() throws IOException {
    spark.close();
  }

  private Dataset<Row> files(Stream<String> uris) {
    return spark.createDataset(uris.toList(), Encoders.STRING()).toDF("uri");
  }

  private static Stream<String> hostile() throws IOException {
    try (Stream<Path> files = Files.list(SAMPLES.resolve("hostile"))) {
      return files.filter(Files::isRegularFile).map(Path::toString).toList().stream();
    }
  }

  @Test
  void aDatasetOfFilesGivesADatasetOfFindings() throws Exception {
    Dataset<Row> scanned = Pt2stSpark.scan(spark, files(hostile())).cache();

    assertThat(scanned.schema()).isEqualTo(Pt2stSpark.scanSchema());
    assertThat(scanned.count()).isEqualTo(hostile().count());
    Map<String, String> verdicts =
        scanned.select("uri", "verdict").collectAsList().stream()
            .collect(Collectors.toMap(row -> row.getString(0), row -> row.getString(1)));
    Map<String, List<String>> messages = new TreeMap<>();
    scanned
        .select(col("uri"), explode(col("findings")).as("finding"))
        .select(col("uri"), col("finding.message"))
        .collectAsList()
        .forEach(row ->
            messages
                .computeIfAbsent(row.getString(0), uri -> new ArrayList<>())
                .add(row.getString(1)));
    int found = 0;
    for (JsonElement element : scan(SAMPLES.resolve("hostile")).getAsJsonArray("files")) {
      JsonObject file = element.getAsJsonObject();
      String name = file.get("file").getAsString();
      assertThat(verdicts).containsEntry(name, file.get("verdict").getAsString());
      if (file.has("findings") && !file.getAsJsonArray("findings").isEmpty()) {
        found++;
        assertThat(messages.get(name))
            .containsExactlyElementsOf(
                file.getAsJsonArray("findings").asList().stream()
                    .map(finding -> finding.getAsJsonObject().get("message").getAsString())
                    .toList());
      }
    }
    assertThat(found).isGreaterThan(50);
  }

  private static JsonObject scan(Path path) throws Exception {
    return JsonParser.parseString(Cli.run("scan", "--format", "json", path).out())
        .getAsJsonObject();
  }

  @Test
  void aPolicyAcceptsWhatItNames() throws Exception {
    Path file = SAMPLES.resolve("hostile/zip_os_system.pt");
    String name =
        Pt2stSpark.scan(spark, files(Stream.of(file.toString())))
            .select(explode(col("findings")).as("finding"))
            .select(col("finding.global"))
            .head()
            .getString(0);
    ScanOptions options =
        new ScanOptions(
            ReadOptions.STANDARD.withPolicy(Policy.ofLines(List.of("list\t" + name + "\tours"))),
            TensorBytes.SKIP);

    Row row = Pt2stSpark.scan(spark, files(Stream.of(file.toString())), options).head();

    assertThat(row.<String>getAs("verdict")).isEqualTo("accepted");
    assertThat(row.getList(row.fieldIndex("findings"))).isEmpty();
    assertThat(row.getList(row.fieldIndex("accepted"))).hasSize(1);
  }

  @Test
  void aFileThatIsMissingOrAnotherIsUnreadable() throws Exception {
    Path sample = SAMPLES.resolve("checkpoints/zip_basic.pt");
    Dataset<Row> files =
        files(Stream.of(sample.toString()))
            .withColumn("size", lit(1))
            .unionByName(
                files(Stream.of("/none/a.pt", "hdfs:///a//b.pt", "gopher://host/a.pt", "hf://a")),
                true);

    List<Row> rows = Pt2stSpark.scan(spark, files).collectAsList();

    assertThat(rows).hasSize(5);
    assertThat(rows).allMatch(row -> row.<String>getAs("verdict").equals("unreadable"));
    assertThat(rows)
        .allMatch(row ->
            row.<String>getAs("uri").equals(sample.toString())
                == row.toString().contains("plan it again"));
  }

  @Test
  void whatNamesNoFileOrTwiceTheSameIsRefused() {
    assertThatThrownBy(() -> Pt2stSpark.scan(spark, files(Stream.of("a.pt", "a.pt"))))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("the files: the same unit is there twice: {\"uri\":\"a.pt\"");
    assertThatThrownBy(() -> Pt2stSpark.scan(spark, files(Stream.of("https://u:p@host/a"))))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("where secrets are");
  }

  /** What speculates does everything twice, and the second would find the output of the first. */
  @Test
  void aSessionThatSpeculatesIsRefused() throws IOException {
    spark.close();
    System.setProperty("spark.speculation", "true");
    try {
      spark = Sessions.open();
      assertThatThrownBy(() -> Pt2stSpark.run(spark, "scan", "units", "results"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("spark.speculation is on");
    } finally {
      System.clearProperty("spark.speculation");
    }
  }

  @Test
  void binsAreManyAndTheHeaviestUnitsAreAlone() throws Exception {
    long gigabyte = 1L << 30;
    List<Row> units = new ArrayList<>();
    for (long i = 0; i < 2000; i++) {
      long weight = i == 7 ? 200 * gigabyte : i == 8 ? 70 * gigabyte : 1000 + i;
      units.add(org.apache.spark.sql.RowFactory.create(i, -i, weight, "unit " + i, null));
    }
    PlannedBins bins =
        PlannedBins.of(spark, spark.createDataFrame(units, UnitRows.SCHEMA), null, "units");

    assertThat(bins.layout().bins()).isGreaterThanOrEqualTo(2 * 20);
    List<Tuple2<Integer, String>> lines = bins.lines().collect();
    assertThat(lines).hasSize(2000);
    assertThat(lines.stream().map(Tuple2::_2).distinct()).hasSize(2000);
    Map<Integer, List<String>> members =
        lines.stream()
            .collect(
                Collectors.groupingBy(
                    Tuple2::_1, TreeMap::new, Collectors.mapping(Tuple2::_2, Collectors.toList())));
    assertThat(members).hasSize((int) bins.layout().bins());
    assertThat(members.get(0)).containsExactly("unit 7");
    assertThat(members.get(1)).containsExactly("unit 8");
    assertThat(members.values()).allMatch(bin -> bin.size() < 70);
    // The same units in another order and in other partitions are in the same bins.
    Dataset<Row> other = spark.createDataFrame(units.reversed(), UnitRows.SCHEMA).repartition(7);
    assertThat(PlannedBins.of(spark, other, null, "units").lines().collect())
        .containsExactlyInAnyOrderElementsOf(lines);
  }
}
