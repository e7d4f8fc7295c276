package dev.pt2st.attest;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.Remedy;
import dev.pt2st.tensor.DType;
import dev.pt2st.text.Sha256;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The members of an object in a statement. Each must be present, have the right type and be known:
 * a member that is not read would be a claim that is not checked.
 */
final class Fields {
  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,18}");

  private final JsonObject json;
  private final String path;
  private final Place place;
  private final Set<String> read = new HashSet<>();

  /**
   * @param path of the object in the statement; empty for the top
   * @param place names the file in messages
   */
  Fields(JsonObject json, String path, Place place) {
    this.json = json;
    this.path = path;
    this.place = place;
  }

  MalformedException wrong(String what) {
    return new MalformedException(
        place, "the statement's " + (path.isEmpty() ? "top" : path) + " " + what, Remedy.NONE);
  }

  private MalformedException wrong(String name, String what) {
    return new MalformedException(
        place, "the statement's " + pathOf(name) + " " + what, Remedy.NONE);
  }

  private String pathOf(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private JsonElement member(String name) throws MalformedException {
    read.add(name);
    JsonElement member = json.get(name);
    if (member == null) {
      throw wrong(name, "is missing");
    }
    return member;
  }

  boolean has(String name) {
    return json.has(name);
  }

  /** Ends the object, and complains about members that were not read. */
  void end() throws MalformedException {
    for (String name : json.keySet()) {
      if (!read.contains(name)) {
        throw wrong(name, "is not known here");
      }
    }
  }

  String text(String name) throws MalformedException {
    return textOf(member(name), name);
  }

  private String textOf(JsonElement element, String name) throws MalformedException {
    if (element instanceof JsonPrimitive primitive && primitive.isString()) {
      return primitive.getAsString();
    }
    throw wrong(name, "is not a string");
  }

  /** Requires a text to have one value. */
  void constant(String name, String expected) throws MalformedException {
    if (!text(name).equals(expected)) {
      throw wrong(name, "is \"" + text(name) + "\" and not \"" + expected + "\"");
    }
  }

  boolean flag(String name) throws MalformedException {
    if (member(name) instanceof JsonPrimitive primitive && primitive.isBoolean()) {
      return primitive.getAsBoolean();
    }
    throw wrong(name, "is neither true nor false");
  }

  long number(String name) throws MalformedException {
    return numberOf(member(name), name);
  }

  private long numberOf(JsonElement element, String name) throws MalformedException {
    if (element instanceof JsonPrimitive primitive
        && primitive.isNumber()
        && NUMBER.matcher(primitive.getAsString()).matches()) {
      try {
        return Long.parseLong(primitive.getAsString());
      } catch (NumberFormatException e) {
        throw wrong(name, "is too large a number");
      }
    }
    throw wrong(name, "is not a whole number");
  }

  /** A number, or -1 for null. */
  long numberOrNull(String name) throws MalformedException {
    return member(name).isJsonNull() ? -1 : number(name);
  }

  /** An enum constant by its word, see {@link Words}. */
  <E extends Enum<E>> E word(String name, Class<E> type) throws MalformedException {
    String word = text(name);
    for (E constant : type.getEnumConstants()) {
      if (Words.of(constant).equals(word)) {
        return constant;
      }
    }
    throw wrong(name, "is not one of its words: \"" + word + "\"");
  }

  DType dtype(String word) throws MalformedException {
    DType dtype = DType.ofSafetensorsName(word);
    if (dtype == null) {
      throw wrong("is not a dtype: \"" + word + "\"");
    }
    return dtype;
  }

  Fields object(String name) throws MalformedException {
    if (member(name) instanceof JsonObject object) {
      return new Fields(object, pathOf(name), place);
    }
    throw wrong(name, "is not an object");
  }

  List<Fields> objects(String name) throws MalformedException {
    List<Fields> objects = new ArrayList<>();
    for (JsonElement element : elements(name)) {
      if (!(element instanceof JsonObject object)) {
        throw wrong(name, "is not a list of objects");
      }
      objects.add(new Fields(object, pathOf(name) + "[" + objects.size() + "]", place));
    }
    return objects;
  }

  List<String> texts(String name) throws MalformedException {
    List<String> texts = new ArrayList<>();
    for (JsonElement element : elements(name)) {
      texts.add(textOf(element, name));
    }
    return texts;
  }

  long[] numbers(String name) throws MalformedException {
    List<Long> numbers = new ArrayList<>();
    for (JsonElement element : elements(name)) {
      numbers.add(numberOf(element, name));
    }
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  private Iterable<JsonElement> elements(String name) throws MalformedException {
    JsonElement member = member(name);
    if (!member.isJsonArray()) {
      throw wrong(name, "is not a list");
    }
    return member.getAsJsonArray();
  }

  /** The digest of a digest set that holds exactly one. */
  String digest(String algorithm) throws MalformedException {
    Fields digests = object("digest");
    String digest = digests.hex(algorithm);
    digests.end();
    return digest;
  }

  String hex(String name) throws MalformedException {
    String text = text(name);
    if (!Sha256.isHex(text)) {
      throw wrong(name, "is not a SHA-256 in hexadecimal");
    }
    return text;
  }

  @Nullable String hexIfThere(String name) throws MalformedException {
    return has(name) ? hex(name) : null;
  }
}
