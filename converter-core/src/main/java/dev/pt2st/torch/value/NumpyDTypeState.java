package dev.pt2st.torch.value;

import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The state of a {@code numpy.dtype} as NumPy writes it: {@code (version, byte order, subarray,
 * names, fields, item size, alignment, flags)}, and from version 4 on the metadata. The parts must
 * be consistent, since NumPy reads and writes memory by them.
 *
 * @param order the byte order's character
 * @param itemSize bytes of an element
 * @param flags how NumPy must treat an element, for example that it has references to Python
 *     objects
 * @param isSubarray whether an element is an array itself, which is possible in fields only
 */
record NumpyDTypeState(char order, long itemSize, long flags, boolean isSubarray) {
  static final String ORDERS = "<>=|";

  /** {@code NPY_MAXDIMS} of NumPy 2. */
  private static final int MOST_DIMENSIONS = 64;

  private static final int VERSION = 3;
  private static final int VERSION_WITH_METADATA = 4;
  private static final int ITEMS = 8;

  /** An item size or alignment that the code implies. */
  private static final long IMPLIED = -1;

  /** The largest alignment of any NumPy dtype, that of a complex long double. */
  private static final long HIGHEST_ALIGNMENT = 32;

  // NPY_ITEM_REFCOUNT and the other flags of numpy/ndarraytypes.h.
  private static final long HAS_OBJECTS = 0x01;
  private static final long LIST_PICKLE = 0x02;
  private static final long NEEDS_INIT = 0x08;
  private static final long NEEDS_PYTHON = 0x10;
  private static final long ALIGNED_STRUCT = 0x80;
  private static final long OF_FIELDS = HAS_OBJECTS | LIST_PICKLE | NEEDS_INIT | NEEDS_PYTHON;
  private static final long OF_OBJECT = OF_FIELDS | 0x04 | 0x20;

  private static final int LONGEST_CODE = 11;

  /** The flags that the code of a dtype implies. */
  static long flags(String code) {
    return switch (code.charAt(0)) {
      case 'O' -> OF_OBJECT;
      case 'U' -> NEEDS_INIT;
      default -> 0;
    };
  }

  /** Whether an element has references to Python objects. */
  static boolean hasObjects(long flags) {
    return (flags & HAS_OBJECTS) != 0;
  }

  /** The item size that a code implies, in bytes; negative if NumPy writes no such code. */
  static long itemSize(String code) {
    if (code.isEmpty() || code.length() > LONGEST_CODE) {
      return -1;
    }
    String digits = code.substring(1);
    if (!digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return -1;
    }
    long size = digits.isEmpty() ? defaultSize(code.charAt(0)) : Long.parseLong(digits);
    boolean known =
        switch (code.charAt(0)) {
          case '?' -> digits.isEmpty();
          case 'b' -> size == 1;
          case 'i', 'u' -> size == 1 || size == 2 || size == 4 || size == 8;
          case 'f' -> size == 2 || size == 4 || size == 8 || size == 12 || size == 16;
          case 'c' -> size == 8 || size == 16 || size == 24 || size == 32;
          case 'O', 'm', 'M' -> size == 8;
          case 'S', 'a', 'U', 'V' -> size <= Integer.MAX_VALUE / Integer.BYTES;
          default -> false;
        };
    return !known ? -1 : code.charAt(0) == 'U' ? Integer.BYTES * size : size;
  }

  private static long defaultSize(char kind) {
    return switch (kind) {
      case '?' -> 1;
      case 'O', 'm', 'M' -> 8;
      default -> 0;
    };
  }

  /** Reads a state; null if NumPy writes no such state for the dtype. */
  static @Nullable NumpyDTypeState read(NumpyDType dtype, List<Value> items) {
    if (items.size() < ITEMS
        || !(items.getFirst() instanceof Value.Int(long version))
        || items.size() != (version == VERSION ? ITEMS : ITEMS + 1)
        || (version != VERSION && version != VERSION_WITH_METADATA)
        || !(items.get(1) instanceof Value.Text order)
        || order.value().length() != 1
        || ORDERS.indexOf(order.value().charAt(0)) < 0
        || !(items.get(5) instanceof Value.Int(long size))
        || !(items.get(6) instanceof Value.Int(long alignment))
        || !(items.get(7) instanceof Value.Int(long flags))
        || (items.size() > ITEMS && !isMetadata(items.get(ITEMS)))) {
      return null;
    }
    char kind = dtype.code().charAt(0);
    boolean isExtended = "SaUV".indexOf(kind) >= 0;
    long itemSize = isExtended ? size : dtype.itemSize();
    if (isExtended ? !isExtendedSize(dtype, size, alignment) : size != IMPLIED) {
      return null;
    }
    if (!isExtended && alignment != IMPLIED) {
      return null;
    }
    return areFlags(flags, items, kind, itemSize)
        ? new NumpyDTypeState(
            order.value().charAt(0), itemSize, flags, !(items.get(2) instanceof Value.None))
        : null;
  }

  private static boolean isExtendedSize(NumpyDType dtype, long size, long alignment) {
    // The code of a record class has no size.
    boolean fits = dtype.code().equals("V") || size == dtype.itemSize();
    return fits
        && size >= 0
        && size <= Integer.MAX_VALUE
        && alignment > 0
        && alignment <= HIGHEST_ALIGNMENT
        && Long.bitCount(alignment) == 1;
  }

  /** Whether the flags agree with the content of an element. */
  private static boolean areFlags(long flags, List<Value> items, char kind, long itemSize) {
    Value subarray = items.get(2);
    Value names = items.get(3);
    Value fields = items.get(4);
    boolean hasFields = !(names instanceof Value.None) || !(fields instanceof Value.None);
    if (!(subarray instanceof Value.None)) {
      Long base = kind == 'V' && !hasFields ? ofSubarray(subarray, itemSize) : null;
      return base != null && base == flags;
    }
    if (hasFields) {
      Long all =
          kind == 'V' && names instanceof TupleValue tuple && fields instanceof DictValue dict
              ? ofFields(tuple.items(), dict, itemSize)
              : null;
      return all != null && areOfFields(flags, all);
    }
    // Older versions do not set the flag for initialization for text.
    return flags == (kind == 'O' ? OF_OBJECT : 0) || (kind == 'U' && flags == NEEDS_INIT);
  }

  private static boolean areOfFields(long flags, long all) {
    // Only newer versions of NumPy set the flag that fields always need Python's API.
    long ofVersion = NEEDS_PYTHON | ALIGNED_STRUCT;
    return (flags & ~ofVersion) == (all & ~ofVersion)
        && ((flags & NEEDS_PYTHON) != 0 || !hasObjects(all));
  }

  private static @Nullable Long ofSubarray(Value subarray, long itemSize) {
    if (!(subarray instanceof TupleValue pair)
        || pair.items().size() != 2
        || !(pair.items().getFirst() instanceof NumpyDType base)) {
      return null;
    }
    Value shape = pair.items().getLast();
    List<Value> sizes = shape instanceof TupleValue tuple ? tuple.items() : List.of(shape);
    long total = base.itemSize();
    if (sizes.isEmpty() || sizes.size() > MOST_DIMENSIONS) {
      return null;
    }
    for (Value item : sizes) {
      if (!(item instanceof Value.Int(long size)) || size < 0 || size > Integer.MAX_VALUE) {
        return null;
      }
      // This cannot overflow: neither factor has more than 31 bits.
      total *= size;
      if (total > Integer.MAX_VALUE) {
        return null;
      }
    }
    base.settle();
    return total == itemSize ? Long.valueOf(base.flags()) : null;
  }

  private record Range(long start, long end, boolean hasObjects) {}

  /**
   * The combined flags of the fields; null if they are inconsistent. Every name must have a field
   * within the element, and no field may overlap an object.
   */
  private static @Nullable Long ofFields(List<Value> names, DictValue fields, long itemSize) {
    Set<String> known = new HashSet<>();
    List<Range> ranges = new ArrayList<>(names.size());
    int titles = 0;
    long flags = 0;
    for (Value item : names) {
      if (!(item instanceof Value.Text name)
          || !known.add(name.value())
          || !(fields.get(name.value()) instanceof TupleValue tuple)) {
        return null;
      }
      List<Value> field = tuple.items();
      if (field.size() < 2
          || field.size() > 3
          || !(field.getFirst() instanceof NumpyDType type)
          || !(field.get(1) instanceof Value.Int(long offset))
          || offset < 0
          || offset > itemSize - type.itemSize()) {
        return null;
      }
      if (field.size() == 3
          && field.get(2) instanceof Value.Text title
          && !title.value().equals(name.value())
          && known.add(title.value())) {
        if (fields.get(title.value()) != tuple) {
          return null;
        }
        titles++;
      }
      ranges.add(new Range(offset, offset + type.itemSize(), type.hasObjects()));
      flags |= type.flags() & OF_FIELDS;
      type.settle();
    }
    return fields.size() == names.size() + titles && !objectsOverlap(ranges) ? flags : null;
  }

  private static boolean objectsOverlap(List<Range> ranges) {
    ranges.sort(Comparator.comparingLong(Range::start));
    long end = 0;
    long endOfObjects = 0;
    for (Range range : ranges) {
      if (range.end > range.start && range.start < (range.hasObjects ? end : endOfObjects)) {
        return true;
      }
      end = Math.max(end, range.end);
      endOfObjects = range.hasObjects ? end : endOfObjects;
    }
    return false;
  }

  /**
   * Whether metadata is a dict or, for dates, a pair of a dict and the unit: a text and three
   * numbers.
   */
  private static boolean isMetadata(Value metadata) {
    if (metadata instanceof TupleValue pair) {
      return pair.items().size() == 2
          && (pair.items().getFirst() instanceof Value.None
              || pair.items().getFirst() instanceof DictValue)
          && pair.items().getLast() instanceof TupleValue unit
          && unit.items().size() == 4
          && NumpyValue.bytesOf(unit.items().getFirst()) != null
          && unit.items().stream()
              .skip(1)
              .allMatch(part ->
                  part instanceof Value.Int(long number)
                      && number >= 0
                      && number <= Integer.MAX_VALUE);
    }
    return metadata instanceof DictValue || metadata instanceof Value.None;
  }
}
