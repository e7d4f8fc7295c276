package dev.pt2st.pickle.analysis;

import dev.pt2st.GlobalName;
import dev.pt2st.io.ResourceTable;
import java.util.Set;

/**
 * What comes of it when an unpickler imports the module of a global ({@code find_class}, then
 * {@code Lib/importlib/_bootstrap.py}). Whether there is such a module nobody can know; but some
 * names are none that a module can have.
 */
enum ImportOutcome {
  /** The module may be there. */
  MAY_SUCCEED,
  /** Something is imported, and with that run, before the import fails. */
  BEGINS,
  /** There is no such module. */
  FAILS;

  private static final String MODULES = "python-modules.txt";

  private static final class Holder {
    static final Set<String> MODULES_OF_PYTHON =
        Set.copyOf(ResourceTable.lines(ImportOutcome.class, MODULES));
  }

  static ImportOutcome of(GlobalName name) {
    // Modules that are compiled into Python are found by what stands before a zero byte.
    int nul = name.module().indexOf('\0');
    String module = nul < 0 ? name.module() : name.module().substring(0, nul);
    if (GlobalName.isDotted(withPlainFolders(module))) {
      return MAY_SUCCEED;
    }
    // Found by its last part, and run, before the empty name in front fails.
    if (module.startsWith(".") && GlobalName.isDotted(module.substring(1))) {
      return BEGINS;
    }
    int dot = module.indexOf('.');
    if (dot > 0 && Holder.MODULES_OF_PYTHON.contains(module.substring(0, dot))) {
      return BEGINS;
    }
    // Any folder is a package. It has no attributes but those that Python gives it.
    return !module.isEmpty() && module.indexOf('/') < 0 && name.name().startsWith("__")
        ? MAY_SUCCEED
        : FAILS;
  }

  /** What stands in Python's own folder under names that are no identifiers. */
  private static String withPlainFolders(String module) {
    return module.startsWith("lib-dynload") || module.startsWith("_sysconfigdata")
        ? module.replace('-', '_')
        : module;
  }
}
