package dev.pt2st.attest;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import com.google.gson.stream.MalformedJsonException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.Remedy;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * JSON that has one meaning for every reader: UTF-8 without errors and without a byte order mark,
 * no duplicate key in an object, whole numbers, and nothing after the value.
 */
final class StrictJson {
  /** The deepest nesting that is read; no statement or envelope is as deep. */
  private static final int DEEPEST = 16;

  private static final int LONGEST_NUMBER = 24;

  /** Readers differ in what 1e3, 1.0 and -0 are. */
  private static final Pattern WHOLE = Pattern.compile("0|-?[1-9][0-9]*");

  private final JsonReader json;
  private final Place place;

  private StrictJson(JsonReader json, Place place) {
    this.json = json;
    this.place = place;
  }

  /**
   * Reads an object.
   *
   * @param place names the file in messages
   * @throws MalformedException if it is not an object, or is ambiguous
   */
  static JsonObject read(byte[] bytes, Place place) throws MalformedException {
    String text;
    try {
      text = decoded(bytes);
    } catch (CharacterCodingException e) {
      throw new MalformedException(place, "it is not UTF-8 text", Remedy.NONE);
    }
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      StrictJson strict = new StrictJson(reader, place);
      if (text.startsWith("\uFEFF")) {
        throw strict.wrong("it begins with a byte order mark");
      }
      JsonElement element = strict.value(0);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw strict.wrong("something follows it");
      }
      if (element instanceof JsonObject object) {
        return object;
      }
      throw strict.wrong("it is not an object");
    } catch (MalformedJsonException | EOFException | IllegalStateException | JsonParseException e) {
      throw new MalformedException(place, "it is not JSON", Remedy.NONE);
    } catch (IOException e) {
      throw new IllegalStateException("a text cannot fail", e);
    }
  }

  private static String decoded(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private MalformedException wrong(String why) {
    return new MalformedException(place, "it is JSON that cannot be trusted: " + why, Remedy.NONE);
  }

  /** Recursive, to at most {@link #DEEPEST} calls. */
  private JsonElement value(int depth) throws IOException, MalformedException {
    if (depth > DEEPEST) {
      throw wrong("it is nested too deeply");
    }
    return switch (json.peek()) {
      case BEGIN_OBJECT -> object(depth);
      case BEGIN_ARRAY -> {
        JsonArray array = new JsonArray();
        json.beginArray();
        while (json.hasNext()) {
          array.add(value(depth + 1));
        }
        json.endArray();
        yield array;
      }
      case STRING -> new JsonPrimitive(json.nextString());
      case BOOLEAN -> new JsonPrimitive(json.nextBoolean());
      case NUMBER -> {
        String digits = json.nextString();
        if (digits.length() > LONGEST_NUMBER || !WHOLE.matcher(digits).matches()) {
          throw wrong("a number is too long, or no whole one in decimal digits");
        }
        yield new JsonPrimitive(new BigDecimal(digits));
      }
      case NULL -> {
        json.nextNull();
        yield JsonNull.INSTANCE;
      }
      default -> throw wrong("something is missing");
    };
  }

  private JsonObject object(int depth) throws IOException, MalformedException {
    JsonObject object = new JsonObject();
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      if (object.has(name)) {
        throw wrong("the key \"" + name + "\" is there twice");
      }
      object.add(name, value(depth + 1));
    }
    json.endObject();
    return object;
  }

  /** An object as indented UTF-8, with a line feed at the end. */
  static byte[] bytes(JsonObject object) {
    StringWriter text = new StringWriter();
    try {
      JsonWriter writer = new JsonWriter(text);
      writer.setHtmlSafe(false);
      writer.setIndent("  ");
      write(writer, object);
      writer.flush();
    } catch (IOException e) {
      throw new IllegalStateException("a text cannot fail", e);
    }
    return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void write(JsonWriter json, JsonElement element) throws IOException {
    switch (element) {
      case JsonObject object -> {
        json.beginObject();
        for (Map.Entry<String, JsonElement> member : object.entrySet()) {
          json.name(member.getKey());
          write(json, member.getValue());
        }
        json.endObject();
      }
      case JsonArray array -> {
        json.beginArray();
        for (JsonElement each : array) {
          write(json, each);
        }
        json.endArray();
      }
      case JsonPrimitive primitive when primitive.isBoolean() ->
          json.value(primitive.getAsBoolean());
      case JsonPrimitive primitive when primitive.isNumber() -> json.value(primitive.getAsNumber());
      case JsonPrimitive primitive -> json.value(primitive.getAsString());
      default -> json.nullValue();
    }
  }
}
