package dev.pt2st.migrate.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.migrate.Store;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.Torch;
import dev.pt2st.testing.ZipBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An original goes only if all that it holds is in its output. */
class UnconvertedContentTest {
  private static final String STAYS =
      "x.pt: the original is not removed: the output does not hold ";
  private static final String WHAT_TO_DO =
      "; write that by a conversion of its own, or remove the original by hand";

  @TempDir Path temporary;
  private Store store;

  @BeforeEach
  void makeStore() throws IOException {
    store = new Store(Files.createDirectory(temporary.resolve("store")));
    store.removeOriginals = true;
  }

  private static byte[] saved(Function<Torch, @Nullable Object> top) {
    Torch torch = new Torch();
    return torch.zip(top.apply(torch));
  }

  private static Map<Object, @Nullable Object> state(Torch torch) {
    return Py.dict("w", torch.tensor(1, 2));
  }

  static List<Arguments> whole() {
    return List.of(
        Arguments.of("a state dict", saved(UnconvertedContentTest::state)),
        Arguments.of(
            "a state dict of torch",
            saved(torch ->
                new Py.Built(
                    Py.orderedDict("w", torch.tensor(1)),
                    Py.dict("_metadata", Py.orderedDict("", Py.dict("version", 1)))))),
        Arguments.of("its wrapper", saved(torch -> Py.dict("state_dict", state(torch)))),
        Arguments.of(
            "what is empty",
            saved(torch ->
                Py.dict(
                    "model",
                    state(torch),
                    "config",
                    Py.dict(),
                    "optimizer",
                    null,
                    "history",
                    Py.list(Py.tuple(), "")))),
        Arguments.of(
            "an archive of it alone", zipped("x.pt", saved(UnconvertedContentTest::state))));
  }

  private static byte[] zipped(Object... namesAndFiles) {
    ZipBuilder zip = new ZipBuilder();
    for (int i = 0; i < namesAndFiles.length; i += 2) {
      zip.stored((String) namesAndFiles[i], (byte[]) namesAndFiles[i + 1]);
    }
    return zip.build();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("whole")
  void anOriginalGoesIfItsOutputHoldsAll(String what, byte[] checkpoint) throws IOException {
    store.file("x.pt", checkpoint);
    assertThat(store.migrate()).as(what).containsOnly(Map.entry("x.pt", "converted"));
    assertThat(store.stays).isEmpty();
    assertThat(store.names()).containsExactly("x.safetensors");
  }

  static List<Arguments> parts() {
    byte[] text = "{}".getBytes(StandardCharsets.UTF_8);
    return List.of(
        part(
            "ema_model (1 tensor, 4 B)",
            torch -> Py.dict("model", state(torch), "ema_model", Py.dict("w", torch.tensor(3)))),
        part(
            "ema (1 tensor, 4 B), optimizer (1 tensor, 4 B)",
            torch ->
                Py.dict(
                    "state_dict",
                    state(torch),
                    "ema",
                    Py.dict("w", torch.tensor(3)),
                    "optimizer",
                    Py.dict("m", torch.tensor(4)))),
        part("config.lr", torch -> Py.dict("model", state(torch), "config", Py.dict("lr", 0.1))),
        part("vocab.0", torch -> Py.dict("model", state(torch), "vocab", Py.list("a"))),
        part("epoch", torch -> Py.dict("model", state(torch), "epoch", 0)),
        part("a.scale", torch -> Py.dict("a", Py.dict("w", torch.tensor(1), "scale", 2))),
        part(
            "args",
            torch -> Py.dict("model", state(torch), "args", Py.object("argparse.Namespace", null))),
        part(
            "version",
            torch -> new Py.Built(Py.orderedDict("w", torch.tensor(1)), Py.dict("version", 3))),
        Arguments.of(
            "the other files of the archive",
            zipped("x.pt", saved(UnconvertedContentTest::state), "config.json", text)),
        Arguments.of(
            "the record archive/extra/config.json",
            zipOf().stored("archive/extra/config.json", text).build()));
  }

  private static ZipBuilder zipOf() {
    Torch torch = new Torch();
    return torch.zipOf(state(torch));
  }

  private static Arguments part(String what, Function<Torch, @Nullable Object> top) {
    return Arguments.of(what, saved(top));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("parts")
  void anOriginalStaysIfItsOutputDoesNotHoldAPartOfIt(String part, byte[] checkpoint)
      throws IOException {
    store.file("x.pt", checkpoint);
    assertThat(store.migrate()).containsOnly(Map.entry("x.pt", "converted"));
    assertThat(store.stays).containsExactly(STAYS + part + WHAT_TO_DO);
    assertThat(store.root.resolve("x.pt")).hasBinaryContent(checkpoint);
    store.stays.clear();
    assertThat(store.migrate()).containsOnly(Map.entry("x.pt", "already there"));
    assertThat(store.stays).containsExactly(STAYS + part + WHAT_TO_DO);
    assertThat(store.root.resolve("x.pt")).hasBinaryContent(checkpoint);
  }

  @ParameterizedTest
  @ValueSource(strings = {"torchscript.pt", "torchscript_modeljson.pt", "export.pt2"})
  void aProgramKeepsItsOriginal(String sample) throws IOException {
    store.file("x.pt", Files.readAllBytes(Path.of("../samples/checkpoints", sample)));
    assertThat(store.migrate()).containsOnly(Map.entry("x.pt", "converted"));
    assertThat(store.stays).singleElement().asString().contains("the program");
    assertThat(store.names()).containsExactly("x.pt", "x.safetensors");
  }

  @Test
  void aModelStaysWholeForTheSakeOfOneShard() throws IOException {
    String one = "m-00001-of-00002.bin";
    String two = "m-00002-of-00002.bin";
    store.file(one, Store.model("a", 1));
    store.file(
        two, saved(torch -> Py.dict("state_dict", Py.dict("b", torch.tensor(1)), "step", 7)));
    store.file("m.bin.index.json", Store.index("a", one, "b", two)).migrate();
    assertThat(store.stays)
        .containsExactly(
            "m.bin.index.json: the original is not removed: "
                + two
                + ": the output does not hold step"
                + WHAT_TO_DO);
    assertThat(store.names()).contains(one, two, "m.bin.index.json");
  }

  @Test
  void theLinksToAnOriginalThatStaysStayToo() throws IOException {
    store.file("blobs/x.pt", saved(torch -> Py.dict("model", state(torch), "epoch", 3)));
    store.link("snapshot/x.pt", "../blobs/x.pt").migrate();
    assertThat(store.names())
        .containsExactly(
            "blobs/x.pt", "blobs/x.safetensors", "snapshot/x.pt", "snapshot/x.safetensors");
    assertThat(store.stays).hasSize(1);
  }

  @Test
  void whatIsLeftOutWithoutTensorsIsSaid() throws IOException {
    store.file(
        "x.pt",
        saved(torch ->
            Py.dict(
                "state_dict",
                state(torch),
                "config",
                Py.dict("lr", 0.1),
                "vocab",
                Py.list("a"),
                "epoch",
                3)));
    store.removeOriginals = false;
    assertThat(store.results().getFirst().notes())
        .containsExactly("left out, without tensors: config, vocab, epoch");
  }
}
