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
 * The files that an index names which is not followed, as far as it can be read: they are the
 * shards of a model, and no models of their own.
 *
 * @param files as it names them; they may lead anywhere
 * @param areAll whether it names no others
 */
public record IndexNames(Set<String> files, boolean areAll) {
  /** More than any model has shards. */
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
      // What has been read so far counts.
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
