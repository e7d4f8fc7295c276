package dev.pt2st.safetensors.format;

import dev.pt2st.text.JsonText;
import dev.pt2st.text.Utf8Order;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the index of a sharded model as {@code save_pretrained} of {@code
 * transformers/modeling_utils.py} does, that is, {@code json.dumps(index, indent=2,
 * sort_keys=True)} and a newline.
 */
public final class ShardIndex {
  private ShardIndex() {}

  /**
   * The bytes of an index.
   *
   * @param shards for each tensor, the file name of its shard
   * @param totalBytes bytes of the data of all tensors, for {@code total_size}
   * @param metadata further entries for its {@code metadata}; an entry {@code total_size} is
   *     dropped
   */
  public static byte[] write(
      Map<String, String> shards, long totalBytes, Map<String, String> metadata) {
    Map<String, String> values = new TreeMap<>(Utf8Order.COMPARATOR);
    metadata.forEach((key, text) -> values.put(key, quoted(text)));
    values.put("total_size", Long.toString(totalBytes));
    Map<String, String> map = new TreeMap<>(Utf8Order.COMPARATOR);
    shards.forEach((tensor, file) -> map.put(tensor, quoted(file)));
    StringBuilder json = new StringBuilder(64 + 96 * map.size());
    json.append("{\n  \"metadata\": ");
    append(json, values);
    json.append(",\n  \"weight_map\": ");
    append(json, map);
    json.append("\n}\n");
    return json.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static void append(StringBuilder json, Map<String, String> values) {
    json.append('{');
    String separator = "\n    ";
    for (Map.Entry<String, String> entry : values.entrySet()) {
      json.append(separator).append(quoted(entry.getKey())).append(": ").append(entry.getValue());
      separator = ",\n    ";
    }
    json.append(values.isEmpty() ? "}" : "\n  }");
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder(text.length() + 2);
    JsonText.appendAscii(json, text);
    return json.toString();
  }
}
