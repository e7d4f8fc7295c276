package dev.pt2st.pickle.analysis;

import dev.pt2st.GlobalName;
import dev.pt2st.io.ResourceTable;
import java.util.Set;

/**
 * The outcome when an unpickler imports the module of a global ({@code find_class}, then {@code
 * Lib/importlib/_bootstrap.py}). Whether a module exists cannot be known, but some names cannot be
 * those of a module.
 */
enum ImportOutcome {
  /** The module may exist. */
  MAY_SUCCEED,
  /** Something is imported, and so run, before the import fails. */
  BEGINS,
  /** No such module can exist. */
  FAILS;

  private static final String MODULES = "python-modules.txt";

  private static final class Holder {
    static final Set<String> MODULES_OF_PYTHON =
        Set.copyOf(ResourceTable.lines(ImportOutcome.class, MODULES));
  }

  static ImportOutcome of(GlobalName name) {
    // Modules that are compiled into Python are found by the part of the name before a zero byte.
    int nul = name.module().indexOf('\0');
    String module = nul < 0 ? name.module() : name.module().substring(0, nul);
    if (GlobalName.isDotted(withPlainFolders(module))) {
      return MAY_SUCCEED;
    }
    // The module after the dot is found and run before the import of the empty name fails.
    if (module.startsWith(".") && GlobalName.isDotted(module.substring(1))) {
      return BEGINS;
    }
    int dot = module.indexOf('.');
    if (dot > 0 && Holder.MODULES_OF_PYTHON.contains(module.substring(0, dot))) {
      return BEGINS;
    }
    // Any folder is a package, with only the attributes that Python gives it.
    return !module.isEmpty() && module.indexOf('/') < 0 && name.name().startsWith("__")
        ? MAY_SUCCEED
        : FAILS;
  }

  /** Folders in Python's own library whose names are not identifiers. */
  private static String withPlainFolders(String module) {
    return module.startsWith("lib-dynload") || module.startsWith("_sysconfigdata")
        ? module.replace('-', '_')
        : module;
  }
}
