package dev.pt2st.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A folder of checkpoints with PyTorch's own answers in its {@code manifest.json}. */
public record Corpus(Path folder, JsonObject manifest) {

  /** The samples of this repository. */
  public static Corpus samples() {
    return at(root().resolve("samples/checkpoints"));
  }

  /** A folder of the shared checkpoints, which are not part of the repository. */
  public static Path shared(String name) {
    String shared = System.getProperty("pt2st.shared");
    return (shared == null ? root().resolve("../shared") : Path.of(shared)).resolve(name);
  }

  public static Path root() {
    return Path.of(System.getProperty("pt2st.root", ".."));
  }

  /**
   * Folders that several processes have written: those of this repository, and those that are
   * shared, if there are any.
   */
  public static Stream<Case> sharded() {
    return Stream.of(root().resolve("samples/sharded"), shared("sharded"))
        .filter(Files::isDirectory)
        .flatMap(folder -> at(folder).cases());
  }

  public static Corpus at(Path folder) {
    try {
      String json = Files.readString(folder.resolve("manifest.json"));
      return new Corpus(folder, JsonParser.parseString(json).getAsJsonObject());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A case: a file and what must come of it. */
  public record Case(Path file, JsonObject answer) {
    public String expect() {
      return answer.get("expect").getAsString();
    }

    /** What a command is given, where this is not the file itself: a folder in it. */
    public Path input() {
      return answer.has("input") ? file.resolveSibling(answer.get("input").getAsString()) : file;
    }

    @Override
    public String toString() {
      return file.getFileName().toString();
    }
  }

  public Stream<Case> cases() {
    return manifest.entrySet().stream()
        .map(entry -> new Case(folder.resolve(entry.getKey()), entry.getValue().getAsJsonObject()));
  }

  /** The tensors of a safetensors file as a manifest describes them. */
  public static Map<String, JsonObject> describe(Path safetensors) throws IOException {
    byte[] bytes = Files.readAllBytes(safetensors);
    int headerSize =
        java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt();
    JsonObject header =
        JsonParser.parseString(new String(bytes, 8, headerSize, StandardCharsets.UTF_8))
            .getAsJsonObject();
    Map<String, JsonObject> tensors = new TreeMap<>();
    for (Map.Entry<String, JsonElement> entry : header.entrySet()) {
      if (entry.getKey().equals("__metadata__")) {
        continue;
      }
      JsonObject tensor = entry.getValue().getAsJsonObject();
      List<JsonElement> offsets = tensor.remove("data_offsets").getAsJsonArray().asList();
      int start = 8 + headerSize;
      byte[] data =
          Arrays.copyOfRange(
              bytes, start + offsets.get(0).getAsInt(), start + offsets.get(1).getAsInt());
      tensor.addProperty("sha256", sha256(data));
      tensors.put(entry.getKey(), tensor);
    }
    return tensors;
  }

  /** Checks that a file holds just these tensors. */
  public static void assertHolds(Path safetensors, JsonObject expected) throws IOException {
    Map<String, JsonElement> wanted = new TreeMap<>(expected.asMap());
    assertThat(describe(safetensors)).isEqualTo(wanted);
  }

  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
