package dev.pt2st.checkpoint.sharded;

import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.Shape;
import dev.pt2st.torch.value.Views;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Texts and shapes in {@code .metadata}, each kept once: a million items have few of them. */
final class MetadataPool {
  private static final int TEXT = 96;

  /** A shape, its array, and its places in the table, which is half empty. */
  private static final int SHAPE = 56;

  private final Map<String, String> texts = new HashMap<>();
  private @Nullable Shape[] shapes = new @Nullable Shape[64];
  private int count;
  private long bytes;
  private long begun;

  /** A value begins to take its state. */
  void begin() {
    begun = bytes;
  }

  /** The heap bytes of what has been kept since. */
  long added() {
    return bytes - begun;
  }

  /** The heap bytes of all that is kept. */
  long bytes() {
    return bytes;
  }

  /** The text of a value; null if it is none. */
  @Nullable String text(@Nullable Value value) {
    if (!(value instanceof Value.Text given)) {
      return null;
    }
    String text = given.value();
    String known = texts.putIfAbsent(text, text);
    if (known == null) {
      bytes += TEXT + 2L * text.length();
      return text;
    }
    return known;
  }

  /** The sizes or offsets of a value; null if it has none. */
  @Nullable Shape shape(@Nullable Value value) {
    Shape shape = value == null ? null : Views.shapeOf(value);
    return shape == null ? null : kept(shape);
  }

  private Shape kept(Shape shape) {
    int at = place(shape);
    Shape known = shapes[at];
    if (known != null) {
      return known;
    }
    shapes[at] = shape;
    count++;
    bytes += SHAPE + (long) Long.BYTES * shape.rank();
    if (2 * count > shapes.length) {
      grow();
    }
    return shape;
  }

  /** Where a shape is, or where it would be. */
  private int place(Shape shape) {
    int mask = shapes.length - 1;
    int at = shape.hashCode() & mask;
    Shape there = shapes[at];
    while (there != null && !there.equals(shape)) {
      at = (at + 1) & mask;
      there = shapes[at];
    }
    return at;
  }

  private void grow() {
    @Nullable Shape[] before = shapes;
    shapes = new @Nullable Shape[Math.multiplyExact(before.length, 2)];
    for (Shape shape : before) {
      if (shape != null) {
        shapes[place(shape)] = shape;
      }
    }
  }
}
