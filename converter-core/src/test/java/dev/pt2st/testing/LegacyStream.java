package dev.pt2st.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Writes the stream of {@code torch.save} before PyTorch 1.6, right or wrong. */
public final class LegacyStream {
  private static final Object MAGIC = new Py.Raw("\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019");

  private LegacyStream() {}

  /**
   * Five pickles and what is behind them.
   *
   * @param storages counts ({@code Long}) and elements ({@code byte[]}), in turn
   */
  public static byte[] of(Object version, @Nullable Object top, Object keys, Object... storages) {
    Object system = Py.dict("protocol_version", 1001, "little_endian", true);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(pickles(version, system, top, keys));
    for (Object storage : storages) {
      byte[] bytes =
          storage instanceof Long count
              ? ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(count).array()
              : (byte[]) storage;
      out.writeBytes(bytes);
    }
    return out.toByteArray();
  }

  /** The magic number and other pickles, one behind the other. */
  public static byte[] pickles(@Nullable Object... values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(Py.pickle(MAGIC));
    for (Object value : values) {
      out.writeBytes(Py.pickle(value));
    }
    return out.toByteArray();
  }

  /** The id of a storage of floats; a view is null or a tuple of key, offset and elements. */
  public static Py.Persistent floats(String key, int elements, @Nullable Object view) {
    return new Py.Persistent(
        Py.tuple("storage", Py.global("torch.FloatStorage"), key, "cpu", elements, view));
  }
}
