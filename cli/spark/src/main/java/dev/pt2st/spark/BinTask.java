package dev.pt2st.spark;

import dev.pt2st.io.source.FetchOptions;
import dev.pt2st.units.BinWork;
import dev.pt2st.units.ResultsFolder;
import dev.pt2st.units.UnitKey;
import dev.pt2st.units.UnitLine;
import dev.pt2st.units.UnitWork;
import dev.pt2st.units.WorkUnit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * The work on a bin, whose results are written when it is done: what was done stays, whatever
 * becomes of the job. If the same bin is done again, its results have the same names.
 *
 * @param results where results are kept
 * @param tool the version that they name
 * @param configuration of Hadoop
 */
record BinTask(String results, String tool, Broadcast<SerializableConfiguration> configuration)
    implements FlatMapFunction<Iterator<Tuple2<Integer, String>>, RunSummary> {
  private static final long serialVersionUID = 1;

  @Override
  public Iterator<RunSummary> call(Iterator<Tuple2<Integer, String>> bin) throws IOException {
    long before = 0;
    List<WorkUnit> units = new ArrayList<>();
    UnitLine lines = new UnitLine();
    while (bin.hasNext()) {
      String line = bin.next()._2();
      if (line.equals(PlannedBins.DONE)) {
        before++;
      } else {
        units.add(lines.unit(line));
      }
    }
    if (units.isEmpty()) {
      return List.of(RunSummary.of(before, BinWork.Counts.NONE)).iterator();
    }
    sort(units, tool);
    ExecutorStores stores = new ExecutorStores(configuration.value().value());
    UnitWork work = new UnitWork(stores, FetchOptions.STANDARD, tool);
    BinWork.Counts counts = new BinWork(work, new ResultsFolder(results, stores)).on(units);
    return List.of(RunSummary.of(before, counts)).iterator();
  }

  /** The name of a bin's results is made from its units in their order. */
  static void sort(List<WorkUnit> units, String tool) {
    units.sort(
        Comparator.comparingLong(WorkUnit::weight)
            .reversed()
            .thenComparing(unit -> unit.key(tool), UnitKey::compareTo));
  }
}
