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

/** Writes scalar values of a sidecar so that every JSON reader gets their exact value. */
final class SidecarScalars {
  /** JSON readers that parse numbers as doubles represent integers exactly up to here. */
  private static final long EXACT = 1L << 53;

  /** Longer integers are written in hex: decimal conversion takes more than linear time. */
  private static final int DECIMAL_BITS = 4096;

  /** Bytes that are encoded at once; a multiple of three. */
  private static final int PIECE = 48 << 10;

  private final JsonWriter json;
  private final Writer out;

  /**
   * @param out the writer that {@code json} writes to
   */
  SidecarScalars(JsonWriter json, Writer out) {
    this.json = json;
    this.out = out;
  }

  /** Writes an object with one text. */
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
      // With a point or an exponent, so that it does not read as an integer; the digits parse to
      // the same double.
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

  /** Whether a text is really text, and not a Python 2 byte string that is invalid UTF-8. */
  static boolean isText(Value.Text text) {
    Value.Bytes bytes = text.python2();
    return bytes == null
        || Arrays.equals(
            text.value().getBytes(StandardCharsets.UTF_8),
            bytes.value().toArray(ValueLayout.JAVA_BYTE));
  }

  /** Writes bytes as base64 (RFC 4648, section 4), piece by piece. */
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

  /** Writes the dtype, shape and kind of a tensor into an open object, as far as they are known. */
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

  /** Writes unknown sizes as null, and no shape if there are no sizes. */
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
