package dev.pt2st.spark;

import dev.pt2st.ResourceName;
import dev.pt2st.units.UnitLine;
import dev.pt2st.units.UnitOptions;
import dev.pt2st.units.UnitTask;
import dev.pt2st.units.UnitWeight;
import dev.pt2st.units.WorkUnit;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * Makes units of rows that name files.
 *
 * @param options of the scan, as JSON
 * @param tool the version of this program
 */
record FileUnits(String options, String tool) implements MapFunction<Row, Row> {
  private static final long serialVersionUID = 1;

  @Override
  public Row call(Row file) {
    StructType schema = file.schema();
    String uri = file.getAs("uri");
    Number size = has(schema, "size") ? file.getAs("size") : null;
    String version = has(schema, "version") ? file.getAs("version") : null;
    long bytes = size == null ? -1 : size.longValue();
    try {
      if (uri == null) {
        throw new IllegalArgumentException("it has no uri");
      }
      WorkUnit unit =
          new WorkUnit(
              uri,
              bytes,
              version == null ? "" : version,
              UnitTask.SCAN,
              "",
              UnitOptions.ofJson(options),
              UnitWeight.of(UnitTask.SCAN, bytes, ResourceName.isAddress(uri)));
      return UnitRows.of(unit, UnitLine.of(unit), tool);
    } catch (IllegalArgumentException e) {
      return RowFactory.create(0L, 0L, 0L, "", e.getMessage() + ": " + uri);
    }
  }

  private static boolean has(StructType schema, String name) {
    return schema.getFieldIndex(name).isDefined();
  }
}
