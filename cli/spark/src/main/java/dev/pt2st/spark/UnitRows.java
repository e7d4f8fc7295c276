package dev.pt2st.spark;

import static org.apache.spark.sql.functions.col;

import dev.pt2st.units.UnitLine;
import dev.pt2st.units.UnitTask;
import dev.pt2st.units.WorkUnit;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Units as rows: their keys in two halves, their weights, and their lines. */
final class UnitRows {
  static final String HIGH = "high";
  static final String LOW = "low";
  static final String WEIGHT = "weight";
  static final String LINE = "line";

  /** Why a line is not a unit; else null. */
  static final String PROBLEM = "problem";

  static final StructType SCHEMA =
      new StructType()
          .add(HIGH, DataTypes.LongType, false)
          .add(LOW, DataTypes.LongType, false)
          .add(WEIGHT, DataTypes.LongType, false)
          .add(LINE, DataTypes.StringType, false)
          .add(PROBLEM, DataTypes.StringType, true);

  /** Of a line that is wrong, a message shows the beginning. */
  private static final int SHOWN = 80;

  private UnitRows() {}

  /** The units of a file, which is read by the executors. */
  static Dataset<Row> read(SparkSession spark, String uri, UnitTask task) {
    return spark
        .read()
        .option("lineSep", "\n")
        .text(uri)
        .select(col("value").cast(DataTypes.BinaryType))
        .mapPartitions(new Reading(task, ToolVersion.NUMBER), Encoders.row(SCHEMA));
  }

  /** The row of a unit. */
  static Row of(WorkUnit unit, String line, String tool) {
    var key = unit.key(tool);
    return RowFactory.create(key.high(), key.low(), unit.weight(), line, null);
  }

  private record Reading(UnitTask task, String tool) implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1;

    @Override
    public Iterator<Row> call(Iterator<Row> lines) {
      UnitLine parser = new UnitLine();
      return StreamSupport.stream(
              Spliterators.spliteratorUnknownSize(lines, Spliterator.ORDERED), false)
          .map(row -> row.<byte[]>getAs(0))
          .filter(line -> line.length > 0)
          .map(line -> row(line, parser))
          .iterator();
    }

    private Row row(byte[] bytes, UnitLine parser) {
      String line = null;
      try {
        line = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        WorkUnit unit = parser.unit(line);
        if (unit.task() != task) {
          return problem(line, "its task is " + unit.task().word() + ", not " + task.word());
        }
        return of(unit, line, tool);
      } catch (CharacterCodingException e) {
        return problem(line, "this is not UTF-8");
      } catch (IllegalArgumentException e) {
        return problem(line, String.valueOf(e.getMessage()));
      }
    }

    private static Row problem(@Nullable String line, String what) {
      String shown = line == null ? "" : line.substring(0, Math.min(SHOWN, line.length()));
      String where = shown.isEmpty() ? "" : ": " + shown.replaceAll("\\p{Cntrl}", "?");
      return RowFactory.create(0L, 0L, 0L, "", what + where);
    }
  }
}
