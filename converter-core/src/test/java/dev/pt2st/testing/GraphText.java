package dev.pt2st.testing;

import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.DomainValue;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.SetValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A value as one text that tells all of it: types, contents, order and which parts are the same
 * object. {@code record_unpickle.py} writes the same of CPython's values.
 */
public final class GraphText {
  private final StringBuilder out = new StringBuilder();
  private final IdentityHashMap<Value, Integer> numbers = new IdentityHashMap<>();
  private final Deque<Object> todo = new ArrayDeque<>();

  private GraphText() {}

  /** The text of a value and of all that it leads to. */
  public static String of(Value root) {
    GraphText text = new GraphText();
    text.todo.push(root);
    while (!text.todo.isEmpty()) {
      switch (text.todo.pop()) {
        case Value value -> text.visit(value);
        case Object word -> text.out.append(word);
      }
    }
    return text.out.toString();
  }

  private void visit(Value value) {
    String atom = atom(value);
    if (!atom.isEmpty()) {
      out.append(atom);
      return;
    }
    Integer known = numbers.putIfAbsent(value, numbers.size());
    if (known != null) {
      out.append('#').append(known);
      return;
    }
    List<Object> parts = parts(value);
    out.append(parts.getFirst()).append('#').append(numbers.size() - 1).append(' ');
    parts.subList(1, parts.size()).reversed().forEach(todo::push);
  }

  private static List<Object> parts(Value value) {
    List<Object> parts = new ArrayList<>();
    switch (value) {
      case TupleValue tuple -> add(parts, "(", tuple.items(), ")");
      case ListValue list -> add(parts, "[", list.items(), "]");
      case DictValue dict -> add(parts, "{", entries(dict), "}");
      case SetValue set -> parts.add(shallow(set));
      case Value.MutableBytes bytes -> parts.add("B" + hex(bytes.value()) + ";");
      case DomainValue persistent -> add(parts, "p", persistent.parts(), "");
      case ObjectValue object -> {
        parts.add("o");
        parts.add(object.type());
        add(parts, "(", object.arguments(), ")S");
        parts.addAll(object.states());
        add(parts, ";L", object.listItems(), ";D");
        DictValue items = object.dictItems();
        add(parts, "", items == null ? List.of() : entries(items), ";");
      }
      default -> throw new IllegalArgumentException("has no parts: " + value);
    }
    return parts;
  }

  private static void add(List<Object> to, String before, Collection<Value> values, String behind) {
    to.add(before);
    to.addAll(values);
    to.add(behind);
  }

  private static List<Value> entries(DictValue dict) {
    List<Value> entries = new ArrayList<>();
    dict.entries()
        .forEach(entry -> {
          entries.add(entry.key());
          entries.add(entry.value());
        });
    return entries;
  }

  /** The text of a value without parts; empty for any other. */
  private static String atom(Value value) {
    return switch (value) {
      case Value.None none -> "N";
      case Value.Bool bool -> bool.value() ? "T" : "F";
      case Value.Int number -> "i" + Long.toString(number.value(), 16) + ";";
      case Value.BigInt number -> "i" + number.value().toString(16) + ";";
      case Value.Real number -> "r" + real(number.value()) + ";";
      case Value.Text text -> text(text.value());
      case Value.Bytes bytes -> "b" + hex(bytes.value()) + ";";
      case GlobalValue global ->
          "c" + text(global.written().module()) + text(global.written().name());
      case TupleValue tuple when tuple.items().isEmpty() -> "()";
      default -> "";
    };
  }

  /** The text of an item of a set, without identities: sets have no order. */
  private static String shallow(Value value) {
    String atom = atom(value);
    if (!atom.isEmpty()) {
      return atom;
    }
    return switch (value) {
      case TupleValue tuple ->
          tuple.items().stream().map(GraphText::shallow).collect(Collectors.joining("", "(", ")"));
      case SetValue set ->
          set.items().stream()
              .map(GraphText::shallow)
              .sorted()
              .collect(Collectors.joining("", set.isFrozen() ? "f<" : "<", ">"));
      case DomainValue persistent -> "p";
      default -> "o";
    };
  }

  private static String real(double number) {
    return Double.isNaN(number)
        ? "nan"
        : HexFormat.of().toHexDigits(Double.doubleToRawLongBits(number));
  }

  private static String text(String text) {
    StringBuilder hex = new StringBuilder("s");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      hex.append(HexFormat.of().toHexDigits((byte) c));
      hex.append(HexFormat.of().toHexDigits((byte) (c >> 8)));
    }
    return hex.append(';').toString();
  }

  private static String hex(MemorySegment bytes) {
    return HexFormat.of().formatHex(bytes.toArray(ValueLayout.JAVA_BYTE));
  }
}
