package dev.pt2st.convert.planner;

import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.text.JsonText;

/**
 * What a tensor was before the conversion, as a JSON object in {@code __metadata__}. Its fields are
 * listed in docs/convert.md.
 */
final class OriginalTensor {
  private final StringBuilder json = new StringBuilder("{");

  /**
   * @param kind what it was: {@code quantized}, {@code sparse}, {@code nested} or {@code complex}
   * @param form its form in the file
   */
  OriginalTensor(String kind, String form) {
    text("kind", kind).text("form", form);
  }

  OriginalTensor text(String key, String value) {
    JsonText.append(key(key), value);
    return this;
  }

  /** The dtype of its elements in PyTorch. */
  OriginalTensor dtype(DType dtype) {
    return text("dtype", String.valueOf(dtype.torchName()));
  }

  OriginalTensor number(String key, long value) {
    key(key).append(value);
    return this;
  }

  /**
   * A number as the shortest text that parses to the same value; JSON has none for infinity and
   * NaN.
   */
  OriginalTensor real(String key, double value) {
    if (Double.isFinite(value)) {
      key(key).append(value);
    } else {
      text(key, Double.toString(value));
    }
    return this;
  }

  OriginalTensor truth(String key, boolean value) {
    key(key).append(value);
    return this;
  }

  OriginalTensor sizes(String key, Shape value) {
    key(key).append(value.toString().replace(" ", ""));
    return this;
  }

  private StringBuilder key(String key) {
    if (json.length() > 1) {
      json.append(',');
    }
    JsonText.append(json, key);
    return json.append(':');
  }

  /** The JSON object as text. */
  String json() {
    return json + "}";
  }
}
