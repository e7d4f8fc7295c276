package dev.pt2st.migrate.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.pt2st.migrate.Store;
import dev.pt2st.migrate.decide.Decision;
import dev.pt2st.migrate.journal.TargetDirectories;
import dev.pt2st.migrate.plan.StoredPlan;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.Selection;
import dev.pt2st.safetensors.SafetensorsModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which originals go, and which stay for the sake of links to them. */
class RemovalTest {
  private static final String INDEX = "m.bin.index.json";
  private static final String ONE = "m-00001-of-00002.bin";
  private static final String TWO = "m-00002-of-00002.bin";

  @TempDir Path temporary;
  private Store store;

  @BeforeEach
  void makeStore() throws IOException {
    store = new Store(Files.createDirectory(temporary.resolve("store")));
  }

  @AfterEach
  void removeLinks() throws IOException {
    Store.removeLinks(temporary);
  }

  @Test
  void theOriginalsGoOnlyWhereTheyAreAskedTo() throws IOException {
    store.model("a/x.pt").file("optimizer.pt", Store.optimizer()).file("bad.pt", new byte[0]);
    store.with(it -> it.removeOriginals = true).migrate();
    assertThat(store.names()).containsExactly("a/x.safetensors", "bad.pt", "optimizer.pt");
    assertThatThrownBy(() -> store.with(it -> it.verify = false).settings())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anOriginalThatWasConvertedWithoutAComparisonIsComparedBeforeItGoes() throws IOException {
    store.model("x.pt").with(it -> it.verify = false).migrate();
    byte[] output = Files.readAllBytes(store.root.resolve("x.safetensors"));
    output[output.length - 1] ^= 1;
    Files.write(store.root.resolve("x.safetensors"), output);
    store.verify = true;
    store.removeOriginals = true;
    assertThat(store.migrate().get("x.pt")).isEqualTo("converted");
    try (SafetensorsModel model = SafetensorsModel.open(store.root.resolve("x.safetensors"))) {
      assertThat(model.tensors()).hasSize(1);
    } catch (dev.pt2st.CheckpointException e) {
      throw new AssertionError(e);
    }
    assertThat(store.names()).containsExactly("x.safetensors");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anOutputThatWasDamagedSinceAnEarlierRunDoesNotCostTheOriginal(boolean zeros)
      throws IOException {
    store.model("x.pt").with(it -> it.durable = true).migrate();
    Path output = store.root.resolve("x.safetensors");
    byte[] good = Files.readAllBytes(output);
    byte[] damaged = zeros ? new byte[good.length] : good.clone();
    damaged[good.length - 1] ^= 1;
    Files.write(output, damaged);
    store.with(it -> it.removeOriginals = true);
    assertThat(store.migrate()).containsOnly(Map.entry("x.pt", "converted"));
    assertThat(output).hasBinaryContent(good);
    assertThat(store.names()).containsExactly("x.safetensors");
  }

  @Test
  void theOriginalsOfAnEarlierRunGoOnceTheyAreComparedAgain() throws IOException {
    store.model("x.pt").with(it -> it.durable = true).migrate();
    store.with(it -> it.removeOriginals = true);
    assertThat(store.migrate()).containsOnly(Map.entry("x.pt", "already there"));
    assertThat(store.names()).containsExactly("x.safetensors");
  }

  /** A model in shards, and links to it from another folder. */
  private void linkedModel() {
    store.file("v1/" + ONE, Store.model("a", 1)).file("v1/" + TWO, Store.model("b", 2));
    store.file("v1/" + INDEX, Store.index("a", ONE, "b", TWO));
    for (String name : List.of(INDEX, ONE, TWO)) {
      store.link("latest/" + name, "../v1/" + name);
    }
  }

  /** In the order in which a run removes them, up to where it was killed. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void aRunThatWasKilledWhileItRemovedIsBroughtToItsEnd(int removed) throws IOException {
    linkedModel();
    store.with(it -> it.durable = true).migrate();
    Map<String, String> outputs = Store.content(store.root);
    outputs.keySet().removeIf(name -> name.contains(".bin"));
    List<String> order =
        List.of("v1/" + INDEX, "v1/" + TWO, "v1/" + ONE, "latest/" + INDEX, "latest/" + ONE);
    for (String name : order.subList(0, removed)) {
      Files.delete(store.root.resolve(name));
    }
    assertThat(store.migrate().values()).containsOnly("already there");
    store.removeOriginals = true;
    assertThat(store.migrate().values()).containsOnly("already there");
    assertThat(Store.content(store.root)).isEqualTo(outputs);
    assertThat(store.stays).isEmpty();
  }

  @Test
  void theLinksToAModelWhoseOriginalsAreGoneGetTheirSiblings() throws IOException {
    linkedModel();
    store.with(it -> it.durable = true).migrate();
    Map<String, String> whole = Store.content(store.root);
    for (String name : List.of("v1/" + INDEX, "v1/" + TWO, "v1/" + ONE)) {
      Files.delete(store.root.resolve(name));
      whole.remove(name);
    }
    for (String name : List.of("m.safetensors.index.json", "m-00002-of-00002.safetensors")) {
      Files.delete(store.root.resolve("latest/" + name));
    }
    assertThat(store.migrate()).containsOnly(Map.entry("latest/" + INDEX, "linked"));
    assertThat(Store.content(store.root)).isEqualTo(whole);
  }

  @Test
  void aLinkToALinkToAnOriginalThatIsGoneGetsASibling() throws IOException {
    store.model("blobs/x.pt").link("a/x.pt", "../blobs/x.pt").link("b/x.pt", "../a/x.pt").migrate();
    Files.delete(store.root.resolve("blobs/x.pt"));
    Files.delete(store.root.resolve("b/x.safetensors"));
    assertThat(store.migrate()).containsEntry("b/x.pt", "linked");
    assertThat(store.root.resolve("b/x.safetensors")).isRegularFile();
  }

  @ParameterizedTest
  @ValueSource(strings = {"old/x.bin", "old", "old/*"})
  void anOriginalStaysWhereALinkThatIsPassedOverLeadsToIt(String exclude) throws IOException {
    store.model("v1/x.bin").model("v1/y.bin").link("old/x.bin", "../v1/x.bin");
    store.selection = Selection.of(List.of(), List.of(exclude));
    store.with(it -> it.removeOriginals = true).migrate();
    assertThat(store.names())
        .containsExactly("old/x.bin", "v1/x.bin", "v1/x.safetensors", "v1/y.safetensors");
    assertThat(store.stays)
        .containsExactly(
            "v1/x.bin: the original is not removed: old/x.bin leads to it, and an exclude"
                + " pattern matches that link");
  }

  @Test
  void aModelStaysWhereALinkOfAnotherKindLeadsToIt() throws IOException {
    linkedModel();
    store.link("names.json", "v1/" + INDEX);
    store.with(it -> it.removeOriginals = true).migrate();
    assertThat(store.root.resolve("names.json")).isRegularFile();
    assertThat(store.root.resolve("v1/" + ONE)).isRegularFile();
    assertThat(store.stays)
        .containsExactly(
            "v1/m.bin.index.json: the original is not removed: names.json leads to it, and that"
                + " link is left alone");
  }

  /** After it was compared, and while it waits for the link to it. */
  @ParameterizedTest
  @ValueSource(strings = {"gone", "shorter", "a link", "another of the same size"})
  void anOriginalStaysIfItsOutputIsAnotherFileBeforeItGoes(String change) throws IOException {
    store.model("blobs/x.pt").link("z/x.pt", "../blobs/x.pt");
    store.with(it -> it.removeOriginals = true);
    Path output = store.root.resolve("blobs/x.safetensors");
    store.onResult =
        result -> {
          if (result.unit().kind() == MigrationUnit.Kind.CHECKPOINT) {
            change(output, change);
          }
        };
    store.migrate();
    assertThat(store.root.resolve("blobs/x.pt")).isRegularFile();
    assertThat(store.stays)
        .singleElement()
        .asString()
        .startsWith("blobs/x.pt: the original is not ");
  }

  private void change(Path output, String change) {
    try {
      byte[] content = Files.readAllBytes(output);
      Files.delete(output);
      switch (change) {
        case "shorter" -> Files.write(output, new byte[3]);
        case "another of the same size" -> Files.write(output, content);
        case "a link" -> {
          Files.write(temporary.resolve("elsewhere"), content);
          Files.createSymbolicLink(output, temporary.resolve("elsewhere"));
        }
        default -> {
          // Nothing is there now.
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void allDirectoriesAboveANewTreeAreNewUpToTheFirstThatIsThere() {
    Path there = store.root;
    Path tree = there.resolve("new/deep/out");
    assertThat(TargetDirectories.changedByMaking(tree))
        .containsExactly(there.resolve("new/deep"), there.resolve("new"), there);
    assertThat(TargetDirectories.changedByMaking(there)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noOriginalGoesWhereAFolderCannotBeLookedThroughForLinks(boolean excluded)
      throws IOException {
    store.model("x.pt").link("closed/x.pt", "../x.pt");
    if (excluded) {
      store.selection = Selection.of(List.of(), List.of("closed"));
    }
    Path closed = store.root.resolve("closed");
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
    try {
      assumeThat(Files.isReadable(closed)).isFalse();
      store.with(it -> it.removeOriginals = true).migrate();
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
    assertThat(store.root.resolve("x.pt")).isRegularFile();
    assertThat(store.stays)
        .containsExactly(
            "x.pt: the original is not removed: a link in closed, which cannot be read, may lead"
                + " to it");
  }

  /** Whoever may read everything, as in many containers, has no such folder. */
  @Test
  void noOriginalGoesWhereAFolderIsKnownNotToBeLookedThrough() throws IOException {
    store.model("x.pt").onPlan = plan -> addUnknownLinks((StoredPlan) plan);
    store.with(it -> it.removeOriginals = true).migrate();
    assertThat(store.names()).containsExactly("x.pt", "x.safetensors");
    assertThat(store.stays)
        .singleElement()
        .asString()
        .contains("a link in closed, which cannot be read");
  }

  private static void addUnknownLinks(StoredPlan plan) {
    try {
      plan.take(new Decision.LinksUnknown("closed"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
