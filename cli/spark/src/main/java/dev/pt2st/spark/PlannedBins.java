package dev.pt2st.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;

import dev.pt2st.units.Cut;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.FileSystemException;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Units with the numbers of their bins. A number depends on the units alone, and never on which of
 * them are done already: if an executor is lost and its part is computed once more, every unit is
 * in the bin that it was in. The driver sees counts and no units.
 */
final class PlannedBins {
  static final String BIN = "bin";

  static final StructType SCHEMA =
      new StructType()
          .add(BIN, DataTypes.IntegerType, false)
          .add(UnitRows.HIGH, DataTypes.LongType, false)
          .add(UnitRows.LOW, DataTypes.LongType, false)
          .add(UnitRows.LINE, DataTypes.StringType, false);

  /** Bins for each core: the last ones to be done keep few cores waiting. */
  private static final int BINS_OF_A_CORE = 20;

  /** Bins are partitions, of which Spark has two billion at most. */
  private static final long MOST_BINS = 1 << 24;

  private final Dataset<Row> rows;
  private final Dataset<Row> kept;
  private final Cut cut;

  private PlannedBins(Dataset<Row> rows, Dataset<Row> kept, Cut cut) {
    this.rows = rows;
    this.kept = kept;
    this.cut = cut;
  }

  /**
   * Puts units into bins.
   *
   * @param units rows of {@link UnitRows}
   * @param what they are called in a message
   * @throws IOException if one of them is none, or is there twice
   */
  static PlannedBins of(SparkSession spark, Dataset<Row> units, String what) throws IOException {
    // On the disks of the executors, so that lines are read and understood once.
    Dataset<Row> kept = units.persist(StorageLevel.DISK_ONLY());
    Row sums = kept.agg(count(lit(1)), min(UnitRows.PROBLEM), sum(decimal(UnitRows.WEIGHT))).head();
    if (!sums.isNullAt(1)) {
      throw new FileSystemException(what, null, "a line is no unit: " + sums.getString(1));
    }
    long count = sums.getLong(0);
    checkOnce(kept, what);
    long wanted = (long) BINS_OF_A_CORE * spark.sparkContext().defaultParallelism();
    long capacity = Cut.capacity(saturated(sums, 2), wanted);
    Row heavy =
        kept.where(col(UnitRows.WEIGHT).lt(capacity))
            .agg(count(lit(1)), sum(decimal(UnitRows.WEIGHT)))
            .head();
    long others = heavy.getLong(0);
    Cut cut = Cut.of(count, count - others, saturated(heavy, 1), capacity);
    if (others > 0) {
      // A weight is an estimate, so no core is left with nothing because of a few heavy files.
      long shared = Math.clamp(wanted - cut.alone(), cut.shared(), Math.max(cut.shared(), others));
      cut = new Cut(count, cut.alone(), shared);
    }
    if (cut.bins() > MOST_BINS) {
      throw new FileSystemException(what, null, "there are too many units for one job: split it");
    }
    Dataset<Row> sorted =
        kept.orderBy(col(UnitRows.WEIGHT).desc(), col(UnitRows.HIGH), col(UnitRows.LOW))
            .select(UnitRows.HIGH, UnitRows.LOW, UnitRows.LINE);
    Cut fixed = cut;
    JavaRDD<Row> numbered =
        sorted
            .javaRDD()
            .zipWithIndex()
            .map(ranked -> {
              Row row = ranked._1();
              int bin = Math.toIntExact(fixed.bin(ranked._2()));
              return RowFactory.create(bin, row.getLong(0), row.getLong(1), row.getString(2));
            });
    return new PlannedBins(spark.createDataFrame(numbered, SCHEMA), kept, cut);
  }

  private static org.apache.spark.sql.Column decimal(String name) {
    return col(name).cast(DataTypes.createDecimalType(19, 0));
  }

  /** A sum as a number of 64 bits; of nothing it is zero. */
  private static long saturated(Row row, int index) {
    BigDecimal sum = row.isNullAt(index) ? BigDecimal.ZERO : row.getDecimal(index);
    return sum.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValueExact();
  }

  private static void checkOnce(Dataset<Row> units, String what) throws IOException {
    Row most =
        units
            .groupBy(UnitRows.HIGH, UnitRows.LOW)
            .agg(count(lit(1)).as("times"))
            .agg(max("times"))
            .head();
    if (!most.isNullAt(0) && most.getLong(0) > 1) {
      List<Row> twice =
          units
              .groupBy(UnitRows.HIGH, UnitRows.LOW)
              .agg(count(lit(1)).as("times"), min(UnitRows.LINE))
              .where(col("times").gt(1))
              .takeAsList(1);
      throw new FileSystemException(
          what, null, "the same unit is there twice: " + twice.getFirst().getString(3));
    }
  }

  /** Units with the numbers of their bins. */
  Dataset<Row> rows() {
    return rows;
  }

  /** How many units there are, and bins. */
  Cut cut() {
    return cut;
  }

  /** Frees the disks of the executors. */
  void close() {
    kept.unpersist();
  }
}
