package dev.pt2st.cli.report;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.cli.terminal.Json;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.verify.Difference;
import dev.pt2st.verify.Verification;
import java.io.IOException;
import java.util.List;

/** The differences between two models, as text and as JSON. */
public final class DifferenceReport {
  private DifferenceReport() {}

  /** A line for each difference. */
  public static List<String> lines(Verification verification) {
    return verification.differences().stream().map(DifferenceReport::line).toList();
  }

  private static String line(Difference difference) {
    return difference.name() + ": " + what(difference);
  }

  private static String what(Difference difference) {
    return switch (difference) {
      case Difference.Missing(String name, DType dtype, Shape shape) ->
          "missing, " + form(dtype, shape) + " is expected";
      case Difference.Unexpected(String name, DType dtype, Shape shape) ->
          "not expected, " + form(dtype, shape);
      case Difference.OtherForm other ->
          form(other.foundDType(), other.foundShape())
              + " where "
              + form(other.expectedDType(), other.expectedShape())
              + " is expected";
      case Difference.OtherElements other ->
          other.count()
              + " of "
              + Units.count(other.shape().elementCount(), "element")
              + (other.count() == 1 ? " differs" : " differ")
              + ", first "
              + other.index()
              + " (element "
              + other.first()
              + "): "
              + other.foundValue()
              + " ("
              + other.foundHexadecimal()
              + ") where "
              + other.expectedValue()
              + " ("
              + other.expectedHexadecimal()
              + ") is expected";
      case Difference.OtherStandIn other ->
          "the metadata "
              + (other.found() == null
                  ? "do not name the tensor that stands for it"
                  : "say that " + other.found() + " stands for it")
              + ", "
              + other.expected()
              + " is expected";
    };
  }

  private static String form(DType dtype, Shape shape) {
    return dtype.safetensorsName() + " " + shape;
  }

  /** The member {@code differences} of a report. */
  public static void write(JsonWriter json, Verification verification) throws IOException {
    json.name("differences").beginArray();
    for (Difference difference : verification.differences()) {
      Json.line(json, line -> write(line, difference));
    }
    json.endArray();
  }

  private static void write(JsonWriter json, Difference difference) throws IOException {
    json.name("name").value(difference.name());
    json.name("difference");
    switch (difference) {
      case Difference.Missing(String name, DType dtype, Shape shape) -> {
        json.value("missing");
        writeForm(json.name("expected"), dtype, shape);
      }
      case Difference.Unexpected(String name, DType dtype, Shape shape) -> {
        json.value("unexpected");
        writeForm(json.name("found"), dtype, shape);
      }
      case Difference.OtherForm other -> {
        json.value("form");
        writeForm(json.name("expected"), other.expectedDType(), other.expectedShape());
        writeForm(json.name("found"), other.foundDType(), other.foundShape());
      }
      case Difference.OtherElements other -> {
        json.value("elements");
        json.name("count").value(other.count());
        json.name("element").value(other.first());
        json.name("index");
        writeSizes(json, other.index());
        writeElement(json.name("expected"), other.expectedValue(), other.expectedHexadecimal());
        writeElement(json.name("found"), other.foundValue(), other.foundHexadecimal());
      }
      case Difference.OtherStandIn other -> {
        json.value("stand_in");
        json.name("expected").value(other.expected());
        json.name("found").value(other.found());
      }
    }
  }

  private static void writeForm(JsonWriter json, DType dtype, Shape shape) throws IOException {
    json.beginObject();
    json.name("dtype").value(dtype.safetensorsName());
    json.name("shape");
    writeSizes(json, shape);
    json.endObject();
  }

  private static void writeElement(JsonWriter json, String value, String bits) throws IOException {
    json.beginObject();
    json.name("value").value(value);
    json.name("bits").value(bits);
    json.endObject();
  }

  private static void writeSizes(JsonWriter json, Shape shape) throws IOException {
    json.beginArray();
    for (long size : shape.toArray()) {
      json.value(size);
    }
    json.endArray();
  }
}
