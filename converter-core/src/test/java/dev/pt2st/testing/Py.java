package dev.pt2st.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes Java values as a pickle of protocol 2: null, booleans, integers, doubles, strings, bytes,
 * lists, maps and the kinds below. What is met twice is the same object in the pickle too.
 */
public final class Py {
  /** A global by module and name. */
  public record Global(String module, String name) {}

  public record Tuple(List<@Nullable Object> items) {}

  /** A call: REDUCE. */
  public record Call(Object callable, List<@Nullable Object> arguments) {}

  /** An instance without a call: NEWOBJ. */
  public record Instance(Object type, List<@Nullable Object> arguments) {}

  /** A value with a state: BUILD. */
  public record Built(Object target, @Nullable Object state) {}

  /** A value with items: SETITEMS. */
  public record WithItems(Object target, Map<?, ?> items) {}

  /** A set of the opcodes of protocol 4. */
  public record Set(List<@Nullable Object> items) {}

  public record Persistent(Object id) {}

  /** Opcodes as they are. */
  public record Raw(String opcodes) {}

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final IdentityHashMap<Object, Integer> memo = new IdentityHashMap<>();
  private int next;

  private Py() {}

  public static Tuple tuple(@Nullable Object... items) {
    return new Tuple(Arrays.asList(items));
  }

  public static List<@Nullable Object> list(@Nullable Object... items) {
    return new ArrayList<>(Arrays.asList(items));
  }

  /** A dict of keys and values in turn. */
  public static Map<Object, @Nullable Object> dict(@Nullable Object... keysAndValues) {
    Map<Object, @Nullable Object> dict = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      dict.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return dict;
  }

  public static Set set(@Nullable Object... items) {
    return new Set(list(items));
  }

  /** A global by its full name. */
  public static Global global(String name) {
    int dot = name.lastIndexOf('.');
    return new Global(name.substring(0, dot), name.substring(dot + 1));
  }

  public static Call call(String name, @Nullable Object... arguments) {
    return new Call(global(name), list(arguments));
  }

  public static Instance instance(String name, @Nullable Object... arguments) {
    return new Instance(global(name), list(arguments));
  }

  /** An object of a class with a dict of attributes. */
  public static Built object(String type, @Nullable Object state) {
    return new Built(instance(type), state);
  }

  public static WithItems orderedDict(@Nullable Object... keysAndValues) {
    return new WithItems(call("collections.OrderedDict"), dict(keysAndValues));
  }

  /** An array as NumPy writes it: an empty one, which gets a state. */
  public static Built ndarray(@Nullable Object state) {
    return new Built(
        call(
            "numpy.core.multiarray._reconstruct",
            global("numpy.ndarray"),
            tuple(0),
            new byte[] {'b'}),
        state);
  }

  /** A pickle of a value. */
  public static byte[] pickle(@Nullable Object value) {
    Py py = new Py();
    py.op(0x80).op(2);
    py.write(value);
    return py.op('.').out.toByteArray();
  }

  private Py op(int code) {
    out.write(code);
    return this;
  }

  private void i32(int value) {
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  private void write(@Nullable Object value) {
    Integer known = value == null ? null : memo.get(value);
    if (known != null) {
      op('j').i32(known);
      return;
    }
    switch (value) {
      case null -> op('N');
      case Boolean bool -> op(bool ? 0x88 : 0x89);
      case Integer number -> op('J').i32(number);
      case Long number -> {
        byte[] bytes =
            ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array();
        op(0x8a).op(8).out.writeBytes(bytes);
      }
      case Double number ->
          op('G').out.writeBytes(ByteBuffer.allocate(8).putDouble(number).array());
      case String text -> {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        op('X').i32(bytes.length);
        out.writeBytes(bytes);
      }
      case byte[] bytes -> {
        op('B').i32(bytes.length);
        out.writeBytes(bytes);
      }
      case List<?> list -> {
        put(op(']'), list);
        op('(');
        list.forEach(this::write);
        op('e');
      }
      case Map<?, ?> map -> {
        put(op('}'), map);
        items(map);
      }
      case Tuple tuple -> {
        op('(');
        tuple.items.forEach(this::write);
        put(op('t'), tuple);
      }
      case Set set -> {
        put(op(0x8f), set);
        op('(');
        set.items.forEach(this::write);
        op(0x90);
      }
      case Global global -> put(raw("c" + global.module + '\n' + global.name + '\n'), global);
      case Call call -> {
        write(call.callable);
        write(new Tuple(call.arguments));
        put(op('R'), call);
      }
      case Instance instance -> {
        write(instance.type);
        write(new Tuple(instance.arguments));
        put(op(0x81), instance);
      }
      case Built built -> {
        write(built.target);
        memo.put(built, Objects.requireNonNull(memo.get(built.target)));
        write(built.state);
        op('b');
      }
      case WithItems with -> {
        write(with.target);
        memo.put(with, Objects.requireNonNull(memo.get(with.target)));
        items(with.items);
      }
      case Persistent persistent -> {
        write(persistent.id);
        put(op('Q'), persistent);
      }
      case Raw raw -> raw(raw.opcodes);
      default -> throw new IllegalArgumentException(value.toString());
    }
  }

  private Py raw(String opcodes) {
    out.writeBytes(opcodes.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  private void items(Map<?, ?> map) {
    op('(');
    map.forEach((key, value) -> {
      write(key);
      write(value);
    });
    op('u');
  }

  private void put(Py self, Object value) {
    memo.put(value, next);
    self.op('r').i32(next++);
  }
}
