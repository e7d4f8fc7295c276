package dev.pt2st.spark;

import dev.pt2st.units.ResultsFolder;
import dev.pt2st.units.UnitKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads the keys of all final results in an object.
 *
 * @param configuration of Hadoop
 */
record ResultKeys(Broadcast<SerializableConfiguration> configuration)
    implements FlatMapFunction<String, Row> {
  private static final long serialVersionUID = 1;

  static final StructType SCHEMA =
      new StructType()
          .add(UnitRows.HIGH, DataTypes.LongType, false)
          .add(UnitRows.LOW, DataTypes.LongType, false);

  @Override
  public Iterator<Row> call(String object) throws IOException {
    ExecutorStores stores = new ExecutorStores(configuration.value().value());
    List<Row> keys = new ArrayList<>();
    new ResultsFolder(object, stores)
        .each((result, line) -> {
          if (result.isFinal()) {
            UnitKey key = result.key();
            keys.add(RowFactory.create(key.high(), key.low()));
          }
        });
    return keys.iterator();
  }
}
