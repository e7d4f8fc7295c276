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
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.stream.Collectors;

/** A value as Python's {@code repr} would show it, near enough for a table of expectations. */
public final class Repr {
  private final Set<Value> onTheWay = Collections.newSetFromMap(new IdentityHashMap<>());

  private Repr() {}

  public static String of(Value value) {
    return new Repr().repr(value);
  }

  private String repr(Value value) {
    if (!onTheWay.add(value)) {
      return "...";
    }
    String text =
        switch (value) {
          case Value.None none -> "None";
          case Value.Bool bool -> bool.value() ? "True" : "False";
          case Value.Int number -> Long.toString(number.value());
          case Value.BigInt number -> number.value().toString();
          case Value.Real number -> Double.toString(number.value());
          case Value.Text string -> '\'' + string.value() + '\'';
          case Value.Bytes bytes -> "b'" + latin1(bytes.value()) + '\'';
          case Value.MutableBytes bytes -> "bytearray(b'" + latin1(bytes.value()) + "')";
          case ListValue list -> '[' + join(list.items()) + ']';
          case TupleValue tuple -> '(' + join(tuple.items()) + ')';
          case DictValue dict -> '{' + items(dict) + '}';
          case SetValue set -> (set.isFrozen() ? "frozenset{" : "set{") + join(set.items()) + '}';
          case GlobalValue global -> '<' + global.name().toString() + '>';
          case ObjectValue object -> object(object);
          case DomainValue domain -> "domain(" + join(domain.parts()) + ')';
        };
    onTheWay.remove(value);
    return text;
  }

  private String object(ObjectValue object) {
    StringBuilder text = new StringBuilder(repr(object.type()));
    text.append('(').append(join(object.arguments())).append(')');
    object.states().forEach(state -> text.append(".build(").append(repr(state)).append(')'));
    if (!object.listItems().isEmpty()) {
      text.append('[').append(join(object.listItems())).append(']');
    }
    DictValue items = object.dictItems();
    return items == null ? text.toString() : text.append('{').append(items(items)) + "}";
  }

  private String items(DictValue dict) {
    return dict.entries().stream()
        .map(entry -> repr(entry.key()) + ": " + repr(entry.value()))
        .collect(Collectors.joining(", "));
  }

  private String join(Collection<Value> values) {
    return values.stream().map(this::repr).collect(Collectors.joining(", "));
  }

  private static String latin1(MemorySegment bytes) {
    return new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
  }
}
