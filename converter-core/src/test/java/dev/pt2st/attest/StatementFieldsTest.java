package dev.pt2st.attest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.options.NameOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is altered in a statement is found, and what could be read in two ways is refused. */
class StatementFieldsTest {
  /** What was done then cannot be derived now; a signature is there for it. */
  private static final String ASSERTED = "predicate.comparison";

  @TempDir Path temporary;
  private Attested made;
  private String text;

  @BeforeEach
  void convert() throws Exception {
    ConvertOptions options =
        ConvertOptions.STANDARD
            .withNames(
                NameOptions.NONE.exclude("head.a.*").stripPrefix("head.").rename("s/conv/c/"))
            .withMetadata(Map.of("licence", "MIT"))
            .withoutMetadata(Set.of("format"))
            .withRead(ReadOptions.STANDARD.withPolicy(Policy.STANDARD.allow("zoo.*").strict()))
            .withMaxShardBytes(300);
    made = Attested.of(Attested.sample("zip_training.pt"), temporary, options, null);
    text = new String(made.bytes(), StandardCharsets.UTF_8);
    assertThat(made.check().differences()).isEmpty();
  }

  /** The paths of all values in a statement. */
  private static void addLeaves(JsonElement element, List<Object> path, List<List<Object>> leaves) {
    switch (element) {
      case JsonObject object ->
          object
              .entrySet()
              .forEach(member -> addLeaves(member.getValue(), with(path, member.getKey()), leaves));
      case JsonArray array -> {
        for (int i = 0; i < array.size(); i++) {
          addLeaves(array.get(i), with(path, i), leaves);
        }
      }
      default -> leaves.add(path);
    }
  }

  private static List<Object> with(List<Object> path, Object step) {
    List<Object> longer = new ArrayList<>(path);
    longer.add(step);
    return longer;
  }

  private static JsonElement at(JsonElement top, List<Object> path) {
    JsonElement element = top;
    for (Object step : path) {
      element =
          step instanceof Integer index
              ? element.getAsJsonArray().get(index)
              : element.getAsJsonObject().get(String.valueOf(step));
    }
    return element;
  }

  private static JsonElement altered(JsonElement value) {
    if (value instanceof JsonPrimitive primitive && primitive.isBoolean()) {
      return new JsonPrimitive(!primitive.getAsBoolean());
    }
    if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
      return new JsonPrimitive(primitive.getAsLong() + 1000);
    }
    if (value.isJsonNull()) {
      return new JsonPrimitive(7);
    }
    String text = value.getAsString();
    if (text.matches("[0-9a-f]{64}")) {
      return new JsonPrimitive((text.charAt(0) == '0' ? "1" : "0") + text.substring(1));
    }
    return new JsonPrimitive(text + "x");
  }

  private static void put(JsonElement top, List<Object> path, JsonElement value) {
    JsonElement parent = at(top, path.subList(0, path.size() - 1));
    if (path.getLast() instanceof Integer index) {
      parent.getAsJsonArray().set(index, value);
    } else {
      parent.getAsJsonObject().add(String.valueOf(path.getLast()), value);
    }
  }

  private void assertFound(JsonElement statement, String what) throws Exception {
    made.saying(statement.toString().getBytes(StandardCharsets.UTF_8));
    boolean holds;
    try {
      holds = made.check().holds();
    } catch (CheckpointException | NoSuchFileException e) {
      return; // malformed, or the source has no output with such options
    }
    assertThat(holds).as(what).isFalse();
  }

  @Test
  void everyValueThatIsAlteredIsFound() throws Exception {
    List<List<Object>> leaves = new ArrayList<>();
    addLeaves(JsonParser.parseString(text), List.of(), leaves);
    assertThat(leaves).hasSizeGreaterThan(100);
    for (List<Object> leaf : leaves) {
      JsonElement statement = JsonParser.parseString(text);
      put(statement, leaf, altered(at(statement, leaf)));
      assertFound(statement, leaf.toString());
    }
  }

  /** Words stand for constants: another one of the same kind is not a malformed statement. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "options.shared keep drop",
        "options.unsupported refuse skip",
        "options.quantized refuse components",
        "options.sparse refuse dense",
        "options.nested refuse components",
        "options.complex refuse real",
        "options.crc compare ignore",
        "checkpoint.rootRule knownKey onlyPart"
      })
  void anotherWordIsFoundIfItChangesAnything(String change) throws Exception {
    String[] parts = change.split(" ", -1);
    JsonObject statement = JsonParser.parseString(text).getAsJsonObject();
    JsonObject predicate = statement.getAsJsonObject("predicate");
    String[] path = parts[0].split("\\.", -1);
    JsonObject object = predicate.getAsJsonObject(path[0]);
    assertThat(object.get(path[1]).getAsString()).isEqualTo(parts[1]);
    object.addProperty(path[1], parts[2]);
    made.saying(statement.toString().getBytes(StandardCharsets.UTF_8));
    // The derived statement has the options of the claimed one: what they do not change is so.
    assertThat(made.check().holds()).isEqualTo(parts[0].startsWith("options."));
  }

  @Test
  void onlyASignatureKeepsWhetherItWasCompared() throws Exception {
    String other = text.replace("\"comparison\": \"none\"", "\"comparison\": \"everyElement\"");
    made.saying(other.getBytes(StandardCharsets.UTF_8));
    assertThat(made.check().holds()).isTrue();
    assertThat(made.check().unchecked()).containsExactly(ASSERTED);
  }

  @Test
  void everyMemberThatIsMissingOrNewOrOfAnotherTypeIsRefused() throws Exception {
    List<List<Object>> objects = new ArrayList<>();
    addObjects(JsonParser.parseString(text), List.of(), objects);
    for (List<Object> path : objects) {
      JsonElement more = JsonParser.parseString(text);
      at(more, path).getAsJsonObject().addProperty("unknown", "x");
      assertRefused(more.toString());
      for (String name : at(more, path).getAsJsonObject().keySet()) {
        if (name.equals("unknown")) {
          continue;
        }
        JsonElement less = JsonParser.parseString(text);
        at(less, path).getAsJsonObject().remove(name);
        if (!name.equals("tensors") || path.size() > 1) { // of which there need be none
          assertFound(less, path + " without " + name);
        }
        JsonElement other = JsonParser.parseString(text);
        JsonElement old = at(other, path).getAsJsonObject().get(name);
        at(other, path)
            .getAsJsonObject()
            .add(name, old.isJsonArray() ? new JsonObject() : new JsonArray());
        assertRefused(other.toString());
      }
    }
  }

  private static void addObjects(
      JsonElement element, List<Object> path, List<List<Object>> objects) {
    if (element instanceof JsonObject object) {
      objects.add(path);
      object
          .entrySet()
          .forEach(member -> addObjects(member.getValue(), with(path, member.getKey()), objects));
    } else if (element instanceof JsonArray array) {
      for (int i = 0; i < array.size(); i++) {
        addObjects(array.get(i), with(path, i), objects);
      }
    }
  }

  /** Lists: an entry less, one twice, and two in each other's place. */
  @ParameterizedTest
  @ValueSource(strings = {"subject", "predicate/leftOut", "predicate/renamed", "predicate/tensors"})
  void aListThatIsAlteredIsFound(String list) throws Exception {
    List<Object> path = new ArrayList<>(List.of((Object[]) list.split("/", -1)));
    JsonElement less = JsonParser.parseString(text);
    at(less, path).getAsJsonArray().remove(0);
    assertFound(less, "less");
    JsonElement twice = JsonParser.parseString(text);
    at(twice, path).getAsJsonArray().add(at(twice, path).getAsJsonArray().get(0));
    assertFound(twice, "twice");
    JsonElement swapped = JsonParser.parseString(text);
    JsonArray array = at(swapped, path).getAsJsonArray();
    JsonElement first = array.get(0);
    array.set(0, array.get(1));
    array.set(1, first);
    assertFound(swapped, "swapped");
  }

  /** A file is found by the place of its subject, so a place that none has is not a statement. */
  @Test
  void aSubjectTwiceOrAnIndexElsewhereIsRefused() throws Exception {
    JsonArray subjects = JsonParser.parseString(text).getAsJsonObject().getAsJsonArray("subject");
    int index = subjects.size() - 1;
    assertThat(index).isGreaterThan(1);
    assertRefusedAs("names no output", List.of());
    assertRefusedAs("has the name of another file", copies(subjects, 0, 0, index));
    assertRefusedAs("has the name of another file", copies(subjects, 0, 1, 0, index));
    assertRefusedAs("only an index after all files", copies(subjects, index));
    assertRefusedAs("only an index after all files", copies(subjects, index, 0, 1));
    assertRefusedAs("only an index after all files", copies(subjects, 0, index, 1));
    assertRefusedAs("only an index after all files", copies(subjects, 0, index, index));
    assertRefusedAs("which is the index", copies(subjects, 0, 1));
  }

  private static List<JsonElement> copies(JsonArray subjects, int... places) {
    return Arrays.stream(places).mapToObj(subjects::get).toList();
  }

  private void assertRefusedAs(String why, List<JsonElement> subjects) throws Exception {
    JsonObject statement = JsonParser.parseString(text).getAsJsonObject();
    JsonArray array = new JsonArray();
    subjects.forEach(array::add);
    statement.add("subject", array);
    made.saying(statement.toString().getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> made.read())
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(why);
  }

  /** It would say that the output has no tensors, which nothing else in it says. */
  @Test
  void anEmptyListOfTensorsIsRefused() throws Exception {
    JsonObject statement = JsonParser.parseString(text).getAsJsonObject();
    statement.getAsJsonObject("predicate").add("tensors", new JsonArray());
    assertRefused(statement.toString());
  }

  /** Readers that know floating point alone would take these for the same number, or another. */
  @Test
  void aNumberInAnotherWayThanByItsDigitsIsRefused() throws Exception {
    Matcher size = Pattern.compile("\"size\": ([0-9]+)").matcher(text);
    assertThat(size.find()).isTrue();
    for (String other : List.of("e0", "E+0", ".0")) {
      assertRefused(text.substring(0, size.end()) + other + text.substring(size.end()));
    }
    assertRefused("\ufeff" + text);
  }

  @Test
  void aSourceTwiceIsRefused() throws Exception {
    JsonObject statement = JsonParser.parseString(text).getAsJsonObject();
    JsonArray sources = statement.getAsJsonObject("predicate").getAsJsonArray("sources");
    sources.add(sources.get(0));
    assertRefused(statement.toString());
  }

  private void assertRefused(String statement) throws Exception {
    made.saying(statement.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> made.read()).isInstanceOf(MalformedException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "\"text\"",
        "{",
        "{}",
        "{'_type':1}",
        "{\"_type\":\"https://in-toto.io/Statement/v0.1\"}",
        "{\"a\":NaN}",
        "{\"a\":1,}",
        "{\"a\":1e99999999999999999999999999}",
        "\ufeff{}"
      })
  void whatIsNoStatementIsRefused(String statement) throws Exception {
    assertRefused(statement);
  }

  @Test
  void aKeyTwiceIsRefusedHoweverItIsWritten() throws Exception {
    assertRefused(text.replaceFirst("\"_type\"", "\"_type\": \"x\", \"_type\""));
    assertRefused(text.replaceFirst("\"_type\"", "\"\\\\u005ftype\": \"x\", \"_type\""));
    assertRefused(text.replaceFirst("\"version\"", "\"version\": \"9\", \"version\""));
  }

  @Test
  void anotherTypeIsRefused() throws Exception {
    assertRefused(text.replace(Statement.TYPE, "https://in-toto.io/Statement/v2"));
    assertRefused(text.replace(Statement.PREDICATE_TYPE, "https://slsa.dev/provenance/v1"));
  }

  @Test
  void somethingBehindTheStatementIsRefused() throws Exception {
    assertRefused(text + "{}");
    assertRefused(text + "x");
  }

  @Test
  void nestingAndBytesThatAreNoTextAreRefused() throws Exception {
    assertRefused("[".repeat(100_000));
    assertRefused("{\"a\":".repeat(100_000));
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    bytes[text.indexOf("pt2st")] = (byte) 0xff;
    made.saying(bytes);
    assertThatThrownBy(() -> made.read()).isInstanceOf(MalformedException.class);
  }

  @Test
  void moreThanAStatementHasIsNotRead() throws Exception {
    made.saying((text + " ".repeat(Attestation.LARGEST)).getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> made.read())
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("too large");
  }

  /** Nor do other words in it: a tag is the name of a folder in the source. */
  @Test
  void aTagThatLeadsElsewhereIsRefused() throws Exception {
    for (String tag : new String[] {"..", "../x", "a/b", "/tmp", "a\\\\b"}) {
      assertRefused(text.replace("\"tag\": \"\"", "\"tag\": \"" + tag + "\""));
    }
  }

  /** Names in a statement open no file: the place of a subject says which file is meant. */
  @Test
  void aNameThatLeadsElsewhereIsOnlyADifference() throws Exception {
    String name = made.read().statement().subjects().getFirst().name();
    made.saying(text.replace(name, "../../etc/passwd").getBytes(StandardCharsets.UTF_8));
    assertThat(made.check().differences())
        .extracting(FieldDifference::field)
        .contains("subject[0].name");
  }
}
