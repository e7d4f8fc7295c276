package dev.pt2st.pickle;

import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.work.Deadline;
import java.util.function.Supplier;

/**
 * What the pickles of one file may take. Counts the heap that the values of a file take, before
 * they are made. The estimate is of the right size on a 64-bit JVM with compressed references: an
 * object with its slot in a container.
 */
public final class HeapBudget {
  static final int OBJECT = 48;
  static final int CONTAINER = 112;
  static final int SLOT = 8;
  private static final int SHORT_KEY = 64;

  /** A key with its value, their places and its hash; of a set a little less. */
  static final int MAP_ENTRY = 40;

  /** A memo's entry where its index is far from the others. */
  static final int SPARSE_ENTRY = 88;

  private final Limits limits;
  private final Deadline deadline;
  private final long limit;
  private long used;

  /** Of an input whose first pickle is about to be read. */
  public HeapBudget(Limits limits) {
    this(limits, new Deadline(limits));
  }

  /**
   * Of an input.
   *
   * @param deadline when the pickles of the input must have been read
   */
  public HeapBudget(Limits limits, Deadline deadline) {
    this.limits = limits;
    this.deadline = deadline;
    this.limit = limits.get(Limit.HEAP_BYTES);
  }

  /** What bounds each pickle. */
  Limits limits() {
    return limits;
  }

  /** When the pickles of the input must have been read. */
  Deadline deadline() {
    return deadline;
  }

  /**
   * What a value may have copied from another when it was made: a dict of a dict, a list of a list,
   * bytes of a text. Charged for each anew, however often one is copied.
   */
  static long contentOf(Value value) {
    return switch (value) {
      case DictValue dict -> contentOf(dict);
      case SetValue set -> {
        long content = 0;
        for (Value item : set.items()) {
          content += MAP_ENTRY + ofKey(item);
        }
        yield content;
      }
      case ListValue list -> (long) list.items().size() * SLOT;
      case TupleValue tuple -> {
        long content = (long) tuple.items().size() * SLOT;
        for (Value item : tuple.items()) {
          content +=
              switch (item) {
                case DictValue dict -> contentOf(dict);
                case Value.Text text -> text.size();
                default -> 0;
              };
        }
        yield content;
      }
      case Value.Bytes bytes -> bytes.heapBytes();
      case Value.MutableBytes bytes -> bytes.content().heapBytes();
      default -> 0;
    };
  }

  private static long contentOf(DictValue dict) {
    long content = 0;
    for (int i = 0; i < dict.size(); i++) {
      content += MAP_ENTRY + ofKey(dict.key(i));
    }
    return content;
  }

  /**
   * What a key costs beyond its entry each time that it is looked for: all of it is read for its
   * hash, and a long one is decoded.
   */
  static long ofKey(Value key) {
    return switch (key) {
      case Value.Text text -> Math.max(0, text.size() - SHORT_KEY);
      case Value.Bytes bytes -> Math.max(0, bytes.size() - SHORT_KEY);
      case TupleValue tuple -> SLOT * tuple.size().weight();
      case SetValue set -> SLOT * set.size().weight();
      default -> 0;
    };
  }

  /** How many bytes have been counted. */
  long used() {
    return used;
  }

  /**
   * Corrects the count, once it is known that of all that was counted since then so much is left.
   *
   * @param before what {@link #used} was
   */
  void settle(long before, long left) {
    used = Math.min(used, before + left);
  }

  /** Counts bytes that will be taken. */
  public void charge(long bytes, Supplier<Place> where) throws LimitException {
    used += bytes;
    if (used > limit) {
      throw new LimitException(
          where.get(),
          Limit.HEAP_BYTES,
          "the values of its pickles take more than " + limit + " bytes of memory");
    }
  }
}
