package dev.pt2st.torch;

import dev.pt2st.GlobalName;
import dev.pt2st.GlobalStanding;
import dev.pt2st.Policy;
import dev.pt2st.io.ResourceTable;
import dev.pt2st.text.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The built-in allowlist: the exact names of globals that are known to be data, in one reviewed
 * resource file. There is no other list, and there are no prefixes and no wildcards.
 */
public final class Allowlist {
  private static final String TABLE = "allowlist.tsv";

  /** How a listed global is treated. */
  public enum Kind {
    /** An element type. */
    DTYPE,
    /** A storage class, as persistent ids name it. */
    STORAGE,
    /** A tensor or parameter class. */
    TENSOR_CLASS,
    /** A function that makes a tensor; rebuilt in Java. */
    REBUILD,
    /** A constant, never called. */
    CONSTANT,
    /** A constructor of a plain value; rebuilt in Java. */
    CONSTRUCTOR,
    /** A data type, kept as an inert record. */
    RECORD,
    /** A class of torch.nn, kept as an inert record. */
    MODULE,
    /** A function, kept as a value, never called. */
    FUNCTION;

    static Kind of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }

  /**
   * The globals rebuilt in Java that are classes in Python; all others of these kinds are
   * functions.
   */
  private static final Set<String> CLASSES =
      Set.of("numpy.dtype", "numpy.ndarray", "torch.Size", "torch.device");

  /** The only function among the records. */
  private static final String COMPILE = "re._compile";

  /**
   * One line of the list.
   *
   * @param name module and qualified name, joined by a dot
   * @param why why it is data
   * @param source where PyTorch, Python or NumPy defines it
   */
  public record Entry(String name, Kind kind, String why, String source) {
    /** Whether it is a function that pickles call and never keep as a value. */
    boolean isOnlyCalled() {
      return switch (kind) {
        case REBUILD -> true;
        case CONSTRUCTOR ->
            !name.startsWith("builtins.")
                && !name.startsWith("collections.")
                && !CLASSES.contains(name);
        case RECORD -> name.equals(COMPILE);
        case DTYPE, STORAGE, TENSOR_CLASS, CONSTANT, MODULE, FUNCTION -> false;
      };
    }
  }

  private static final class Holder {
    static final Map<String, Entry> ENTRIES = load();
  }

  private Allowlist() {}

  /**
   * The SHA-256 of the file, in hexadecimal; two programs with the same digest allow the same
   * globals.
   *
   * @throws IOException if it cannot be read
   */
  public static String sha256() throws IOException {
    try (InputStream table = Allowlist.class.getResourceAsStream(TABLE)) {
      return Sha256.hex(Objects.requireNonNull(table).readAllBytes());
    }
  }

  /** All entries, in the order of the file. */
  public static Collection<Entry> entries() {
    return Collections.unmodifiableCollection(Holder.ENTRIES.values());
  }

  /** The entry of exactly this name, or null. */
  public static @Nullable Entry find(String name) {
    return Holder.ENTRIES.get(name);
  }

  /**
   * Whether the calls of a global that is not listed itself are known to be data because of their
   * arguments. This holds for members of a listed enum, as some versions of Python pickle them.
   *
   * @param arguments the arguments of each call, in parentheses as Python writes them
   */
  public static boolean areListedCalls(GlobalName resolved, List<String> arguments) {
    return resolved.toString().equals(DistributedRules.GETATTR)
        && !arguments.isEmpty()
        && arguments.stream().allMatch(DistributedRules::isMember);
  }

  /** Whether a global is listed or accepted, by its resolved name. */
  public static GlobalStanding standing(GlobalName resolved, Policy policy) {
    String name = GlobalTable.currentName(resolved).toString();
    if (find(name) != null) {
      return GlobalStanding.LISTED;
    }
    return policy.acceptance(name) != null ? GlobalStanding.ALLOWED : GlobalStanding.UNLISTED;
  }

  private static Map<String, Entry> load() {
    Map<String, Entry> entries = LinkedHashMap.newLinkedHashMap(1024);
    for (String line : ResourceTable.lines(Allowlist.class, TABLE)) {
      String[] fields = line.split("\t", -1);
      if (fields.length != 4
          || entries.put(fields[0], new Entry(fields[0], Kind.of(fields[1]), fields[2], fields[3]))
              != null) {
        throw new IllegalStateException(TABLE + ": " + line);
      }
    }
    return entries;
  }
}
