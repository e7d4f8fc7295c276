package dev.pt2st.convert.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.pt2st.CheckpointException;
import dev.pt2st.IfExists;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.convert.Converter;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.WriteOptions;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.testing.Choices;
import dev.pt2st.testing.Corpus;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.Torch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The sidecar says what docs/sidecar.md says, in JSON that any reader takes. */
class SidecarTest {
  @TempDir Path temporary;

  private Path sidecar() {
    return temporary.resolve("out.json");
  }

  private Path output() {
    return temporary.resolve("out.safetensors");
  }

  private void convert(byte[] checkpoint, ConvertOptions options)
      throws CheckpointException, IOException {
    Path input = Files.write(temporary.resolve("in.pt"), checkpoint);
    Converter.convert(
        input,
        output(),
        options,
        WriteOptions.STANDARD.withSidecar(sidecar()),
        ProgressListener.NONE);
  }

  /** The sidecar of a checkpoint with a tensor and a value. */
  private JsonObject sidecarOf(@Nullable Object value) throws CheckpointException, IOException {
    Torch torch = new Torch();
    convert(
        torch.zip(Py.dict("w", torch.tensor(1, 2), "v", value)),
        ConvertOptions.STANDARD.withRead(
            ReadOptions.STANDARD.withPolicy(Policy.STANDARD.allowAll())));
    return JsonParser.parseString(Files.readString(sidecar())).getAsJsonObject();
  }

  private static String topOf(Path sidecar) throws IOException {
    return JsonParser.parseString(Files.readString(sidecar))
        .getAsJsonObject()
        .get("value")
        .toString()
        .replace('"', '\'');
  }

  private String valueOf(@Nullable Object value) throws CheckpointException, IOException {
    JsonElement written = sidecarOf(value).getAsJsonObject("value").get("v");
    return written.toString().replace('"', '\'');
  }

  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of(null, "null"),
        Arguments.of(true, "true"),
        Arguments.of(3, "3"),
        Arguments.of(1L << 53, "9007199254740992"),
        Arguments.of((1L << 53) + 1, "{'$int':'9007199254740993'}"),
        Arguments.of(Long.MIN_VALUE, "{'$int':'-9223372036854775808'}"),
        Arguments.of(
            new Py.Raw("L1267650600228229401496703205376L\n"),
            "{'$int':'1267650600228229401496703205376'}"),
        Arguments.of(1.0, "1.0"),
        Arguments.of(-0.0, "-0.0"),
        Arguments.of(1e300, "1.0E300"),
        Arguments.of(Double.NaN, "{'$float':'nan'}"),
        Arguments.of(Double.NEGATIVE_INFINITY, "{'$float':'-inf'}"),
        Arguments.of("text", "'text'"),
        Arguments.of(new byte[] {0, -1}, "{'$bytes':'AP8='}"),
        Arguments.of(new Py.Raw("U\2\u00ff\u00fe"), "{'$bytes':'//4='}"),
        Arguments.of(new Py.Raw("U\2ab"), "'ab'"),
        Arguments.of(Py.list(1, "a"), "[1,'a']"),
        Arguments.of(Py.tuple(1, Py.tuple()), "{'$tuple':[1,{'$tuple':[]}]}"),
        Arguments.of(Py.set(1, 2), "{'$set':[1,2]}"),
        Arguments.of(Py.dict("b", 1, "a", 2), "{'b':1,'a':2}"),
        Arguments.of(Py.dict(), "{}"),
        Arguments.of(Py.dict(0, "a", "b", 1), "{'$dict':[[0,'a'],['b',1]]}"),
        Arguments.of(Py.dict("$ref", 1), "{'$dict':[['$ref',1]]}"),
        Arguments.of(
            Py.orderedDict("a", 1), "{'$class':'collections.OrderedDict','items':{'a':1}}"),
        Arguments.of(Py.global("torch.float16"), "{'$global':'torch.float16'}"),
        Arguments.of(
            Py.call("decimal.Decimal", "1.5"), "{'$class':'decimal.Decimal','arguments':['1.5']}"),
        Arguments.of(
            new Py.Built(
                Py.call("numpy.dtype", "f4", false, true),
                Py.tuple(3, "<", null, null, null, -1, -1, 0)),
            "{'$class':'numpy.dtype','arguments':['<f4']}"),
        Arguments.of(
            new Py.Built(
                Py.call("numpy.dtype", "M8", false, true),
                Py.tuple(
                    4,
                    ">",
                    null,
                    null,
                    null,
                    -1,
                    -1,
                    0,
                    Py.tuple(Py.dict(), Py.tuple(new byte[] {'D'}, 1, 1, 1)))),
            "{'$class':'numpy.dtype','arguments':['>M8'],'states':[{'$tuple':[4,'>',null,null,null,"
                + "-1,-1,0,{'$tuple':[{},{'$tuple':[{'$bytes':'RA=='},1,1,1]}]}]}]}"),
        Arguments.of(
            Py.call(
                "numpy._core.multiarray.scalar",
                Py.call("numpy.dtype", "b1", false, true),
                new byte[1]),
            "{'$class':'numpy._core.multiarray.scalar','arguments':["
                + "{'$class':'numpy.dtype','arguments':['b1']},{'$bytes':'AA=='}]}"),
        Arguments.of(
            Py.object("zoo.Config", Py.dict("lr", 0.5)),
            "{'$class':'zoo.Config','states':[{'lr':0.5}]}"));
  }

  @ParameterizedTest
  @MethodSource("values")
  void aValueIsWrittenAsTheSchemaSays(@Nullable Object value, String json) throws Exception {
    assertThat(valueOf(value)).isEqualTo(json);
  }

  @Test
  void theHeadSaysWhatItIs() throws Exception {
    JsonObject sidecar = sidecarOf(1);
    assertThat(sidecar.keySet()).containsExactly("format", "version", "root", "value");
    assertThat(sidecar.get("format").getAsString()).isEqualTo("pt2st-sidecar");
    assertThat(sidecar.get("version").getAsInt()).isEqualTo(1);
  }

  @Test
  void aTensorIsNamedAsInTheOutput() throws Exception {
    Torch torch = new Torch();
    Object model = Py.dict("a.b", torch.tensor(1, 2, 3));
    convert(
        torch.zip(Py.dict("state_dict", model, "optimizer", Py.dict("m", torch.tensor(4)))),
        ConvertOptions.STANDARD);
    JsonObject sidecar = JsonParser.parseString(Files.readString(sidecar())).getAsJsonObject();
    assertThat(sidecar.get("root").getAsString()).isEqualTo("state_dict");
    assertThat(sidecar.get("value").toString().replace('"', '\''))
        .isEqualTo(
            "{'state_dict':{'a.b':{'$tensor':'a.b','dtype':'torch.float32','shape':[3]}},"
                + "'optimizer':{'m':{'$tensor':null,'dtype':'torch.float32','shape':[1]}}}");
  }

  static Stream<Arguments> kinds() {
    return Stream.of(
        Arguments.of(
            "zip_quantized.pt", "q", "'dtype':'torch.qint8','shape':[4,4],'kind':'quantized'"),
        Arguments.of(
            "zip_sparse.pt",
            "s",
            "'dtype':'torch.float32','shape':[4,4],'kind':'sparse','layout':'torch.sparse_coo'"),
        Arguments.of(
            "zip_sparse_kinds.pt",
            "csr",
            "'dtype':'torch.float32','shape':[3,4],'kind':'sparse','layout':'torch.sparse_csr'"),
        Arguments.of(
            "zip_nested.pt",
            "strided",
            "'dtype':'torch.float32','shape':[3,null,null],'kind':'nested',"
                + "'layout':'torch.strided'"),
        Arguments.of(
            "zip_nested.pt",
            "jagged",
            "'dtype':'torch.float32','shape':[2,null,3],'kind':'nested','layout':'torch.jagged'"));
  }

  /** What such a tensor is cannot be seen from its components in the output. */
  @ParameterizedTest
  @MethodSource("kinds")
  void aTensorOfAnotherKindHasItsDTypeShapeAndLayout(String sample, String key, String fields)
      throws Exception {
    convert(
        Files.readAllBytes(Corpus.root().resolve("samples/checkpoints").resolve(sample)),
        Choices.of(
            "--quantized components --sparse components --nested components --complex real"));
    JsonObject written =
        JsonParser.parseString(Files.readString(sidecar()))
            .getAsJsonObject()
            .getAsJsonObject("value")
            .getAsJsonObject(key);
    written.remove("$tensor");
    written.remove("attributes");
    assertThat(written.toString().replace('"', '\'')).isEqualTo("{" + fields + "}");
  }

  /** It has no place in the output, but a name, and a tensor that stands for it. */
  @Test
  void aDroppedTensorHasItsName() throws Exception {
    Torch torch = new Torch();
    Object floats = torch.floats(1, 2);
    Object whole = Torch.view(floats, 0, Py.tuple(2), Py.tuple(1));
    Object first = Torch.view(floats, 0, Py.tuple(1), Py.tuple(1));
    convert(
        torch.zip(Py.dict("whole", whole, "first", first)),
        ConvertOptions.STANDARD.withShared(ConvertOptions.Shared.DROP));
    assertThat(topOf(sidecar()))
        .isEqualTo(
            "{'whole':{'$tensor':'whole','dtype':'torch.float32','shape':[2]},"
                + "'first':{'$tensor':null,'dropped':'first','shared_with':'whole',"
                + "'dtype':'torch.float32','shape':[1]}}");
  }

  @Test
  void theAttributesOfATensorAreThere() throws Exception {
    Torch torch = new Torch();
    Object parameter =
        Py.call(
            "torch._utils._rebuild_parameter_with_state",
            torch.tensor(1),
            true,
            Py.orderedDict(),
            Py.dict("note", "x"));
    Object plain =
        Py.call(
            "torch._utils._rebuild_parameter_with_state",
            torch.tensor(1),
            true,
            Py.orderedDict(),
            Py.dict());
    convert(torch.zip(Py.dict("p", parameter, "q", plain)), ConvertOptions.STANDARD);
    assertThat(topOf(sidecar()))
        .isEqualTo(
            "{'p':{'$tensor':'p','dtype':'torch.float32','shape':[1],'attributes':{'note':'x'}},"
                + "'q':{'$tensor':'q','dtype':'torch.float32','shape':[1]}}");
  }

  /** A file with a tensor of many attributes in many places makes no sidecar that explodes. */
  @Test
  void aTensorOfManyPlacesHasItsAttributesOnce() throws Exception {
    Torch torch = new Torch();
    Object tensor =
        Py.call(
            "torch._tensor._rebuild_from_type_v2",
            Py.global("torch._utils._rebuild_tensor_v2"),
            Py.global("torch.Tensor"),
            Py.tuple(
                Torch.view(torch.floats(1), 0, Py.tuple(1), Py.tuple(1)).arguments().toArray()),
            Py.dict("note", "x"));
    convert(torch.zip(Py.dict("a", tensor, "l", Py.list(tensor))), ConvertOptions.STANDARD);
    assertThat(topOf(sidecar()))
        .isEqualTo(
            "{'a':{'$id':1,'$value':{'$tensor':'a','dtype':'torch.float32','shape':[1],"
                + "'attributes':{'note':'x'}}},'l':[{'$ref':1}]}");
  }

  @Test
  void whatIsSharedIsWrittenOnce() throws Exception {
    Object shared = Py.list(1);
    assertThat(valueOf(Py.list(shared, shared, Py.dict("k", shared))))
        .isEqualTo("[{'$id':1,'$value':[1]},{'$ref':1},{'k':{'$ref':1}}]");
  }

  @Test
  void whatContainsItselfIsReferredTo() throws Exception {
    List<Object> cycle = Py.list();
    cycle.add(cycle);
    assertThat(valueOf(cycle)).isEqualTo("{'$id':1,'$value':[{'$ref':1}]}");
  }

  /** Nine times the one before, forty times. */
  @Test
  void aBillionLaughsAreAFewLines() throws Exception {
    Object laugh = Py.list(1);
    for (int i = 0; i < 40; i++) {
      laugh = Py.list(laugh, laugh, laugh, laugh, laugh, laugh, laugh, laugh, laugh);
    }
    valueOf(laugh);
    assertThat(Files.size(sidecar())).isLessThan(200_000);
  }

  @Test
  void aLongTextIsWrittenOnce() throws Exception {
    Object text = new Py.Raw("X\320\7\0\0" + "x".repeat(2000) + "r\u00ff\0\0\0");
    Object again = new Py.Raw("j\u00ff\0\0\0");
    assertThat(valueOf(Py.list(text, again, again)))
        .isEqualTo("[{'$id':1,'$value':'" + "x".repeat(2000) + "'},{'$ref':1},{'$ref':1}]");
  }

  @Test
  void anUnpairedSurrogateIsAnEscape() throws Exception {
    // U+D800 as CPython pickles it.
    assertThat(valueOf(new Py.Raw("X\3\0\0\0\u00ed\u00a0\u0080"))).isEqualTo("'\ud800'");
    assertThat(Files.readString(sidecar(), StandardCharsets.UTF_8)).contains("\\ud800");
  }

  @Test
  void longBytesAreWhole() throws Exception {
    byte[] bytes = new byte[200_001];
    new Random(1).nextBytes(bytes);
    JsonObject value = sidecarOf(bytes).getAsJsonObject("value").getAsJsonObject("v");
    assertThat(Base64.getDecoder().decode(value.get("$bytes").getAsString())).isEqualTo(bytes);
  }

  @Test
  void whatIsNestedTooDeepIsOverALimitAndNothingIsLeft() {
    Object deep = 1;
    for (int i = 0; i < 40; i++) {
      deep = Py.list(deep);
    }
    Torch torch = new Torch();
    byte[] checkpoint = torch.zip(Py.dict("w", torch.tensor(1), "v", deep));
    Limits limits = Limits.STANDARD.with(Limit.NESTING, 40);
    assertThatThrownBy(() ->
            convert(
                checkpoint,
                ConvertOptions.STANDARD.withRead(ReadOptions.STANDARD.withLimits(limits))))
        .isInstanceOf(LimitException.class)
        .hasMessageContaining("the sidecar would be nested deeper than 40");
    assertThat(temporary).isDirectoryNotContaining("glob:**/{out,.pt2st}*");
  }

  @Test
  void anExistingSidecarIsNotReplaced() throws Exception {
    Files.writeString(sidecar(), "{\"mine\": 1}");
    assertThatThrownBy(() -> valueOf(1)).isInstanceOf(FileAlreadyExistsException.class);
    assertThat(sidecar()).hasContent("{\"mine\": 1}");
    assertThat(output()).doesNotExist();
  }

  @Test
  void theSidecarIsNeitherInputNorOutput() throws Exception {
    Torch torch = new Torch();
    Path input = Files.write(temporary.resolve("in.pt"), torch.zip(Py.dict("w", torch.tensor(1))));
    for (Path same : List.of(input, output())) {
      assertThatThrownBy(() ->
              Converter.convert(
                  input,
                  output(),
                  ConvertOptions.STANDARD,
                  WriteOptions.STANDARD.withSidecar(same).withIfExists(IfExists.REPLACE),
                  ProgressListener.NONE))
          .isInstanceOf(FileSystemException.class);
    }
    assertThat(output()).doesNotExist();
  }
}
