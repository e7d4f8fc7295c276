package dev.pt2st.pickle;

import dev.pt2st.GlobalName;
import dev.pt2st.io.ResourceTable;
import java.util.HashMap;
import java.util.Map;

/**
 * Maps Python 2 names to Python 3 names: the tables of CPython's {@code Lib/_compat_pickle.py}, as
 * {@code find_class} applies them to streams below protocol 3.
 */
public final class Python2Names {
  private static final String TABLE = "python2-names.tsv";

  private static final Map<String, String> MODULES = new HashMap<>();
  private static final Map<GlobalName, GlobalName> NAMES = new HashMap<>();

  static {
    ResourceTable.lines(Python2Names.class, TABLE).forEach(Python2Names::add);
  }

  private Python2Names() {}

  private static void add(String line) {
    String[] fields = line.split("\t", -1);
    switch (fields[0]) {
      case "module" -> MODULES.put(fields[1], fields[2]);
      case "name" ->
          NAMES.put(new GlobalName(fields[1], fields[2]), new GlobalName(fields[3], fields[4]));
      default -> throw new IllegalStateException(TABLE + ": " + line);
    }
  }

  /** The name in Python 3; the same name if it has not changed. */
  public static GlobalName toPython3(GlobalName name) {
    GlobalName mapped = NAMES.get(name);
    if (mapped != null) {
      return mapped;
    }
    String module = MODULES.get(name.module());
    return module == null ? name : new GlobalName(module, name.name());
  }
}
