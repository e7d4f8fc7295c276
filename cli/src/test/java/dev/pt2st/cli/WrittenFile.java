package dev.pt2st.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What is in the header of a safetensors file. */
final class WrittenFile {
  private WrittenFile() {}

  static List<String> names(Path file) throws IOException {
    List<String> names = new ArrayList<>(header(file).keySet());
    names.remove("__metadata__");
    return names;
  }

  static JsonObject metadata(Path file) throws IOException {
    return header(file).getAsJsonObject("__metadata__");
  }

  private static JsonObject header(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    String json = new String(bytes.array(), 8, (int) bytes.getLong(), StandardCharsets.UTF_8);
    return JsonParser.parseString(json).getAsJsonObject();
  }
}
