package dev.pt2st.checkpoint;

import static dev.pt2st.testing.Py.call;
import static dev.pt2st.testing.Py.list;
import static dev.pt2st.testing.Py.tuple;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.UnsupportedException;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.ZipBuilder;
import java.nio.file.Path;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TorchScript of PyTorch 1.0 to 1.3: modules and a table of tensors in JSON. */
class LegacyScriptTest {
  private static final String FLOATS =
      """
      {"dims": ["2", "2"], "offset": "0", "strides": ["2", "1"], "requiresGrad": true,
       "dataType": "FLOAT", "data": {"key": "tensors/0"}, "device": "cpu"}\
      """;

  private static final String MIDDLE =
      """
      {"dims": [2], "offset": 1, "strides": [1], "data_type": 1, "data": {"key": "tensors/0"},
       "device": "cuda:0"}\
      """;

  private static final String MAIN =
      """
      {"name": "m", "parameters": [{"name": "w", "tensorId": "0"}]}\
      """;

  @TempDir Path temporary;

  private byte @Nullable [] attributes = Py.pickle(tuple());

  private TestConversion convert(String main, String... table) {
    return convertJson(
        """
        {"protoVersion": "3", "mainModule": %s, "tensors": [%s]}\
        """
            .formatted(main, String.join(",", table)));
  }

  private TestConversion convertJson(String json) {
    ZipBuilder zip =
        new ZipBuilder()
            .stored("m/tensors/0", HexFormat.of().parseHex("000000000000803f0000004000004040"))
            .stored("m/model.json", json.getBytes(UTF_8));
    if (attributes != null) {
      zip.stored("m/attributes.pkl", attributes);
    }
    return TestConversion.of(temporary, zip.build());
  }

  @Test
  void aTensorOfTheTableIsAViewOfARecord() throws Exception {
    String main =
        """
        {"parameters": [{"name": "w", "tensorId": "0"}, {"name": "b", "tensor_id": 1,
         "isBuffer": true}], "submodules": [{"name": "s", "parameters": [{"name": "w"}]}]}\
        """;
    assertThat(convert(main, FLOATS, MIDDLE).tensors())
        .containsEntry("w", "F32[2, 2] 000000000000803f0000004000004040")
        .containsEntry("b", "F32[2] 0000803f00000040")
        .containsEntry("s.w", "F32[2, 2] 000000000000803f0000004000004040")
        .hasSize(3);
  }

  @Test
  void whatIsNoParameterBelongsToTheCode() throws Exception {
    assertThat(convert(MAIN, FLOATS, MIDDLE).names()).containsExactly("w");
    assertThat(convert(MAIN, FLOATS, MIDDLE).root("all").names())
        .containsExactly("CONSTANTS.c1", "w");
    assertThat(convert("{}", FLOATS).names()).containsExactly("CONSTANTS.c0");
  }

  @Test
  void attributesAreInAPickleThatNamesTensorsByTheirNumber() throws Exception {
    attributes =
        Py.pickle(tuple(list(1, 2), list(call("torch.jit._pickle.build_tensor_from_id", 1))));
    String main =
        """
        {"parameters": [{"name": "w"}], "attributes": [{"name": "w", "id": "0"},
         {"name": "sizes", "id": "0"}, {"name": "kept", "id": "1"}, {"name": "unset", "id": "-1"}]}\
        """;
    assertThat(convert(main, FLOATS, MIDDLE).names()).containsExactly("w");
    assertThat(convert(main, FLOATS, MIDDLE).root("all").names()).containsExactly("kept.0", "w");
  }

  @Test
  void theFirstVersionHadAClassForTheNumberOfATensor() throws Exception {
    Object one = new Py.Built(Py.instance("__main__.TensorID"), 1);
    Object ints = new Py.Built(Py.instance("__main__.IntList"), list(1));
    attributes = Py.pickle(list(list(one), ints));
    String json =
        """
        {"protoVersion": 2, "mainModule": {"parameters": [{"name": "w"}],
         "attributes": [{"name": "a"}, {"name": "b", "id": 1}]}, "tensors": [%s, %s]}\
        """
            .formatted(FLOATS, MIDDLE);
    assertThat(convertJson(json).root("all").tensors())
        .containsEntry("a.0", "F32[2] 0000803f00000040");
  }

  @Test
  void theOldestModelHasNoAttributes() throws Exception {
    attributes = null;
    assertThat(
            convertJson("{\"mainModule\": %s, \"tensors\": [%s]}".formatted(MAIN, FLOATS)).names())
        .containsExactly("w");
    convert(MAIN, FLOATS)
        .rejected(MalformedException.class)
        .hasMessageContaining("the archive has no record attributes.pkl");
  }

  @Test
  void whatAModuleSaysOfItselfIsAPartOfTheModel() throws Exception {
    attributes = Py.pickle(tuple(tuple(3, call("torch.jit._pickle.build_tensor_from_id", 0))));
    assertThat(
            convert("{\"submodules\": [{\"name\": \"q\", \"getStateAttributeId\": \"0\"}]}", FLOATS)
                .names())
        .containsExactly("q.1");
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT16, F16",
    "2, I32",
    "BYTE, U8",
    "UINT8, U8",
    "INT8, I8",
    "INT16, I16",
    "10, I64",
    "DOUBLE, F64",
    "BOOL, BOOL",
    "UINT16, U16"
  })
  void aTensorHasATypeOfCaffe2(String type, String dtype) throws Exception {
    String tensor =
        FLOATS.replace("\"FLOAT\"", '"' + type + '"').replace("\"2\", \"2\"", "\"1\", \"1\"");
    if (Character.isDigit(type.charAt(0))) {
      tensor = tensor.replace('"' + type + '"', type);
    }
    assertThat(convert(MAIN, tensor).tensors().get("w")).startsWith(dtype + "[1, 1] ");
  }

  @Test
  void aQuantizedTensorIsOneAsAnywhere() {
    String quantized =
        FLOATS.replace(
            "\"FLOAT\"", "\"INT8\", \"isQuantized\": true, \"scale\": 0.5, \"zeroPoint\": \"1\"");
    convert(MAIN, quantized)
        .rejected(RefusedException.class)
        .hasMessageContaining("\"w\" (a quantized tensor");
    convert(MAIN, FLOATS.replace("\"FLOAT\"", "\"FLOAT\", \"isQuantized\": true"))
        .rejected(MalformedException.class)
        .hasMessageContaining("is quantized, and of torch.float32");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"2\", \"2\" | \"2\", \"3\" | does not fit the 16 bytes",
        "\"offset\": \"0\" | \"offset\": \"1\" | does not fit the 16 bytes",
        "\"offset\": \"0\" | \"offset\": \"-1\" | does not fit the 16 bytes",
        "\"2\", \"2\" | \"-2\", \"-2\" | does not fit the 16 bytes",
        "\"2\", \"2\" | \"9223372036854775807\", \"2\" | does not fit the 16 bytes",
        "\"2\", \"2\" | \"9223372036854775808\", \"2\" | dims that is not an integer",
        "\"2\", \"2\" | \"x\", \"2\" | dims that is not an integer",
        "\"2\", \"2\" | \"2\" | 1 sizes and 2 strides",
        "\"FLOAT\" | \"STRING\" | dataType that is not a type",
        "\"FLOAT\" | {} | dataType that is not a type",
        "tensors/0 | tensors/1 | which the archive does not have",
        "{\"key\": \"tensors/0\"} | [] | is a list, not an object",
        "{\"key\": \"tensors/0\"} | {\"key\": 1} | a field key that is not a string",
        "[\"2\", \"1\"] | {} | a field strides that is not a list"
      })
  void aTensorThatIsNotAsPyTorchWritesItIsMalformed(String from, String to, String problem) {
    assertThat(FLOATS).contains(from);
    convert(MAIN, FLOATS.replace(from, to))
        .rejected(MalformedException.class)
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | is a list, not an object",
        "{\"parameters\": 1} | a field parameters that is not a list",
        "{\"parameters\": [1]} | a parameter is an int",
        "{\"parameters\": [{\"tensorId\": \"1\"}]} | the number 1 as its tensorId, of 1 that there are",
        "{\"parameters\": [{\"tensorId\": \"-1\"}]} | the number -1 as its tensorId",
        "{\"parameters\": [{\"name\": 3}]} | a field name that is not a string",
        "{\"parameters\": [{\"name\": \"a\"}, {\"name\": \"a\"}]} | the name \"a\", as something else",
        "{\"parameters\": [{\"name\": \"a\"}], \"submodules\": [{\"name\": \"a\"}]} | the name \"a\"",
        "{\"attributes\": [{\"name\": \"a\", \"id\": \"0\"}]} | as its id, of 0 that there are",
        "{\"getStateAttributeId\": \"0\"} | as its getStateAttributeId"
      })
  void aModuleThatIsNotAsPyTorchWritesItIsMalformed(String main, String problem) {
    convert(main, FLOATS).rejected(MalformedException.class).hasMessageContaining(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{\"tensors\": []}", "{\"mainModule\": 1}", "\0"})
  void aModelThatIsNoneIsMalformed(String json) {
    convertJson(json).rejected(MalformedException.class).hasMessageContaining("model");
  }

  @Test
  void aLaterVersionIsNotRead() {
    convertJson("{\"protoVersion\": \"6\", \"mainModule\": {}}")
        .rejected(UnsupportedException.class)
        .hasMessageContaining("the model is of version 6");
  }

  @Test
  void aCallInTheAttributesIsRefused() {
    attributes = Py.pickle(tuple(call("os.system", "id")));
    convert(MAIN, FLOATS).rejected(RefusedException.class).hasMessageContaining("os.system");
    attributes = Py.pickle(tuple(call("torch.jit._pickle.build_tensor_from_id", 9)));
    convert(MAIN, FLOATS)
        .rejected(MalformedException.class)
        .hasMessageContaining("not among the 1 of the archive's table");
    attributes = Py.pickle(1);
    convert(MAIN, FLOATS)
        .rejected(MalformedException.class)
        .hasMessageContaining("the attributes are not a tuple");
  }

  @Test
  void modulesMayBeNestedDeeply() throws Exception {
    assertThat(convert(nested(400), FLOATS).names()).containsExactly("m.".repeat(400) + "w");
    convert(nested(600), FLOATS).rejected(MalformedException.class);
  }

  private static String nested(int depth) {
    return "{"
        + "\"submodules\": [{\"name\": \"m\", ".repeat(depth)
        + MAIN.substring(MAIN.indexOf("\"parameters"))
        + "]}".repeat(depth);
  }
}
