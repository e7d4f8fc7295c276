package dev.pt2st.torch;

import dev.pt2st.TracedGlobal;
import dev.pt2st.io.ResourceTable;
import dev.pt2st.pickle.GlobalValue;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Globals that are known to run code or to reach the network or the file system. The table only
 * makes rules stricter and never shows that a global is safe: such a list is never complete.
 */
public final class DangerousGlobals {
  private static final String TABLE = "dangerous.tsv";

  /** Only this many parts of a dotted name are looked up. */
  private static final int MOST_PARTS = 32;

  /**
   * One line of the table.
   *
   * @param name an exact name; {@code module.*} for a module and everything in it; {@code
   *     *.module.*} for the same reached through other modules
   * @param why what the global does, as the end of a sentence
   * @param source the reference for that
   * @param honest whether harmless files use it too, such as {@code functools.partial}
   */
  public record Entry(String name, String why, String source, boolean honest) {}

  private static final class Holder {
    static final Map<String, Entry> ENTRIES = load();
  }

  private DangerousGlobals() {}

  /** All entries, in the order of the file. */
  public static Collection<Entry> entries() {
    return Collections.unmodifiableCollection(Holder.ENTRIES.values());
  }

  /** The entry for a global, as it is resolved or as it is written; null if there is none. */
  public static @Nullable Entry find(TracedGlobal global) {
    Entry entry = find(global.name().toString());
    return entry == null ? find(global.written().toString()) : entry;
  }

  /** The entry for a global, as it is resolved or as it is written; null if there is none. */
  public static @Nullable Entry find(GlobalValue global) {
    Entry entry = find(global.dottedName());
    return entry == null ? find(global.written().toString()) : entry;
  }

  /** The entry for a name; null if there is none. */
  public static @Nullable Entry find(String name) {
    Entry entry = find("", name);
    int start = name.indexOf('.') + 1;
    for (int part = 0; entry == null && start > 0 && part < MOST_PARTS; part++) {
      entry = find("*.", name.substring(start));
      start = name.indexOf('.', start) + 1;
    }
    return entry;
  }

  private static @Nullable Entry find(String before, String name) {
    Entry entry = Holder.ENTRIES.get(before + name);
    if (entry != null) {
      return entry;
    }
    // The most specific row counts, which is the last one found.
    int dot = name.indexOf('.');
    for (int part = 0; dot >= 0 && part < MOST_PARTS; part++) {
      Entry longer = Holder.ENTRIES.get(before + name.substring(0, dot) + ".*");
      entry = longer == null ? entry : longer;
      dot = name.indexOf('.', dot + 1);
    }
    return entry;
  }

  private static Map<String, Entry> load() {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (String line : ResourceTable.lines(DangerousGlobals.class, TABLE)) {
      String[] fields = line.split("\t", -1);
      Entry entry = new Entry(fields[0], fields[1], fields[2], fields.length == 4);
      if (fields.length < 3 || fields.length > 4 || entries.put(entry.name(), entry) != null) {
        throw new IllegalStateException(TABLE + ": " + line);
      }
    }
    return entries;
  }
}
