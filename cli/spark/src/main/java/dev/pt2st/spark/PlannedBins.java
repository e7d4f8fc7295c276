package dev.pt2st.spark;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.pt2st.units.BinLayout;
import java.io.IOException;
import java.io.Serializable;
import java.math.BigDecimal;
import java.nio.file.FileSystemException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Units with the numbers of their bins. A number depends on the units alone, and never on which of
 * them are done already: if an executor is lost and its part is computed once more, every unit is
 * in the bin that it was in. The driver sees counts and no units.
 */
final class PlannedBins {
  /** Stands for the line of a unit that has a result. */
  static final String DONE = "";

  /** Bins for each core: the last ones to be done keep few cores waiting. */
  private static final int BINS_OF_A_CORE = 20;

  /** Parts that units are in for each core, before they are sorted. */
  private static final int PARTS_OF_A_CORE = 4;

  /** Bins are partitions, of which Spark has two billion at most. */
  private static final long MOST_BINS = 1 << 24;

  private static final String IS_DONE = "done";

  /** Sums of numbers of 64 bits. */
  private static final DataType DECIMAL = DataTypes.createDecimalType(19, 0);

  private final JavaPairRDD<Integer, String> lines;
  private final Dataset<Row> kept;
  private final BinLayout layout;
  private final long done;

  private PlannedBins(
      JavaPairRDD<Integer, String> lines, Dataset<Row> kept, BinLayout layout, long done) {
    this.lines = lines;
    this.kept = kept;
    this.layout = layout;
    this.done = done;
  }

  /**
   * Puts units into bins.
   *
   * @param units rows of {@link UnitRows}
   * @param known keys of units that have a result, in columns of the same names; null if none has
   * @param what they are called in a message
   * @throws IOException if one of them is none, or is there twice
   */
  static PlannedBins of(
      SparkSession spark, Dataset<Row> units, @Nullable Dataset<Row> known, String what)
      throws IOException {
    // On the disks of the executors, so that lines are read and understood once. What is done has
    // no line from here on, so that it is not sorted and sent around.
    int parallelism = spark.sparkContext().defaultParallelism();
    Dataset<Row> kept =
        (known == null ? units : marked(units, known, parallelism))
            .persist(StorageLevel.DISK_ONLY());
    long wanted = (long) BINS_OF_A_CORE * parallelism;
    Row sums = checked(kept, units, what);
    long count = sums.getLong(0);
    long capacity = BinLayout.capacity(saturated(sums.getDecimal(1)), wanted);
    JavaRDD<Row> sorted =
        kept.orderBy(col(UnitRows.WEIGHT).desc(), col(UnitRows.HIGH), col(UnitRows.LOW))
            .select(UnitRows.WEIGHT, UnitRows.LINE)
            .javaRDD();
    List<Part> parts = sorted.mapPartitions(new Counting(capacity)).collect();
    long[] starts = new long[parts.size()];
    Part all = Part.NONE;
    for (int i = 0; i < starts.length; i++) {
      starts[i] = all.units();
      all = all.and(parts.get(i));
    }
    BinLayout layout = BinLayout.of(count, all.heavy(), saturated(all.rest()), capacity);
    long others = count - all.heavy();
    if (others > 0) {
      // A weight is an estimate, so no core is left with nothing because of a few heavy files.
      long shared =
          Math.clamp(wanted - layout.alone(), layout.shared(), Math.max(layout.shared(), others));
      layout = new BinLayout(count, layout.alone(), shared);
    }
    if (layout.bins() > MOST_BINS) {
      throw new FileSystemException(what, null, "there are too many units for one job: split it");
    }
    JavaPairRDD<Integer, String> lines =
        sorted
            .mapPartitionsWithIndex(new Numbering(layout, starts), true)
            .mapToPair(numbered -> numbered);
    return new PlannedBins(lines, kept, layout, all.done());
  }

  /** Units of which those that are known have no line. */
  private static Dataset<Row> marked(Dataset<Row> units, Dataset<Row> known, int parallelism) {
    // A join has 200 parts, and to sort them makes a file for each pair of a part and a new one.
    int parts = Math.max(units.rdd().getNumPartitions(), PARTS_OF_A_CORE * parallelism);
    return units
        .join(
            known.distinct().withColumn(IS_DONE, lit(true)),
            new String[] {UnitRows.HIGH, UnitRows.LOW},
            "left_outer")
        .select(
            col(UnitRows.HIGH),
            col(UnitRows.LOW),
            col(UnitRows.WEIGHT),
            when(col(IS_DONE), DONE).otherwise(col(UnitRows.LINE)).as(UnitRows.LINE),
            col(UnitRows.PROBLEM))
        .coalesce(parts);
  }

  /**
   * How many units there are, and the sum of their weights.
   *
   * @param kept the units
   * @param units the same with all lines, for a message
   */
  private static Row checked(Dataset<Row> kept, Dataset<Row> units, String what)
      throws IOException {
    Row sums =
        kept.groupBy(UnitRows.HIGH, UnitRows.LOW)
            .agg(
                count(lit(1)).as("times"),
                max(UnitRows.WEIGHT).as(UnitRows.WEIGHT),
                min(UnitRows.PROBLEM).as(UnitRows.PROBLEM))
            .agg(
                count(lit(1)),
                coalesce(sum(col(UnitRows.WEIGHT).cast(DECIMAL)), lit(BigDecimal.ZERO)),
                max("times"),
                min(UnitRows.PROBLEM))
            .head();
    if (!sums.isNullAt(3)) {
      throw new FileSystemException(what, null, "a line is not a unit: " + sums.getString(3));
    }
    if (!sums.isNullAt(2) && sums.getLong(2) > 1) {
      Row twice =
          units
              .groupBy(UnitRows.HIGH, UnitRows.LOW)
              .agg(count(lit(1)).as("times"), min(UnitRows.LINE))
              .where(col("times").gt(1))
              .head();
      throw new FileSystemException(
          what, null, "the same unit is there twice: " + twice.getString(3));
    }
    return sums;
  }

  /** A sum as a number of 64 bits. */
  private static long saturated(BigDecimal sum) {
    return sum.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValueExact();
  }

  /** The line of each unit with its bin; {@link #DONE} for one that has a result. */
  JavaPairRDD<Integer, String> lines() {
    return lines;
  }

  /** How many units there are, and bins. */
  BinLayout layout() {
    return layout;
  }

  /** How many units have a result. */
  long done() {
    return done;
  }

  /** Frees the disks of the executors. */
  void close() {
    kept.unpersist();
  }

  /**
   * Counts of a part of the sorted units.
   *
   * @param units how many there are
   * @param heavy how many of them fill a bin
   * @param done how many have a result
   * @param rest weight of those that fill none
   */
  private record Part(long units, long heavy, long done, BigDecimal rest) implements Serializable {
    private static final long serialVersionUID = 1;

    static final Part NONE = new Part(0, 0, 0, BigDecimal.ZERO);

    Part and(Part more) {
      return new Part(
          units + more.units, heavy + more.heavy, done + more.done, rest.add(more.rest));
    }
  }

  private record Counting(long capacity) implements FlatMapFunction<Iterator<Row>, Part> {
    private static final long serialVersionUID = 1;

    @Override
    public Iterator<Part> call(Iterator<Row> units) {
      long all = 0;
      long heavy = 0;
      long done = 0;
      BigDecimal rest = BigDecimal.ZERO;
      while (units.hasNext()) {
        Row unit = units.next();
        long weight = unit.getLong(0);
        all++;
        if (weight >= capacity) {
          heavy++;
        } else {
          rest = rest.add(BigDecimal.valueOf(weight));
        }
        if (unit.getString(1).equals(DONE)) {
          done++;
        }
      }
      return List.of(new Part(all, heavy, done, rest)).iterator();
    }
  }

  /**
   * Gives each unit the number of its bin.
   *
   * @param layout of all units
   * @param starts how many units are in front of each part
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Numbering(BinLayout layout, long[] starts)
      implements Function2<Integer, Iterator<Row>, Iterator<Tuple2<Integer, String>>> {
    private static final long serialVersionUID = 1;

    @Override
    public Iterator<Tuple2<Integer, String>> call(Integer part, Iterator<Row> units) {
      return new Iterator<>() {
        private long rank = starts[part];

        @Override
        public boolean hasNext() {
          return units.hasNext();
        }

        @Override
        public Tuple2<Integer, String> next() {
          int bin = Math.toIntExact(layout.bin(rank++));
          return new Tuple2<>(bin, units.next().getString(1));
        }
      };
    }
  }
}
