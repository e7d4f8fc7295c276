package dev.pt2st.checkpoint;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.io.SegmentInputStream;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.HeapBudget;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.Value;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259) as values of a pickle: objects are dicts, and arrays are lists. It is
 * strict: UTF-8, one value, no duplicate keys, no comments. It does not recurse, and each value is
 * charged to the heap budget before it is created.
 */
final class JsonValues {
  /** The deepest nesting of objects and arrays. */
  private static final int MAX_DEPTH = 1000;

  /** The most digits of a number, more than any checkpoint needs; parsing takes quadratic time. */
  private static final int MAX_DIGITS = 400;

  private static final long VALUE_BYTES = 120;

  private final JsonReader in;
  private final Place place;
  private final HeapBudget budget;
  private final ArrayDeque<Open> open = new ArrayDeque<>();

  /** A container that is not read to its end yet, with the key of the next item. */
  private static final class Open {
    private final Value container;
    private @Nullable Value key;

    Open(Value container) {
      this.container = container;
    }
  }

  private JsonValues(JsonReader in, Place place, HeapBudget budget) {
    this.in = in;
    this.place = place;
    this.budget = budget;
  }

  /**
   * Reads a whole record.
   *
   * @throws CheckpointException if it is not valid JSON, or needs more memory than allowed
   */
  static Value read(MemorySegment bytes, Place place, HeapBudget budget)
      throws CheckpointException {
    budget.charge(2 * bytes.byteSize(), () -> place);
    Reader text =
        new InputStreamReader(new SegmentInputStream(bytes), StandardCharsets.UTF_8.newDecoder());
    try (JsonReader in = new JsonReader(text)) {
      in.setStrictness(Strictness.STRICT);
      in.setNestingLimit(MAX_DEPTH);
      return new JsonValues(in, place, budget).read();
    } catch (IOException | IllegalStateException | NumberFormatException e) {
      // Invalid UTF-8, a premature end or an invalid character.
      throw new MalformedException(place, "the record is not valid JSON");
    }
  }

  private Value read() throws IOException, CheckpointException {
    Value top = null;
    do {
      Value value = next();
      if (value == null) {
        open.pop();
      } else if (open.isEmpty()) {
        top = value;
      } else {
        add(open.element(), value);
      }
      if (value instanceof DictValue || value instanceof ListValue) {
        open.push(new Open(value));
      }
      readKey();
    } while (!open.isEmpty());
    if (top == null || in.peek() != JsonToken.END_DOCUMENT) {
      throw new IllegalStateException();
    }
    return top;
  }

  /** Reads the next value; a container is still empty. Null at the end of a container. */
  private @Nullable Value next() throws IOException, CheckpointException {
    budget.charge(VALUE_BYTES, () -> place);
    return switch (in.peek()) {
      case BEGIN_OBJECT -> {
        in.beginObject();
        yield new DictValue(DictValue.Kind.DICT);
      }
      case END_OBJECT -> {
        in.endObject();
        yield null;
      }
      case BEGIN_ARRAY -> {
        in.beginArray();
        yield new ListValue(List.of());
      }
      case END_ARRAY -> {
        in.endArray();
        yield null;
      }
      case STRING -> new Value.Text(in.nextString());
      case NUMBER -> number(in.nextString());
      case BOOLEAN -> new Value.Bool(in.nextBoolean());
      case NULL -> {
        in.nextNull();
        yield Value.None.NONE;
      }
      case NAME, END_DOCUMENT -> throw new IllegalStateException();
    };
  }

  private Value number(String text) throws MalformedException {
    if (text.length() > MAX_DIGITS) {
      throw new MalformedException(
          place, "the record has a number of " + text.length() + " digits");
    }
    if (text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'))) {
      BigInteger integer = new BigInteger(text);
      return integer.bitLength() < Long.SIZE
          ? new Value.Int(integer.longValue())
          : new Value.BigInt(integer);
    }
    return new Value.Real(Double.parseDouble(text));
  }

  private static void add(Open container, Value value) {
    switch (container.container) {
      case ListValue list -> list.items().add(value);
      case DictValue dict when container.key != null -> dict.put(container.key, value);
      default -> throw new IllegalStateException();
    }
  }

  /** Reads the name before a value, if the current container is an object that has not ended. */
  private void readKey() throws IOException, MalformedException {
    if (!open.isEmpty()
        && open.element().container instanceof DictValue dict
        && in.peek() == JsonToken.NAME) {
      String name = in.nextName();
      if (dict.get(name) != null) {
        throw new MalformedException(place, "the record has the key \"" + name + "\" twice");
      }
      open.element().key = new Value.Text(name);
    }
  }
}
