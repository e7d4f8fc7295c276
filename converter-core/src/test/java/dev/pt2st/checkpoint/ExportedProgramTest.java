package dev.pt2st.checkpoint;

import static dev.pt2st.testing.Py.call;
import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.tuple;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.UnsupportedException;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import dev.pt2st.testing.ZipBuilder;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An exported program gives its state dict, and with everything its constants too. */
class ExportedProgramTest {
  private static final byte[] FOUR = HexFormat.of().parseHex("000000000000803f0000004000004040");

  /** A tensor of two by two floats in {@code weight_0}. */
  private static final String TENSOR =
      """
      {"path_name": "weight_0", "is_param": true, "use_pickle": false, "tensor_meta": {"dtype": 7,
       "sizes": [{"as_int": 2}, {"as_int": 2}], "requires_grad": true,
       "device": {"type": "cpu", "index": null}, "strides": [{"as_int": 2}, {"as_int": 1}],
       "storage_offset": {"as_int": 0}, "layout": 7}}\
      """;

  @TempDir Path temporary;

  private ZipBuilder zip = new ZipBuilder();

  @BeforeEach
  void storage() {
    zip = new ZipBuilder().stored("p/data/weights/weight_0", FOUR);
  }

  private TestConversion convert() {
    return TestConversion.of(temporary, zip.build());
  }

  private ExportedProgramTest weights(String items) {
    return record("data/weights/model_weights_config.json", "{\"config\": {" + items + "}}");
  }

  private ExportedProgramTest constants(String items) {
    return record("data/constants/model_constants_config.json", "{\"config\": {" + items + "}}");
  }

  private ExportedProgramTest record(String name, String content) {
    zip.stored("p/" + name, content.getBytes(UTF_8));
    return this;
  }

  private static String item(String name, String payload) {
    return '"' + name + "\": " + payload;
  }

  /** The tensor as one that was pickled, in another record. */
  private static String pickled(String record) {
    return TENSOR
        .replace("weight_0", record)
        .replace("\"use_pickle\": false", "\"use_pickle\": true");
  }

  @Test
  void tensorsOverOneRecordAreTied() throws Exception {
    String turned =
        TENSOR.replace("{\"as_int\": 2}, {\"as_int\": 1}", "{\"as_int\": 1}, {\"as_int\": 2}");
    weights(item("a.w", TENSOR) + "," + item("b.w", TENSOR) + "," + item("t", turned));
    assertThat(convert().tensors())
        .containsEntry("a.w", "F32[2, 2] 000000000000803f0000004000004040")
        .containsEntry("b.w", "F32[2, 2] 000000000000803f0000004000004040")
        .containsEntry("t", "F32[2, 2] 00000000000000400000803f00004040")
        .hasSize(3);
  }

  @Test
  void constantsComeWithEverything() throws Exception {
    zip.stored("p/data/constants/tensor_0", FOUR);
    weights(item("w", TENSOR));
    constants(item("c", TENSOR.replace("weight_0", "tensor_0")));
    assertThat(convert().names()).containsExactly("w");
    assertThat(convert().plan().leftOut())
        .singleElement()
        .satisfies(left -> {
          assertThat(left.key()).isEqualTo("c");
          assertThat(left.tensors()).isEqualTo(1);
          assertThat(left.bytes()).isEqualTo(16);
        });
    assertThat(convert().root("all").names()).containsExactly("c", "w");
  }

  @Test
  void aProgramWithoutWeightsGivesItsConstants() throws Exception {
    zip.stored("p/data/constants/tensor_0", FOUR);
    weights("").constants(item("c", TENSOR.replace("weight_0", "tensor_0")));
    assertThat(convert().names()).containsExactly("c");
  }

  @Test
  void aPickledTensorIsACheckpointInTheArchive() throws Exception {
    Torch inside = new Torch();
    zip.stored("p/data/weights/weight_1", inside.zip(inside.tensor(1, 2)));
    weights(item("w", pickled("weight_1")));
    assertThat(convert().tensors()).containsEntry("w", "F32[2] 0000803f00000040");
  }

  @Test
  void anObjectThatIsNoTensorIsNoWeight() throws Exception {
    zip.stored("p/data/constants/custom_obj_0", "PK\3\4 and no more".getBytes(UTF_8));
    weights(item("w", TENSOR));
    constants(
        """
        "o": {"path_name": "custom_obj_0", "is_param": false, "use_pickle": true, "tensor_meta": null}\
        """);
    assertThat(convert().root("all").names()).containsExactly("w");
  }

  @Test
  void eachOfSeveralProgramsHasItsName() throws Exception {
    record("data/weights/Enc_weights_config.json", "{\"config\": {" + item("w", TENSOR) + "}}");
    record("data/weights/dec_weights_config.json", "{\"config\": {" + item("w", TENSOR) + "}}");
    assertThat(convert().names()).containsExactly("Enc.w", "dec.w");
    assertThat(convert().root("dec").names()).containsExactly("w");
  }

  @Test
  void oneCheckpointMayHoldAllWeights() throws Exception {
    Torch inside = new Torch();
    zip = new ZipBuilder();
    zip.stored("p/data/weights/model.pt", inside.zip(dict("w", inside.tensor(1, 2))));
    zip.stored("p/data/constants/model.pt", new byte[0]);
    assertThat(convert().tensors()).containsExactly(Map.entry("w", "F32[2] 0000803f00000040"));
  }

  @Test
  void aCheckpointInItIsReadByTheSameRules() {
    Torch inside = new Torch();
    zip.stored(
        "p/data/weights/model.pt",
        inside.zip(dict("w", inside.tensor(1), "x", call("os.system", "id"))));
    convert().rejected(RefusedException.class).hasMessageContaining("os.system");
  }

  @ParameterizedTest
  @ValueSource(strings = {"weights only", "\u0080\2N.", "[1]", ""})
  void aRecordThatIsNoCheckpointIsNotTakenForOne(String content) {
    zip.stored("p/data/weights/weight_1", content.getBytes(ISO_8859_1));
    weights(item("w", pickled("weight_1")));
    convert().rejected(content.isEmpty() ? MalformedException.class : UnsupportedException.class);
  }

  @Test
  void aCheckpointOfNoDictIsMalformed() {
    zip.stored("p/data/weights/model.pt", new Torch().zip(tuple()));
    convert()
        .rejected(MalformedException.class)
        .hasMessageContaining("the record is not a checkpoint of a dict");
  }

  @Test
  void aCompressedCheckpointIsNotRead() {
    zip.deflated("p/data/weights/model.pt", new Torch().zip(dict()), entry -> {});
    convert()
        .rejected(UnsupportedException.class)
        .hasMessageContaining("the record is a compressed checkpoint");
  }

  @Test
  void aConstantMayNotHaveTheNameOfAWeight() {
    zip.stored("p/data/constants/tensor_0", FOUR);
    weights(item("w", TENSOR)).constants(item("w", TENSOR.replace("weight_0", "tensor_0")));
    convert()
        .rejected(RefusedException.class)
        .hasMessageContaining("a constant has the name \"w\"");
  }

  @Test
  void aRecordOfTwoTypesIsRefused() {
    weights(item("a", TENSOR) + "," + item("b", TENSOR.replace("\"dtype\": 7", "\"dtype\": 4")));
    convert()
        .rejected(RefusedException.class)
        .hasMessageContaining("is torch.float32 for one tensor and torch.int32 for another");
  }

  @Test
  void aTensorWithoutDataIsRefused() throws Exception {
    zip.stored("p/data/weights/weight_1", new byte[0]);
    String fake = TENSOR.replace("weight_0", "weight_1");
    weights(
        item("fake", fake)
            + ","
            + item(
                "empty",
                fake.replace(
                    "{\"as_int\": 2}, {\"as_int\": 2}", "{\"as_int\": 0}, {\"as_int\": 2}")));
    convert()
        .rejected(RefusedException.class)
        .hasMessageContaining("\"fake\" (a fake tensor, which has no data");
  }

  @Test
  void aTensorWithoutStridesIsRefused() {
    weights(item("s", TENSOR.replace("\"layout\": 7", "\"layout\": 1")));
    convert()
        .rejected(RefusedException.class)
        .hasMessageContaining("\"s\" (a tensor without strides");
  }

  @ParameterizedTest
  @CsvSource({
    "1, U8, 4",
    "2, I8, 4",
    "3, I16, 4",
    "4, I32, 4",
    "5, I64, 1",
    "6, F16, 4",
    "8, F64, 1",
    "10, C64, 1",
    "12, BOOL, 4",
    "13, BF16, 4",
    "28, U16, 4",
    "29, F8_E4M3, 4",
    "30, F8_E5M2, 4",
    "31, F8_E4M3FNUZ, 4",
    "32, F8_E5M2FNUZ, 4",
    "33, F8_E8M0, 4",
    "34, U32, 4",
    "35, U64, 1"
  })
  void aTensorHasAScalarType(int number, String dtype, int elements) throws Exception {
    String size = elements == 4 ? "2" : "1";
    weights(
        item(
            "w",
            TENSOR
                .replace("\"dtype\": 7", "\"dtype\": " + number)
                .replace(
                    "{\"as_int\": 2}, {\"as_int\": 2}",
                    "{\"as_int\": %s}, {\"as_int\": %s}".formatted(size, size))));
    assertThat(convert().plan().tensors().getFirst().data().dtype()).hasToString(dtype);
  }

  @Test
  void storagesFollowTheByteOrderOfTheArchive() throws Exception {
    record("byteorder", "big").weights(item("w", TENSOR));
    // The bytes of each element the other way round.
    assertThat(convert().tensors())
        .containsEntry("w", "F32[2, 2] 000000003f8000004000000040400000");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"as_int\": 2}, {\"as_int\": 2} | {\"as_int\": 2}, {\"as_int\": 3} | does not fit the 16 bytes",
        "\"storage_offset\": {\"as_int\": 0} | \"storage_offset\": {\"as_int\": 1} | does not fit",
        "\"storage_offset\": {\"as_int\": 0} | \"storage_offset\": {\"as_int\": -1} | does not fit",
        "\"storage_offset\": {\"as_int\": 0} | \"storage_offset\": 0 | no strides or no offset",
        "{\"as_int\": 2}, {\"as_int\": 2} | {\"as_int\": 9223372036854775807}, {\"as_int\": 2} | does not fit",
        "{\"as_int\": 2}, {\"as_int\": 2} | {\"as_int\": -2}, {\"as_int\": -2} | does not fit",
        "{\"as_int\": 2}, {\"as_int\": 2} | {\"as_int\": 2} | no strides or no offset",
        "{\"as_int\": 2}, {\"as_int\": 2} | {\"as_expr\": {}}, {\"as_int\": 2} | a dict for a size",
        "\"sizes\" | \"size\" | no sizes or strides",
        "\"dtype\": 7 | \"dtype\": 0 | no PyTorch dtype",
        "\"dtype\": 7 | \"dtype\": \"7\" | no PyTorch dtype",
        "\"tensor_meta\" | \"meta\" | does not describe the tensor",
        "\"path_name\" | \"path\" | names no record",
        "weight_0 | weight_9 | no record data/weights/weight_9",
        "\"use_pickle\": false | \"use_pickle\": 0 | not as PyTorch writes it"
      })
  void aConfigurationThatIsNotAsPyTorchWritesItIsMalformed(String from, String to, String problem) {
    assertThat(TENSOR).contains(from);
    weights(item("w", TENSOR.replace(from, to)));
    convert().rejected(MalformedException.class).hasMessageContaining(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{\"config\": []}", "{\"config\": {\"w\": 1}}", "\0\0"})
  void aConfigurationThatIsNoneIsMalformed(String json) {
    record("data/weights/model_weights_config.json", json);
    convert()
        .rejected(MalformedException.class)
        .hasMessageContaining("p/data/weights/model_weights_config.json");
  }

  @Test
  void aPickleBesideTheProgramIsLookedAt() {
    zip.stored("p/data/constants/opaque_obj_0", Py.pickle(call("os.system", "id")));
    weights(item("w", TENSOR));
    convert().rejected(RefusedException.class).hasMessageContaining("os.system");
  }
}
