package dev.pt2st.checkpoint.script;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.pickle.ValueDescription;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a protocol buffer in its JSON mapping: names are in camel case or as in the schema,
 * 64-bit integers are texts or numbers, and fields without a value are omitted.
 *
 * @param message the object
 * @param what a description for messages
 */
public record ProtoFields(DictValue message, String what, Place place) {

  /** The fields of a message, which must be an object. */
  public static ProtoFields of(Value value, String what, Place place) throws MalformedException {
    if (value instanceof DictValue message) {
      return new ProtoFields(message, what, place);
    }
    throw new MalformedException(
        place, what + " is " + ValueDescription.of(value) + ", not an object");
  }

  /** The value of a field; null if it is omitted. */
  public @Nullable Value get(String name) {
    Value value = message.get(name);
    return value == null
        ? message.get(name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT))
        : value;
  }

  /** The items of a repeated field. */
  public List<Value> list(String name) throws MalformedException {
    return switch (get(name)) {
      case ListValue list -> list.items();
      case Value.None none -> List.of();
      case null -> List.of();
      default -> throw wrong(name, "not a list");
    };
  }

  public long integer(String name, long otherwise) throws MalformedException {
    Value value = get(name);
    return value == null ? otherwise : integerOf(value, name);
  }

  /** The integers of a repeated field. */
  long[] integers(String name) throws MalformedException {
    List<Value> items = list(name);
    long[] integers = new long[items.size()];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = integerOf(items.get(i), name);
    }
    return integers;
  }

  private long integerOf(Value value, String name) throws MalformedException {
    try {
      return switch (value) {
        case Value.Int(long number) -> number;
        case Value.Text text -> Long.parseLong(text.value());
        default -> throw wrong(name, "not an integer");
      };
    } catch (NumberFormatException e) {
      throw wrong(name, "not an integer");
    }
  }

  double real(String name) throws MalformedException {
    return switch (get(name)) {
      case Value.Real(double number) -> number;
      case Value.Int(long number) -> number;
      case null -> 0;
      default -> throw wrong(name, "not a number");
    };
  }

  public String text(String name) throws MalformedException {
    return switch (get(name)) {
      case Value.Text text -> text.value();
      case null -> "";
      default -> throw wrong(name, "not a string");
    };
  }

  boolean isSet(String name) throws MalformedException {
    return switch (get(name)) {
      case Value.Bool(boolean set) -> set;
      case null -> false;
      default -> throw wrong(name, "neither true nor false");
    };
  }

  MalformedException wrong(String name, String is) {
    return malformed("has a field " + name + " that is " + is);
  }

  public MalformedException malformed(String problem) {
    return new MalformedException(place, what + " " + problem);
  }
}
