package dev.pt2st.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The checkpoints of this repository. */
public final class Samples {
  private Samples() {}

  /** The root of the repository. */
  static Path root() {
    return Path.of(System.getProperty("pt2st.root", "..")).toAbsolutePath().normalize();
  }

  /** A sound or a broken checkpoint. */
  public static Path checkpoint(String name) {
    return root().resolve("samples/checkpoints").resolve(name);
  }

  /** A checkpoint laid out like an attack. */
  public static Path hostile(String name) {
    return root().resolve("samples/hostile").resolve(name);
  }

  /** The names of all checkpoints. */
  static List<String> checkpoints() {
    return List.copyOf(manifest("checkpoints").keySet());
  }

  /** The folders that several processes have written. */
  static Stream<Path> sharded() {
    return manifest("sharded").keySet().stream().map(root().resolve("samples/sharded")::resolve);
  }

  /** The checkpoints that must be refused. */
  static Stream<String> refused() {
    JsonObject manifest = manifest("checkpoints");
    return manifest.keySet().stream()
        .filter(name -> answer(manifest, name, "expect").equals("refuse"));
  }

  /** The attacks that no conversion may let through, by their manifest. */
  static Stream<String> hostileWithVerdict() {
    return hostile(false);
  }

  /** The attacks on the reader itself, which only must not succeed. */
  static Stream<String> hostileToTheReader() {
    return hostile(true);
  }

  private static Stream<String> hostile(boolean any) {
    JsonObject manifest = manifest("hostile");
    return manifest.keySet().stream()
        .filter(name -> answer(manifest, name, "verdict").equals("any") == any);
  }

  private static String answer(JsonObject manifest, String name, String key) {
    return manifest.getAsJsonObject(name).get(key).getAsString();
  }

  private static JsonObject manifest(String folder) {
    try {
      String json =
          Files.readString(root().resolve("samples").resolve(folder).resolve("manifest.json"));
      return JsonParser.parseString(json).getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
