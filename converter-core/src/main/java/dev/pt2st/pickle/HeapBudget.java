package dev.pt2st.pickle;

import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.work.Deadline;
import java.util.function.Supplier;

/**
 * Limits the heap that the values of one file's pickles take. Bytes are counted before a value is
 * made. They are estimated for a 64-bit JVM with compressed references, for an object with its slot
 * in a container.
 */
public final class HeapBudget {
  static final int OBJECT = 48;
  static final int CONTAINER = 112;
  static final int SLOT = 8;
  private static final int SHORT_KEY = 64;

  /** Bytes of a key with its value, their slots and its hash; a set needs a little less. */
  static final int MAP_ENTRY = 40;

  /** Bytes of a memo entry whose index is far from the others. */
  static final int SPARSE_ENTRY = 88;

  private final Limits limits;
  private final Deadline deadline;
  private final long limit;
  private long used;

  /** The budget of an input whose first pickle is about to be read. */
  public HeapBudget(Limits limits) {
    this(limits, new Deadline(limits));
  }

  /**
   * The budget of an input.
   *
   * @param deadline when the pickles of the input must have been read
   */
  public HeapBudget(Limits limits, Deadline deadline) {
    this.limits = limits;
    this.deadline = deadline;
    this.limit = limits.get(Limit.HEAP_BYTES);
  }

  /** The limits on each pickle. */
  Limits limits() {
    return limits;
  }

  /** When the pickles of the input must have been read. */
  Deadline deadline() {
    return deadline;
  }

  /**
   * Bytes that a value may copy from another when it is made: a dict from a dict, a list from a
   * list, bytes from a text. They are charged for each copy.
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
   * Bytes that each look-up of a key costs beyond its entry: hashing reads all of it, and a long
   * one is decoded.
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
   * Corrects the count once it is known how much of what was counted since then is still in use.
   *
   * @param before the value of {@link #used} then
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
