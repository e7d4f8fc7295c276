package dev.pt2st.convert.sidecar;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.convert.planner.NestedShapes;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.torch.value.NestedContent;
import dev.pt2st.torch.value.QuantizedContent;
import dev.pt2st.torch.value.ShardedContent;
import dev.pt2st.torch.value.SparseContent;
import dev.pt2st.torch.value.TensorValue;
import java.io.IOException;
import java.io.Writer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The values of a sidecar that hold no others: exactly what they are, for every reader of JSON. */
final class SidecarScalars {
  /** Readers that take numbers for doubles keep integers up to here. */
  private static final long EXACT = 1L << 53;

  /**
   * The digits of a longer integer take time that grows faster than it does; in hex they do not.
   */
  private static final int DECIMAL_BITS = 4096;

  /** Bytes that are encoded at once: whole groups of three. */
  private static final int PIECE = 48 << 10;

  private final JsonWriter json;
  private final Writer out;

  /**
   * @param out what {@code json} writes to
   */
  SidecarScalars(JsonWriter json, Writer out) {
    this.json = json;
    this.out = out;
  }

  /** An object of one text. */
  void tag(String tag, String value) throws IOException {
    json.beginObject();
    json.name(tag).value(value);
    json.endObject();
  }

  void write(long number) throws IOException {
    if (Math.abs(number) <= EXACT && number != Long.MIN_VALUE) {
      json.value(number);
    } else {
      tag("$int", Long.toString(number));
    }
  }

  void write(BigInteger number) throws IOException {
    if (number.bitLength() <= DECIMAL_BITS) {
      tag("$int", number.toString());
    } else {
      String digits = number.abs().toString(16);
      tag("$int", (number.signum() < 0 ? "-0x" : "0x") + digits);
    }
  }

  void write(double number) throws IOException {
    if (Double.isNaN(number)) {
      tag("$float", "nan");
    } else if (Double.isInfinite(number)) {
      tag("$float", number > 0 ? "inf" : "-inf");
    } else {
      // With a point or an exponent, so that it is no integer; the digits give just this double.
      json.jsonValue(Double.toString(number));
    }
  }

  void write(Value.Text text) throws IOException {
    Value.Bytes bytes = text.python2();
    if (bytes == null || isText(text)) {
      json.value(text.value());
    } else {
      write("$bytes", bytes);
    }
  }

  /** Whether a text is one, and no bytes of Python 2 that are no UTF-8. */
  static boolean isText(Value.Text text) {
    Value.Bytes bytes = text.python2();
    return bytes == null
        || Arrays.equals(
            text.value().getBytes(StandardCharsets.UTF_8),
            bytes.value().toArray(ValueLayout.JAVA_BYTE));
  }

  /** Bytes as base64 (RFC 4648, section 4), piece by piece. */
  void write(String tag, Value.Bytes bytes) throws IOException {
    MemorySegment content = bytes.value();
    json.beginObject();
    json.name(tag);
    json.jsonValue("\"");
    for (long at = 0; at < content.byteSize(); at += PIECE) {
      long length = Math.min(PIECE, content.byteSize() - at);
      byte[] piece = content.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
      out.write(Base64.getEncoder().encodeToString(piece));
    }
    out.write('"');
    json.endObject();
  }

  /** The dtype, shape and kind of a tensor, as fields of an open object, where they are known. */
  void describe(TensorValue tensor) throws IOException {
    switch (tensor.content()) {
      case TensorValue.Strided(var view) -> describe(view.dtype(), view.shape());
      case ShardedContent sharded -> describe(sharded.dtype(), sharded.shape());
      case TensorValue.Other other -> {
        if (other.dtype() != null && other.shape() != null) {
          describe(other.dtype(), other.shape());
        }
        json.name("kind").value(other.what());
      }
      case QuantizedContent quantized -> {
        describe(quantized.dtype(), quantized.shape());
        json.name("kind").value("quantized");
      }
      case SparseContent sparse -> {
        describe(sparse.values().dtype(), sparse.shape());
        json.name("kind").value("sparse");
        json.name("layout").value(sparse.layout());
      }
      case NestedContent nested -> {
        describe(nested.elements().dtype(), NestedShapes.sizesOf(nested));
        json.name("kind").value("nested");
        json.name("layout").value(nested.layout());
      }
    }
  }

  private void describe(DType dtype, Shape shape) throws IOException {
    List<@Nullable Long> sizes = new ArrayList<>();
    for (long size : shape.toArray()) {
      sizes.add(size);
    }
    describe(dtype, sizes);
  }

  /** Writes sizes that are not known as null, and no shape where none of them is. */
  private void describe(DType dtype, @Nullable List<@Nullable Long> sizes) throws IOException {
    json.name("dtype").value(dtype.torchName());
    if (sizes == null) {
      return;
    }
    json.name("shape").beginArray();
    for (Long size : sizes) {
      json.value(size);
    }
    json.endArray();
  }
}
