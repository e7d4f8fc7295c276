package dev.pt2st.spark;

import dev.pt2st.scan.ScanOptions;
import dev.pt2st.units.BinWork;
import dev.pt2st.units.ResultsFolder;
import dev.pt2st.units.UnitOptions;
import dev.pt2st.units.UnitStores;
import dev.pt2st.units.UnitTask;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * The work on many files, on a cluster. Files are named by addresses: {@code hf}, {@code s3} and
 * {@code https} are read as the command line reads them, with the settings of the executors'
 * environment; {@code s3a}, {@code hdfs} and {@code file} by Hadoop, with the settings of the
 * session. A name without a scheme is a path on a disk that all executors have.
 */
public final class Pt2stSpark {
  private static final String SPECULATION = "spark.speculation";

  /** Tasks for each core that read results: each makes files for all others that take them. */
  private static final int READERS_OF_A_CORE = 4;

  private Pt2stSpark() {}

  /**
   * The columns of what {@link #scan} gives. There is one row for each file:
   *
   * <table>
   * <caption>Columns</caption>
   * <tr><th>column</th><th>type</th><th>is</th></tr>
   * <tr><td>{@code uri}</td><td>string</td><td>as in the input</td></tr>
   * <tr><td>{@code size}</td><td>bigint</td><td>bytes of what was scanned; null if nothing
   *     was</td></tr>
   * <tr><td>{@code version}</td><td>string</td><td>of what was scanned: an entity tag, a digest, or
   *     the time of the last change</td></tr>
   * <tr><td>{@code verdict}</td><td>string</td><td>{@code safe}, {@code no pickle}, {@code
   *     accepted}, {@code unrecognized}, {@code unknown}, {@code malformed}, {@code dangerous}, or
   *     {@code unreadable} with a finding that says why</td></tr>
   * <tr><td>{@code kind}</td><td>string</td><td>what the file is, in words; may be empty</td></tr>
   * <tr><td>{@code pickles}</td><td>bigint</td><td>how many pickles were looked at</td></tr>
   * <tr><td>{@code findings}</td><td>array of structs</td><td>what speaks against the file, the
   *     worst first: {@code rule}, {@code verdict}, {@code entry} (null for the file itself),
   *     {@code offset} in bytes (may be null), {@code global} (may be null) and {@code
   *     message}</td></tr>
   * <tr><td>{@code findings_not_listed}</td><td>bigint</td><td>how many more there are</td></tr>
   * <tr><td>{@code accepted}</td><td>array of structs</td><td>what would be findings, had the
   *     policy not accepted it; the same structs</td></tr>
   * <tr><td>{@code tool}</td><td>string</td><td>the version of this program</td></tr>
   * </table>
   */
  public static StructType scanSchema() {
    return ScanRows.SCHEMA;
  }

  /** A scan by the built-in list of globals and with the standard limits. */
  public static Dataset<Row> scan(SparkSession spark, Dataset<Row> files) throws IOException {
    return scan(spark, files, ScanOptions.STANDARD);
  }

  /**
   * Scans files. They are counted and put into bins at once, which takes small jobs; a file is
   * scanned when its row is asked for, and once more if it is asked for again: keep the result.
   *
   * @param files with the column {@code uri} (string), and if they are known {@code size} (a whole
   *     number, in bytes) and {@code version} (string), as a plan has them: a file of another size
   *     or version is not judged. Other columns are left out. The same rows have to come each time
   * @param options what the scan goes by
   * @return a row for each file, with the columns of {@link #scanSchema}
   * @throws IOException if a row names no file, or two name the same
   */
  public static Dataset<Row> scan(SparkSession spark, Dataset<Row> files, ScanOptions options)
      throws IOException {
    String json = UnitOptions.of(options).json();
    Dataset<Row> units =
        files.map(new FileUnits(json, ToolVersion.NUMBER), Encoders.row(UnitRows.SCHEMA));
    PlannedBins bins = PlannedBins.of(spark, units, null, "the files");
    JavaRDD<Row> rows =
        bins.lines()
            .partitionBy(new BinPartitioner(Math.toIntExact(bins.layout().bins())))
            .mapPartitions(new ScanRows(ToolVersion.NUMBER, configuration(spark)));
    bins.close();
    return spark.createDataFrame(rows, ScanRows.SCHEMA);
  }

  /**
   * Does the work of a plan that has no result yet, and writes results as {@code pt2st run} does:
   * {@code pt2st report} reads them. A bin's results are written when the bin is done, so a job
   * that was ended is run again with the same arguments.
   *
   * @param task {@code scan}, {@code convert}, {@code verify} or {@code checksum}; that of all
   *     units
   * @param units the address of a file of units, which Hadoop reads
   * @param results where results are kept: an address of {@code s3} or of Hadoop, or the path of a
   *     directory that all executors have
   * @throws IllegalArgumentException if there is no such task, or the session speculates
   * @throws IOException if the units or the results are not as they should be
   */
  public static RunSummary run(SparkSession spark, String task, String units, String results)
      throws IOException {
    if (spark.sparkContext().conf().getBoolean(SPECULATION, false)) {
      throw new IllegalArgumentException(
          SPECULATION + " is on: each file would be worked on twice; set it to false");
    }
    Dataset<Row> planned = UnitRows.read(spark, units, UnitTask.of(task));
    Broadcast<SerializableConfiguration> configuration = configuration(spark);
    PlannedBins bins = PlannedBins.of(spark, planned, known(spark, results, configuration), units);
    try {
      return run(bins, results, configuration);
    } finally {
      bins.close();
    }
  }

  /** The keys of all units that have a result; null if there are no results. */
  private static @Nullable Dataset<Row> known(
      SparkSession spark, String results, Broadcast<SerializableConfiguration> configuration)
      throws IOException {
    UnitStores stores = new ExecutorStores(configuration.value().value());
    List<String> objects = new ResultsFolder(results, stores).objects();
    if (objects.isEmpty()) {
      return null;
    }
    int readers = READERS_OF_A_CORE * spark.sparkContext().defaultParallelism();
    JavaRDD<Row> keys =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(objects, Math.min(objects.size(), readers))
            .flatMap(new ResultKeys(configuration));
    return spark.createDataFrame(keys, ResultKeys.SCHEMA);
  }

  private static RunSummary run(
      PlannedBins bins, String results, Broadcast<SerializableConfiguration> configuration)
      throws IOException {
    if (bins.done() == bins.layout().units()) {
      return RunSummary.of(bins.done(), BinWork.Counts.NONE);
    }
    RunSummary summary =
        bins.lines()
            .partitionBy(new BinPartitioner(Math.toIntExact(bins.layout().bins())))
            .mapPartitions(new BinTask(results, ToolVersion.NUMBER, configuration))
            .fold(RunSummary.NONE, RunSummary::and);
    if (summary.units() != bins.layout().units()) {
      throw new FileSystemException(
          results,
          null,
          "the plan had "
              + bins.layout().units()
              + " units when the job began and "
              + summary.units()
              + " later: was its file replaced? Run it again");
    }
    return summary;
  }

  private static Broadcast<SerializableConfiguration> configuration(SparkSession spark) {
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .broadcast(new SerializableConfiguration(spark.sparkContext().hadoopConfiguration()));
  }
}
