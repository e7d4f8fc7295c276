package dev.pt2st.safetensors.format;

import dev.pt2st.tensor.TensorInfo;
import dev.pt2st.text.JsonText;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes a header as the reference writer does ({@code prepare} in the safetensors crate's {@code
 * tensor.rs}): a little-endian length of 8 bytes, compact JSON with {@code __metadata__} first, and
 * spaces up to a multiple of 8 bytes.
 */
public final class HeaderWriter {
  /**
   * The longest JSON that readers accept ({@code MAX_HEADER_SIZE} in {@code tensor.rs}), in bytes.
   */
  public static final int MAX_JSON_BYTES = 100_000_000;

  private static final int ALIGNMENT = 8;

  private HeaderWriter() {}

  /**
   * The bytes of a file up to its data.
   *
   * @param tensors in the order of their data
   * @param metadata entries for {@code __metadata__}, which is omitted if there are none
   */
  public static byte[] write(List<TensorInfo> tensors, Map<String, String> metadata) {
    StringBuilder json = new StringBuilder(64 + 96 * tensors.size());
    json.append('{');
    if (!metadata.isEmpty()) {
      json.append("\"__metadata__\":{");
      String separator = "";
      for (Map.Entry<String, String> entry : metadata.entrySet()) {
        json.append(separator);
        separator = ",";
        JsonText.append(json, entry.getKey());
        json.append(':');
        JsonText.append(json, entry.getValue());
      }
      json.append('}');
    }
    for (TensorInfo tensor : tensors) {
      if (json.length() > 1) {
        json.append(',');
      }
      append(json, tensor);
    }
    json.append('}');
    byte[] text = json.toString().getBytes(StandardCharsets.UTF_8);
    int padded = (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    byte[] header = new byte[Long.BYTES + padded];
    Arrays.fill(header, (byte) ' ');
    ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(text);
    return header;
  }

  private static void append(StringBuilder json, TensorInfo tensor) {
    JsonText.append(json, tensor.name());
    json.append(":{\"dtype\":\"").append(tensor.dtype().safetensorsName()).append("\",\"shape\":[");
    for (int i = 0; i < tensor.shape().rank(); i++) {
      if (i > 0) {
        json.append(',');
      }
      json.append(tensor.shape().get(i));
    }
    json.append("],\"data_offsets\":[")
        .append(tensor.begin())
        .append(',')
        .append(tensor.end())
        .append("]}");
  }
}
