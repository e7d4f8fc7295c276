package dev.pt2st.pickle.analysis;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether every unpickler stops at an instruction because of the values that it takes: CPython's
 * {@code Modules/_pickle.c} and {@code Lib/pickle.py}, with the changes that the loaders of
 * PyTorch, NumPy and joblib make; PyTorch's reader of tars, for example, accepts numbers as
 * persistent ids. A value that one of them accepts is no reason to stop, nor is a value that came
 * from something imported and so is unknown. Missing values and marks are not checked here.
 */
final class StepCheck {
  private final SymbolicStack stack;

  StepCheck(SymbolicStack stack) {
    this.stack = stack;
  }

  /** Why all unpicklers stop; null if one may continue. */
  @Nullable String stop(Instruction instruction) {
    return switch (instruction.opcode()) {
      case REDUCE ->
          isKnown(stack.peek(1)) ? "it calls a value that is not a class or function" : null;
      case NEWOBJ -> make(stack.peek(1));
      case NEWOBJ_EX -> make(stack.peek(2));
      case OBJ ->
          isKnown(first(stack.marked())) ? "OBJ of a value that is not a class or function" : null;
      case STACK_GLOBAL ->
          mayBeText(stack.peek(1)) && mayBeText(stack.peek(0))
              ? null
              : "STACK_GLOBAL needs two texts";
      case BUILD -> build(stack.peek(1), stack.peek(0));
      case APPEND -> append(stack.peek(1), stack.top(1));
      case APPENDS -> append(stack.belowMark(), stack.marked());
      case SETITEM -> setItems(stack.peek(2), stack.top(2));
      case SETITEMS -> setItems(stack.belowMark(), stack.marked());
      case ADDITEMS -> addItems(stack.belowMark(), stack.marked());
      case DICT -> pairs(stack.marked());
      case FROZENSET -> keys(stack.marked(), 1);
      case PERSID ->
          instruction.argument() instanceof Argument.Line(MemorySegment line)
                  && NumberSyntax.index(line.toArray(ValueLayout.JAVA_BYTE)) == null
              ? "the persistent id is not a number"
              : null;
      case BINPERSID -> {
        SymbolicValue id = stack.peek(0);
        yield id == null || id.kind().mayBeIdentity()
            ? null
            : "the persistent id is neither a tuple nor a number";
      }
      case NEXT_BUFFER -> "it keeps a part of its data outside of itself (out-of-band buffers)";
      case READONLY_BUFFER -> {
        SymbolicValue buffer = stack.peek(0);
        yield buffer == null || buffer.kind().mayBeBuffer()
            ? null
            : "READONLY_BUFFER of a value that is not a buffer";
      }
      default -> null;
    };
  }

  private static boolean isKnown(@Nullable SymbolicValue value) {
    return value != null && value.kind() != ValueKind.ANYTHING;
  }

  private static boolean mayBeText(@Nullable SymbolicValue value) {
    return value == null || value.kind().mayBeText();
  }

  private static @Nullable SymbolicValue first(List<SymbolicValue> values) {
    return values.isEmpty() ? null : values.getFirst();
  }

  private static @Nullable String make(@Nullable SymbolicValue type) {
    return isKnown(type) ? "it instantiates a value that is not a class" : null;
  }

  /** No built-in type has a state, but an empty state may be set on anything. */
  private static @Nullable String build(
      @Nullable SymbolicValue object, @Nullable SymbolicValue state) {
    if (!isKnown(object) || state == null || state.mayBeFalse()) {
      return null;
    }
    boolean isPair = state.kind() == ValueKind.TUPLE && state.count() == 2;
    boolean bothMayBeFalse = state.items().stream().allMatch(SymbolicValue::mayBeFalse);
    return isPair && bothMayBeFalse ? null : "BUILD of a value that has no state";
  }

  private static @Nullable String append(
      @Nullable SymbolicValue target, List<SymbolicValue> items) {
    // The unpickler written in C ignores that.
    if (target == null || items.isEmpty()) {
      return null;
    }
    return switch (target.kind()) {
      case LIST, ANYTHING -> null;
      case BYTE_ARRAY ->
          items.getFirst().kind().mayBeIndex()
              ? null
              : "it appends to a bytearray a value that is not a byte";
      default -> "it appends to a value that is not a list";
    };
  }

  private static @Nullable String setItems(
      @Nullable SymbolicValue target, List<SymbolicValue> items) {
    if (target == null || items.isEmpty()) {
      return null;
    }
    if (items.size() % 2 != 0) {
      return "it sets a key without a value";
    }
    return switch (target.kind()) {
      case DICT -> keys(items, 2);
      case LIST, BYTE_ARRAY ->
          items.getFirst().kind().mayBeIndex() ? null : "it sets an item of a list by no number";
      case ANYTHING -> null;
      default -> "it sets an item of a value that is not a dict";
    };
  }

  private static @Nullable String addItems(
      @Nullable SymbolicValue target, List<SymbolicValue> items) {
    if (target == null || items.isEmpty()) {
      return null;
    }
    return switch (target.kind()) {
      case SET -> keys(items, 1);
      case ANYTHING -> null;
      default -> "it adds items to a value that is not a set";
    };
  }

  private static @Nullable String pairs(List<SymbolicValue> items) {
    return items.size() % 2 == 0 ? keys(items, 2) : "it sets a key without a value";
  }

  /** Every {@code step}-th item is a key. */
  private static @Nullable String keys(List<SymbolicValue> items, int step) {
    for (int i = 0; i < items.size(); i += step) {
      if (!items.get(i).hashable()) {
        return "a key is of a kind that cannot be one";
      }
    }
    return null;
  }
}
