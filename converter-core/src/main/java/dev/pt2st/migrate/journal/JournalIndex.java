package dev.pt2st.migrate.journal;

import dev.pt2st.io.spill.OffHeapIndex;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The positions of the last record of each unit, source and target in a journal. They are stored
 * outside of the heap, and records are read again when needed.
 */
final class JournalIndex implements AutoCloseable {
  /** Separates a source tree and the name of a unit in it. */
  private static final String UNIT = "\0";

  /** Prefix of a source in a unit of another name; no path begins with it. */
  private static final String MEMBER = UNIT + "/";

  /** Prefix of a target. */
  private static final String TARGET = "//";

  private final OffHeapIndex places;
  private final TargetOrigins makers;
  private final Records records;

  /** Reads a record again. */
  @FunctionalInterface
  interface Records {
    /**
     * Reads the record at a position.
     *
     * @return null if there is none
     */
    @Nullable JournalRecord at(long place) throws IOException;
  }

  JournalIndex(Records records) throws IOException {
    this.records = records;
    this.places = new OffHeapIndex();
    this.makers = new TargetOrigins(places);
  }

  /**
   * Adds a record.
   *
   * @param place its position, greater than those of all earlier records, and not 0
   */
  void add(JournalRecord record, long place) throws IOException {
    places.put(record.root() + UNIT + record.unit(), place);
    for (JournalRecord.Done file : record.files()) {
      if (!file.source().isEmpty() && !file.source().equals(record.unit())) {
        places.put(record.root() + MEMBER + file.source(), place);
      }
      if (!file.target().isEmpty()) {
        places.put(TARGET + file.target(), place);
        makers.add(record, file.target(), place);
      }
    }
  }

  /**
   * The last record of a unit of a source tree; null if there is none, or if another tree has made
   * its outputs since.
   */
  @Nullable JournalRecord find(String root, String unit) throws IOException {
    long place = places.get(root + UNIT + unit);
    JournalRecord record = upToDate(root, place);
    return record != null && record.unit().equals(unit) ? record : null;
  }

  /** The last record of the unit of a source, which may have other sources too. */
  @Nullable JournalRecord findBySource(String root, String source) throws IOException {
    long alone = places.get(root + UNIT + source);
    JournalRecord record = upToDate(root, Math.max(alone, places.get(root + MEMBER + source)));
    return record != null && record.of(source) != null ? record : null;
  }

  private @Nullable JournalRecord upToDate(String root, long place) throws IOException {
    JournalRecord record = at(place);
    return record != null && record.root().equals(root) && !makers.isOutdated(record, place)
        ? record
        : null;
  }

  /** Whether another source tree has a part in a file of the target tree. */
  boolean isOfAnother(String root, String target) {
    return makers.isOfAnother(root, target);
  }

  /** The record that was written when a file of the target tree was made; null if there is none. */
  @Nullable JournalRecord findMaker(String target) throws IOException {
    JournalRecord record = at(makers.madeAt(target));
    return record == null ? findByTarget(target) : record;
  }

  /** The last record of a unit that has made a file of the target tree; null if there is none. */
  @Nullable JournalRecord findByTarget(String target) throws IOException {
    JournalRecord record = at(places.get(TARGET + target));
    return record != null && record.files().stream().anyMatch(file -> file.target().equals(target))
        ? record
        : null;
  }

  private @Nullable JournalRecord at(long place) throws IOException {
    return place == 0 ? null : records.at(place);
  }

  @Override
  public void close() {
    places.close();
  }
}
