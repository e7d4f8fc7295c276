package dev.pt2st.spark;

import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import dev.pt2st.TracedGlobal;
import dev.pt2st.io.source.FetchOptions;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.FileScanner;
import dev.pt2st.scan.Finding;
import dev.pt2st.units.UnitLine;
import dev.pt2st.units.UnitOutcome.Changed;
import dev.pt2st.units.UnitOutcome.Compared;
import dev.pt2st.units.UnitOutcome.Converted;
import dev.pt2st.units.UnitOutcome.Failed;
import dev.pt2st.units.UnitOutcome.Scanned;
import dev.pt2st.units.UnitOutcome.Summed;
import dev.pt2st.units.UnitResult;
import dev.pt2st.units.UnitWork;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * Scans the files of a bin and gives a row for each.
 *
 * @param tool the version of this program
 * @param configuration of Hadoop
 */
record ScanRows(String tool, Broadcast<SerializableConfiguration> configuration)
    implements FlatMapFunction<Iterator<Tuple2<Integer, String>>, Row> {
  private static final long serialVersionUID = 1;

  private static final StructType FINDING =
      new StructType()
          .add("rule", DataTypes.StringType, false)
          .add("verdict", DataTypes.StringType, false)
          .add("entry", DataTypes.StringType, true)
          .add("offset", DataTypes.LongType, true)
          .add("global", DataTypes.StringType, true)
          .add("message", DataTypes.StringType, false);

  static final StructType SCHEMA =
      new StructType()
          .add("uri", DataTypes.StringType, false)
          .add("size", DataTypes.LongType, true)
          .add("version", DataTypes.StringType, false)
          .add("verdict", DataTypes.StringType, false)
          .add("kind", DataTypes.StringType, false)
          .add("pickles", DataTypes.LongType, false)
          .add("findings", DataTypes.createArrayType(FINDING, false), false)
          .add("findings_not_listed", DataTypes.LongType, false)
          .add("accepted", DataTypes.createArrayType(FINDING, false), false)
          .add("tool", DataTypes.StringType, false);

  @Override
  public Iterator<Row> call(Iterator<Tuple2<Integer, String>> bin) {
    UnitLine lines = new UnitLine();
    UnitWork work =
        new UnitWork(
            new ExecutorStores(configuration.value().value()), FetchOptions.STANDARD, tool);
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(bin, Spliterator.ORDERED), false)
        .map(unit -> row(uninterrupted(work.on(lines.unit(unit._2())))))
        .iterator();
  }

  /** Throws a result away if its task is being stopped. */
  private static UnitResult uninterrupted(UnitResult result) {
    if (Thread.currentThread().isInterrupted()) {
      throw new UncheckedIOException(new InterruptedIOException("interrupted"));
    }
    return result;
  }

  private static Row row(UnitResult result) {
    FileReport report =
        switch (result.outcome()) {
          case Scanned scanned -> scanned.report();
          case Changed changed -> unreadable(result, changed.reason());
          case Failed failed -> unreadable(result, failed.reason());
          case Converted other -> throw new IllegalStateException(other.toString());
          case Compared other -> throw new IllegalStateException(other.toString());
          case Summed other -> throw new IllegalStateException(other.toString());
        };
    return RowFactory.create(
        result.uri(),
        result.size() < 0 ? null : result.size(),
        result.version(),
        report.verdict().shown(),
        report.kind(),
        report.pickles(),
        report.findings().stream().map(ScanRows::row).toArray(),
        report.notListed(),
        report.accepted().stream().map(accepted -> row(accepted.finding())).toArray(),
        result.tool());
  }

  /** The report of a file that could not be scanned: the reason alone. */
  private static FileReport unreadable(UnitResult result, String why) {
    return FileScanner.unreadable(new ResourceName(result.uri()), why);
  }

  private static Row row(Finding finding) {
    Place place = finding.place();
    TracedGlobal global = finding.global();
    return RowFactory.create(
        finding.rule().id(),
        finding.rule().verdict().shown(),
        place.entry(),
        place.offset() < 0 ? null : place.offset(),
        global == null ? null : global.name().toString(),
        finding.message());
  }
}
