package dev.pt2st.checkpoint.sharded.folder;

import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.Shape;
import dev.pt2st.torch.value.Views;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Interns texts and shapes of {@code .metadata}: a million items have few distinct ones. */
final class MetadataPool {
  private static final int TEXT = 96;

  /** Heap bytes of a shape, its array, and its slots in the half-empty table. */
  private static final int SHAPE = 56;

  private final Map<String, String> texts = new HashMap<>();
  private @Nullable Shape[] shapes = new @Nullable Shape[64];
  private int count;
  private long bytes;
  private long begun;

  /** Marks that a value begins to take its state. */
  void begin() {
    begun = bytes;
  }

  /** The heap bytes that were added since. */
  long added() {
    return bytes - begun;
  }

  /** The heap bytes of everything in the pool. */
  long bytes() {
    return bytes;
  }

  /** The text of a value; null if it is not a text. */
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

  /** The slot of a shape, or the slot where it would be. */
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
