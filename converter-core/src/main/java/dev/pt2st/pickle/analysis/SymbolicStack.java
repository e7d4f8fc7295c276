package dev.pt2st.pickle.analysis;

import dev.pt2st.GlobalName;
import dev.pt2st.GlobalUse;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.pickle.Memo;
import dev.pt2st.pickle.Opcode;
import dev.pt2st.pickle.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows what instructions do to stack and memo without making any value. For each value, only the
 * instruction that made it and its global are known ({@code dis} of CPython's {@code
 * Lib/pickletools.py} keeps as much). An instruction that needs something missing is reported and
 * followed as well as possible, so that the instructions after it are seen too.
 *
 * <p>Before an instruction is followed, {@link #peek} shows what it will take.
 */
public final class SymbolicStack {
  /** Approximate heap bytes of a value with its instruction and its slots. */
  private static final long VALUE_BYTES = 160;

  /** How many items of each container are kept: one more than is ever shown. */
  private static final int MOST_ITEMS = 17;

  /** How many items of all containers are kept: enough for a report, too few to fill the heap. */
  private static final int MOST_ITEMS_IN_ALL = 1 << 18;

  private record Mark(int position, long offset) {}

  /** A global and how it is used. */
  private record Subject(@Nullable GlobalName global, @Nullable GlobalUse use) {
    static final Subject NONE = new Subject(null, null);
  }

  private final Place place;
  private final long most;
  private final List<SymbolicValue> values = new ArrayList<>();
  private final List<Mark> marks = new ArrayList<>();
  private final Memo memo;
  private final MemoIndices memoIndices;
  private final AlikeValues alike = new AlikeValues();

  private final StepCheck check = new StepCheck(this);
  private final LongNames names = new LongNames();

  private int itemsKept;

  /** Why an unpickler stops at the current instruction; null if it does not. */
  private @Nullable String problem;

  /** Whether every unpickler stops there. */
  private boolean certain;

  /**
   * @param limits limits how many values are kept, by their heap bytes
   * @param place the file and entry, for messages
   */
  public SymbolicStack(Limits limits, Place place) {
    this.place = place;
    this.most = Math.max(1, limits.get(Limit.HEAP_BYTES) / VALUE_BYTES);
    this.memoIndices = new MemoIndices(place);
    this.memo = new Memo(limits.get(Limit.MEMO), () -> place);
  }

  /** The number of values on the stack, without marks. */
  public int size() {
    return values.size();
  }

  /**
   * A value near the top; null if there is none above the last mark.
   *
   * @param below how many positions below the top; 0 for the top
   */
  public @Nullable SymbolicValue peek(int below) {
    return below < available() ? values.get(values.size() - 1 - below) : null;
  }

  /** All values above the last mark, from the bottom up. */
  List<SymbolicValue> marked() {
    return top(available(), Integer.MAX_VALUE);
  }

  /** The values on top, at most so many. */
  List<SymbolicValue> top(int count) {
    return top(count, Integer.MAX_VALUE);
  }

  /** The first {@code most} of the {@code count} values on top. */
  private List<SymbolicValue> top(int count, int most) {
    int from = values.size() - Math.min(count, available());
    return values.subList(from, from + Math.min(most, values.size() - from));
  }

  /** The value below the last mark; null if there is none. */
  @Nullable SymbolicValue belowMark() {
    if (marks.isEmpty()) {
      return null;
    }
    int position = marks.getLast().position;
    int below = marks.size() > 1 ? marks.get(marks.size() - 2).position : 0;
    return position > below ? values.get(position - 1) : null;
  }

  /** The number of values above the last mark; nothing below it can be reached. */
  private int available() {
    return values.size() - (marks.isEmpty() ? 0 : marks.getLast().position);
  }

  /**
   * Follows an instruction.
   *
   * @throws LimitException if more values would have to be kept than the heap limit allows
   */
  public SymbolicEffect follow(Instruction instruction) throws LimitException {
    if (values.size() + (long) marks.size() + memo.size() >= most) {
      throw new LimitException(
          place.at(instruction.offset()),
          Limit.HEAP_BYTES,
          "the pickle keeps more than " + most + " values at once");
    }
    problem = null;
    certain = false;
    int level = marks.size();
    Subject subject = subject(instruction);
    String stop = check.stop(instruction);
    if (stop != null) {
      complain(stop);
    }
    long count = count(instruction);
    boolean hashable = isHashable(instruction);
    List<SymbolicValue> items =
        subject.use == GlobalUse.CHANGED ? changes(instruction) : items(instruction);
    fill(instruction);
    long mark = take(instruction);
    long memoIndex = -1;
    SymbolicValue fromMemo = null;
    switch (instruction.opcode()) {
      case DUP -> push(peek(0), new SymbolicValue(instruction, null, items, count, hashable));
      case GET, BINGET, LONG_BINGET -> {
        memoIndex = memoIndices.of(instruction);
        fromMemo = recall(memoIndex);
        push(fromMemo, new SymbolicValue(instruction, null, items, count, hashable));
      }
      case PUT, BINPUT, LONG_BINPUT -> {
        memoIndex = memoIndices.of(instruction);
        memoize(memoIndex);
      }
      case MEMOIZE -> {
        memoIndex = memo.size();
        memoize(memoIndex);
      }
      case READONLY_BUFFER -> {
        if (available() > 0) {
          values.removeLast();
          values.add(new SymbolicValue(instruction, null, items, count, hashable));
        }
      }
      default -> {
        if (instruction.opcode().effect().pushes() > 0) {
          values.add(new SymbolicValue(instruction, subject.global, items, count, hashable));
        }
      }
    }
    return new SymbolicEffect(
        level,
        mark,
        memoIndex,
        fromMemo,
        subject.global,
        subject.use,
        subject.use == null || subject.use == GlobalUse.NAMED ? List.of() : items,
        problem,
        certain);
  }

  /** The items of the value that an instruction makes, as far as they are kept. */
  private List<SymbolicValue> items(Instruction instruction) {
    return switch (instruction.opcode()) {
      case TUPLE1 -> kept(1);
      case TUPLE2 -> kept(2);
      case TUPLE3 -> kept(3);
      case TUPLE, FROZENSET, INST -> kept(available());
      case LIST, DICT -> new ArrayList<>(kept(available()));
      case OBJ -> {
        List<SymbolicValue> marked = kept(available());
        yield marked.isEmpty() ? marked : marked.subList(1, marked.size());
      }
      case REDUCE, NEWOBJ -> itemsOf(peek(0));
      case NEWOBJ_EX -> itemsOf(peek(1));
      case EMPTY_LIST, EMPTY_DICT, EMPTY_SET -> new ArrayList<>(0);
      default -> List.of();
    };
  }

  /** The arguments with which an instruction changes a global. */
  private List<SymbolicValue> changes(Instruction instruction) {
    return switch (instruction.opcode()) {
      case BUILD, APPEND -> kept(1);
      case SETITEM -> kept(2);
      default -> kept(available());
    };
  }

  /** Gives a container the items that an instruction adds to it. */
  private void fill(Instruction instruction) {
    switch (instruction.opcode()) {
      case APPEND -> fill(peek(1), top(1));
      case SETITEM -> fill(peek(2), top(2));
      case APPENDS, SETITEMS, ADDITEMS -> fill(belowMark(), top(available(), MOST_ITEMS));
      default -> {}
    }
  }

  private void fill(@Nullable SymbolicValue container, List<SymbolicValue> items) {
    if (container != null && container.items() instanceof ArrayList<SymbolicValue> known) {
      int kept = Math.min(items.size(), MOST_ITEMS - known.size());
      if (itemsKept + kept <= MOST_ITEMS_IN_ALL) {
        itemsKept += kept;
        known.addAll(List.copyOf(items.subList(0, kept)));
      }
    }
  }

  private static List<SymbolicValue> itemsOf(@Nullable SymbolicValue value) {
    return value == null ? List.of() : value.items();
  }

  /** The first of the values on top, in their order, as far as they are kept. */
  private List<SymbolicValue> kept(int count) {
    List<SymbolicValue> first = top(count, MOST_ITEMS);
    if (itemsKept + first.size() > MOST_ITEMS_IN_ALL) {
      return List.of();
    }
    itemsKept += first.size();
    return List.copyOf(first);
  }

  /** The number of items that a container is made with. */
  private long count(Instruction instruction) {
    return switch (instruction.opcode()) {
      case TUPLE1 -> 1;
      case TUPLE2 -> 2;
      case TUPLE3 -> 3;
      case TUPLE, FROZENSET, LIST, DICT -> available();
      default -> 0;
    };
  }

  /** Whether the value that an instruction makes may be a key in Python. */
  private boolean isHashable(Instruction instruction) {
    return switch (instruction.opcode()) {
      case TUPLE1 -> areHashable(top(1));
      case TUPLE2 -> areHashable(top(2));
      case TUPLE3 -> areHashable(top(3));
      case TUPLE -> areHashable(marked());
      default -> ValueKind.of(instruction.opcode()).mayBeHashed();
    };
  }

  private static boolean areHashable(List<SymbolicValue> items) {
    for (SymbolicValue item : items) {
      if (!item.hashable()) {
        return false;
      }
    }
    return true;
  }

  /** The global that an instruction involves, as far as it is known, and how it uses it. */
  private Subject subject(Instruction instruction) {
    return switch (instruction.opcode()) {
      case GLOBAL -> new Subject(named(instruction), GlobalUse.NAMED);
      case STACK_GLOBAL -> new Subject(named(peek(1), peek(0)), GlobalUse.NAMED);
      // Without a mark one unpickler stops before the import, and the other directly after it.
      case INST ->
          new Subject(named(instruction), marks.isEmpty() ? GlobalUse.NAMED : GlobalUse.CALLED);
      case OBJ -> new Subject(globalOf(firstMarked()), GlobalUse.CALLED);
      case REDUCE -> new Subject(globalOf(peek(1)), GlobalUse.CALLED);
      case NEWOBJ -> new Subject(globalOf(peek(1)), GlobalUse.INSTANTIATED);
      case NEWOBJ_EX -> new Subject(globalOf(peek(2)), GlobalUse.INSTANTIATED);
      case BUILD, APPEND -> changed(peek(1));
      case SETITEM -> changed(peek(2));
      case APPENDS, SETITEMS, ADDITEMS -> changed(belowMark());
      default -> Subject.NONE;
    };
  }

  /** A change to a global itself affects everything that names it later. */
  private Subject changed(@Nullable SymbolicValue target) {
    GlobalName global = globalOf(target);
    if (global == null) {
      return Subject.NONE;
    }
    doubt("it changes a class, a function or a module, not an object");
    return new Subject(global, GlobalUse.CHANGED);
  }

  private static @Nullable GlobalName globalOf(@Nullable SymbolicValue value) {
    return value != null && value.isGlobal() ? value.global() : null;
  }

  private @Nullable GlobalName named(@Nullable SymbolicValue module, @Nullable SymbolicValue name) {
    if (module == null || name == null) {
      return null; // too few values on the stack, which is reported below
    }
    if (!module.madeBy().isText() || !name.madeBy().isText()) {
      // The result of a call may be a text.
      doubt("STACK_GLOBAL needs two texts");
      return null;
    }
    String moduleText = nameOf(module.madeBy());
    String nameText = nameOf(name.madeBy());
    return moduleText == null || nameText == null ? null : new GlobalName(moduleText, nameText);
  }

  private @Nullable GlobalName named(Instruction instruction) {
    return names.isAffordable(instruction.argumentBytes()) ? instruction.global() : null;
  }

  private @Nullable String nameOf(Instruction text) {
    return names.isAffordable(text.argumentBytes()) ? text.text(Integer.MAX_VALUE) : null;
  }

  private @Nullable SymbolicValue firstMarked() {
    int first = marks.isEmpty() ? values.size() : marks.getLast().position;
    return first < values.size() ? values.get(first) : null;
  }

  /** Pops what the instruction takes; returns the offset of the mark that it takes, or -1. */
  private long take(Instruction instruction) {
    Opcode.Effect effect = instruction.opcode().effect();
    long mark = -1;
    if (effect == Opcode.Effect.MARK) {
      marks.add(new Mark(values.size(), instruction.offset()));
    } else if (effect == Opcode.Effect.POP && available() == 0 && !marks.isEmpty()) {
      return marks.removeLast().offset;
    } else if (effect.takesMark() && marks.isEmpty()) {
      complain("an opcode needs a mark and there is none");
    } else if (effect.takesMark()) {
      if (instruction.opcode() == Opcode.OBJ && available() == 0) {
        complain("OBJ without a class");
      }
      drop(available());
      mark = marks.removeLast().offset;
    }
    if (available() < effect.needs()) {
      complain("an opcode asks for more values than the stack has");
    }
    drop(Math.min(effect.takes(), available()));
    return mark;
  }

  private void drop(int count) {
    values.subList(values.size() - count, values.size()).clear();
  }

  private void push(@Nullable SymbolicValue known, SymbolicValue otherwise) {
    values.add(known == null ? otherwise : known);
  }

  private @Nullable SymbolicValue recall(long index) {
    Value value = index < 0 ? null : memo.get(index);
    if (value == null) {
      complain("nothing was put into the memo at that index");
    }
    return value instanceof KeptText text ? text.value() : (SymbolicValue) value;
  }

  private void memoize(long index) throws LimitException {
    SymbolicValue top = peek(0);
    if (top != null && index >= 0) {
      memo.put(index, KeptText.of(alike.shared(top)));
    }
  }

  /** Notes the first problem of an instruction, if every unpickler stops at it. */
  private void complain(String why) {
    doubt(why);
    certain = true;
  }

  /** Notes the first problem of an instruction, if some unpickler may continue after it. */
  private void doubt(String why) {
    if (problem == null) {
      problem = why;
    }
  }
}
