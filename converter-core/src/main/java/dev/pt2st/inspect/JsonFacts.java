package dev.pt2st.inspect;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import dev.pt2st.io.SegmentInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Reads a few members of a large JSON object, such as the version of the program that wrote it, and
 * skips the rest.
 */
final class JsonFacts {
  private static final int MOST_CHARACTERS = 200;

  private JsonFacts() {}

  /**
   * The members with these names that are texts, numbers, or objects of numbers, which are joined
   * by dots: {@code {"major": 8, "minor": 20}} is 8.20. Empty if the bytes are not a JSON object:
   * the reader of the record's content reports that.
   */
  static List<Fact> of(MemorySegment json, List<String> names) {
    List<Fact> facts = new ArrayList<>();
    try (JsonReader in =
        new JsonReader(
            new InputStreamReader(new SegmentInputStream(json), StandardCharsets.UTF_8))) {
      in.setStrictness(Strictness.STRICT);
      in.beginObject();
      while (in.hasNext()) {
        String name = in.nextName();
        String text = names.contains(name) ? text(in) : null;
        if (text == null) {
          in.skipValue();
        } else {
          facts.add(new Fact(name, text));
        }
      }
      return facts;
    } catch (IOException | IllegalStateException e) {
      return List.of();
    }
  }

  /** Reads a value; null if it has another type and must still be skipped. */
  private static @Nullable String text(JsonReader in) throws IOException {
    return switch (in.peek()) {
      case STRING, NUMBER -> cut(in.nextString());
      case BEGIN_OBJECT -> {
        StringJoiner version = new StringJoiner(".");
        in.beginObject();
        while (in.hasNext()) {
          in.skipValue(); // the name
          version.add(in.nextString());
        }
        in.endObject();
        yield cut(version.toString());
      }
      default -> null;
    };
  }

  private static String cut(String text) {
    return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS);
  }
}
