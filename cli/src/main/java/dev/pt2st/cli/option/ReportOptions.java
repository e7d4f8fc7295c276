package dev.pt2st.cli.option;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import dev.pt2st.convert.options.ConvertOptions;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParameterException;

/** Reads the options of a conversion from the report of {@code convert --json}. */
public final class ReportOptions {
  private ReportOptions() {}

  /**
   * Reads the options.
   *
   * @throws IOException if the file cannot be read, or is not such a report
   */
  public static ConvertOptions read(Path report) throws IOException {
    List<String> given;
    try (JsonReader json = new JsonReader(Files.newBufferedReader(report))) {
      json.setStrictness(Strictness.STRICT);
      given = given(json);
    } catch (MalformedJsonException | EOFException | IllegalStateException e) {
      throw noReport(report, "it is not such a JSON object");
    }
    if (given == null) {
      throw noReport(report, "it has no \"options\"");
    }
    try {
      return ContentOptions.of(given);
    } catch (ParameterException e) {
      throw noReport(report, String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable List<String> given(JsonReader json) throws IOException {
    List<String> given = null;
    json.beginObject();
    while (json.hasNext()) {
      if (!json.nextName().equals("options")) {
        json.skipValue();
        continue;
      }
      given = new ArrayList<>();
      json.beginArray();
      while (json.peek() == JsonToken.STRING) {
        given.add(json.nextString());
      }
      json.endArray();
    }
    json.endObject();
    return given;
  }

  private static FileSystemException noReport(Path report, String why) {
    return new FileSystemException(
        report.toString(), null, "this is not a report that convert --json printed: " + why);
  }
}
