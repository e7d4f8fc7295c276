package dev.pt2st.migrate.content;

import com.google.gson.JsonParseException;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * The files in an index that is not followed, as far as it can be read. They are shards of a model,
 * and not models of their own.
 *
 * @param files as the index names them; the paths may lead anywhere
 * @param areAll whether these are all files in the index
 */
public record IndexNames(Set<String> files, boolean areAll) {
  /** The most files, more than any model has shards. */
  private static final int MOST = 100_000;

  public IndexNames {
    files = Set.copyOf(files);
  }

  /** Reads an index. */
  public static IndexNames of(Path index) {
    Set<String> files = new TreeSet<>();
    boolean areAll = false;
    try (Reader text =
            new InputStreamReader(
                new BufferedInputStream(Files.newInputStream(index)), StandardCharsets.UTF_8);
        JsonReader json = new JsonReader(text)) {
      areAll = read(json, files);
    } catch (IOException | IllegalStateException | JsonParseException e) {
      // The names that were read so far are used.
    }
    return new IndexNames(files, areAll);
  }

  private static boolean read(JsonReader json, Set<String> files) throws IOException {
    boolean areAll = true;
    json.beginObject();
    while (json.hasNext()) {
      if (!json.nextName().equals("weight_map")) {
        json.skipValue();
        continue;
      }
      json.beginObject();
      while (json.hasNext() && files.size() < MOST) {
        var _ = json.nextName();
        if (json.peek() == JsonToken.STRING) {
          files.add(json.nextString());
        } else {
          areAll = false;
          json.skipValue();
        }
      }
      json.endObject();
    }
    json.endObject();
    return areAll && !files.isEmpty();
  }
}
