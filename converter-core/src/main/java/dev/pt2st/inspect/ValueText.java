package dev.pt2st.inspect;

import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.DomainValue;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.SetValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.pickle.ValueDescription;
import dev.pt2st.pickle.analysis.PythonLiteral;
import dev.pt2st.torch.value.DTypeValue;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/**
 * Formats values like Python's {@code repr}, up to a length. No more of a value is visited than is
 * shown, even if it is huge or contains itself.
 */
final class ValueText {
  private final int most;
  private final StringBuilder text = new StringBuilder();

  /** What must still be written, the next on top: values, and texts between them. */
  private final Deque<Object> open = new ArrayDeque<>();

  private ValueText(int most) {
    this.most = most;
  }

  /** The text of a value, shortened to a number of characters with an ellipsis. */
  static String of(Value value, int most) {
    ValueText writer = new ValueText(most);
    writer.open.push(value);
    while (!writer.open.isEmpty() && writer.text.length() <= most) {
      switch (writer.open.pop()) {
        case Value next -> writer.write(next);
        case Object piece -> writer.text.append(piece);
      }
    }
    return writer.text.length() > most ? writer.cut() : writer.text.toString();
  }

  private String cut() {
    int end = most - 1;
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end) + "…";
  }

  private void write(Value value) {
    switch (value) {
      case Value.None none -> text.append("None");
      case Value.Bool bool -> text.append(bool.value() ? "True" : "False");
      case Value.Int number -> text.append(number.value());
      case Value.BigInt number ->
          // Formatting takes time quadratic in the number of digits.
          text.append(
              number.value().bitLength() < 4096
                  ? number.value().toString()
                  : "<an int of " + number.value().bitLength() + " bits>");
      case Value.Real number -> text.append(PythonLiteral.real(number.value()));
      case Value.Text string -> text.append(PythonLiteral.text(start(string.value())));
      case Value.Bytes bytes -> text.append(PythonLiteral.bytes(start(bytes.value())));
      case Value.MutableBytes bytes ->
          text.append("bytearray(").append(PythonLiteral.bytes(start(bytes.value()))).append(')');
      case ListValue list -> items("[", list.items(), "]");
      case TupleValue tuple -> items("(", tuple.items(), tuple.items().size() == 1 ? ",)" : ")");
      case SetValue set -> set(set);
      case DictValue dict -> dict(dict);
      case GlobalValue global -> text.append(global.name());
      case ObjectValue object -> object(object);
      case DTypeValue dtype -> text.append(dtype.dtype().torchName());
      case DomainValue domain -> text.append('<').append(ValueDescription.of(domain)).append('>');
    }
  }

  private String start(String string) {
    return string.length() <= most ? string : string.substring(0, most);
  }

  private byte[] start(MemorySegment bytes) {
    return bytes.asSlice(0, Math.min(most, bytes.byteSize())).toArray(ValueLayout.JAVA_BYTE);
  }

  private void items(String before, Collection<Value> values, String behind) {
    List<Object> pieces = new ArrayList<>(List.of(before));
    join(pieces, values);
    pieces.add(behind);
    later(pieces);
  }

  private void set(SetValue set) {
    if (set.isFrozen() || set.items().isEmpty()) {
      String type = set.isFrozen() ? "frozenset(" : "set(";
      boolean empty = set.items().isEmpty();
      items(empty ? type : type + "{", set.items(), empty ? ")" : "})");
    } else {
      items("{", set.items(), "}");
    }
  }

  private void dict(DictValue dict) {
    List<Object> pieces = new ArrayList<>(List.of("{"));
    join(pieces, dict);
    pieces.add("}");
    later(pieces);
  }

  /** Writes an object: its class, its arguments, and what BUILD, APPEND and SETITEM added. */
  private void object(ObjectValue object) {
    List<Object> pieces = new ArrayList<>(List.of(object.type(), "("));
    join(pieces, object.arguments());
    pieces.add(")");
    if (!object.listItems().isEmpty()) {
      pieces.add("[");
      join(pieces, object.listItems());
      pieces.add("]");
    }
    DictValue items = object.dictItems();
    for (DictValue dict :
        items == null ? List.of(object.attributes()) : List.of(object.attributes(), items)) {
      if (!dict.entries().isEmpty()) {
        pieces.add(dict);
      }
    }
    later(pieces);
  }

  /** Adds values with commas between them, but no more than can be shown. */
  private void join(List<Object> pieces, Collection<Value> values) {
    int count = 0;
    for (Value value : values) {
      if (count++ > 0) {
        pieces.add(", ");
      }
      pieces.add(value);
      if (count > most) {
        break;
      }
    }
  }

  private void join(List<Object> pieces, DictValue dict) {
    int count = 0;
    for (DictValue.Entry entry : dict.entries()) {
      if (count++ > 0) {
        pieces.add(", ");
      }
      pieces.add(entry.key());
      pieces.add(": ");
      pieces.add(entry.value());
      if (count > most) {
        break;
      }
    }
  }

  /** Pushes pieces for the loop, the first on top. */
  private void later(List<Object> pieces) {
    for (Object piece : pieces.reversed()) {
      open.push(piece);
    }
  }
}
