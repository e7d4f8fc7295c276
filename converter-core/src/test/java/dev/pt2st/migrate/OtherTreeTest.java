package dev.pt2st.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.migrate.journal.Journal;
import dev.pt2st.migrate.unit.MigrateOptions;
import dev.pt2st.testing.Wrap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the files of a model store in a tree of the same shape elsewhere. */
class OtherTreeTest {
  @TempDir Path temporary;
  private Store store;

  @BeforeEach
  void makeStore() throws IOException {
    store = new Store(Files.createDirectory(temporary.resolve("store")));
    store.target = Files.createDirectory(temporary.resolve("out"));
  }

  @Test
  void aMirroredTreeHasTheSideFilesToo() throws IOException {
    store.model("a/pytorch_model.bin").file("a/config.json", "{}").file("README.md", "# x");
    store.file("a/optimizer.pt", Store.optimizer());
    store.target = Files.createDirectory(store.root.resolve("out"));
    assertThat(store.migrate())
        .containsOnly(
            Map.entry("README.md", "side file"),
            Map.entry("a/config.json", "side file"),
            Map.entry("a/optimizer.pt", "left alone: the state of an optimizer, not a model"),
            Map.entry("a/pytorch_model.bin", "converted"));
    assertThat(store.names()).containsExactly("README.md", "a/config.json", "a/model.safetensors");
    assertThat(store.root.resolve("a/model.safetensors")).doesNotExist();
    assertThat(store.target.resolve("a/config.json")).hasContent("{}");
    assertThat(store.migrate()).containsEntry("README.md", "already there");
  }

  @Test
  void aCopyIsMadeAnewWhereItsSourceHasChangedAndNobodyHasChangedIt() throws IOException {
    store.file("a.json", "{}").file("b.json", "{}");
    store.migrate();
    store.file("a.json", "{ }").file("b.json", "{ }");
    Files.writeString(store.target.resolve("b.json"), "mine");
    assertThat(store.migrate())
        .containsEntry("a.json", "side file")
        .hasEntrySatisfying("b.json", text -> assertThat(text).startsWith("failed: "));
    assertThat(store.target.resolve("a.json")).hasContent("{ }");
    assertThat(store.target.resolve("b.json")).hasContent("mine");
    assertThat(store.migrate()).containsEntry("a.json", "already there");
  }

  @Test
  void sideFilesMayBeLinkedOrLeft() throws IOException {
    store.model("x.pt").file("config.json", "{}");
    store.with(it -> it.sideFiles = MigrateOptions.SideFiles.NONE).migrate();
    assertThat(store.names()).containsExactly("x.safetensors");
    store.with(it -> it.sideFiles = MigrateOptions.SideFiles.LINK).migrate();
    assertThat(store.target.resolve("config.json")).isSymbolicLink().hasContent("{}");
    Files.delete(store.target.resolve("config.json"));
  }

  @Test
  void aTargetThatIsTheSourceUnderAnotherNameIsInPlace() throws IOException {
    store.model("x.pt").file("config.json", "{}");
    Path link = Files.createSymbolicLink(temporary.resolve("link"), store.root);
    for (Path target : List.of(link, store.root.resolve("."), store.root.resolve("../store"))) {
      store.target = target;
      assertThat(store.settings().inPlace()).isTrue();
    }
    store.target = link;
    assertThat(store.migrate()).containsExactly(Map.entry("x.pt", "converted"));
    store.target = store.root;
    assertThat(store.migrate()).containsExactly(Map.entry("x.pt", "already there"));
    assertThat(store.names()).containsExactly("config.json", "x.pt", "x.safetensors");
  }

  @Test
  void nothingOfTheOtherTreeIsMoreOpenThanItsSource() throws IOException {
    store.model("secret/in/x.pt").file("secret/in/token", "t");
    Files.setPosixFilePermissions(store.root, PosixFilePermissions.fromString("rwx------"));
    Path secret = store.root.resolve("secret");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rwxr-x---"));
    for (String name : List.of("in/x.pt", "in/token")) {
      Files.setPosixFilePermissions(
          secret.resolve(name), PosixFilePermissions.fromString("rw-------"));
    }
    FileTime time = FileTime.from(Instant.parse("2020-02-03T04:05:06Z"));
    Files.setLastModifiedTime(secret.resolve("in/token"), time);
    store.target = temporary.resolve("new");
    Migration.open(store.settings()).close();
    store.migrate();
    assertThat(mode("")).isEqualTo("rwx------");
    assertThat(mode("secret")).isEqualTo("rwxr-x---");
    assertThat(mode("secret/in/x.safetensors")).isEqualTo("rw-------");
    assertThat(mode("secret/in/token")).isEqualTo("rw-------");
    assertThat(Files.getLastModifiedTime(store.target.resolve("secret/in/token"))).isEqualTo(time);
  }

  private String mode(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(store.target.resolve(name)));
  }

  /** It may be all that is left of the checkpoint. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFileThatComesUpLaterDoesNotReplaceAnOutput(boolean removed) throws IOException {
    store.model("pytorch_model.bin").with(it -> it.removeOriginals = removed).migrate();
    Map<String, String> before = Store.content(store.target);
    store.file("model.safetensors", "another one");
    String stays =
        "left alone: what pytorch_model.bin was converted to has this name in the other tree and"
            + " is kept; remove it there to have this file instead";
    store.removeOriginals = false;
    assertThat(store.migrate()).containsEntry("model.safetensors", stays);
    store.sideFiles = MigrateOptions.SideFiles.LINK;
    assertThat(store.migrate()).containsEntry("model.safetensors", stays);
    assertThat(Store.content(store.target)).isEqualTo(before);
    store.sideFiles = MigrateOptions.SideFiles.COPY;
    Files.delete(store.target.resolve("model.safetensors"));
    assertThat(store.migrate()).containsEntry("model.safetensors", "side file");
  }

  @Test
  void aLinkThatComesUpLaterDoesNotReplaceTheLinkToAnOutput() throws IOException {
    store.model("blobs/1").link("x/pytorch_model.bin", "../blobs/1").migrate();
    store.file("blobs/2", "another one").link("x/model.safetensors", "../blobs/2");
    assertThat(store.migrate())
        .hasEntrySatisfying(
            "x/model.safetensors",
            text -> assertThat(text).startsWith("left alone: what blobs/1 was converted to has"));
  }

  @Test
  void aCopyThatIsThereAndHasNotChangedIsNotReadAgain() throws IOException {
    store.model("x.pt").file("config.json", "{}").file("a.zip", Wrap.zip(Map.of("a", new byte[9])));
    assertThat(store.migrate())
        .containsOnly(
            Map.entry("x.pt", "converted"),
            Map.entry("config.json", "side file"),
            Map.entry("a.zip", "side file"));
    assertThat(store.plan())
        .containsExactly(
            "KEEP SIDE_FILE config.json", "KEEP SIDE_FILE a.zip", "KEEP CHECKPOINT x.pt");
    store.given = List.of("--cast=fp16");
    assertThat(store.plan()).contains("KEEP SIDE_FILE config.json");
    long journal = Files.size(store.target.resolve(Journal.NAME));
    store.given = List.of();
    assertThat(store.migrate().values()).containsOnly("already there");
    assertThat(store.plannedBytes).isZero();
    assertThat(Files.readString(store.target.resolve(Journal.NAME)).substring((int) journal))
        .doesNotContain("config.json");
    Files.delete(store.target.resolve("config.json"));
    assertThat(store.migrate()).containsEntry("config.json", "side file");
  }

  /** Whatever becomes of them, and however often they are gone through. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theListenerHearsOfAllBytesThatAreWorkedOn(boolean inPlace) throws IOException {
    store.target = inPlace ? store.root : store.target;
    store.model("a.pt").model("b.pt").model("c.pt").file("bad.pt", new byte[] {'P', 'K', 3, 4});
    store.file("large.json", "[" + " ".repeat(1 << 20) + "]").link("l/a.pt", "../a.pt");
    store.file("optimizer.pt", Store.optimizer()).model("twice/m.bin").model("twice/m.pt");
    store.migrate();
    long all = 0;
    for (String name : List.of("a.pt", "b.pt", "c.pt", "bad.pt", "optimizer.pt")) {
      all += Files.size(store.root.resolve(name));
    }
    assertThat(store.plannedBytes)
        .isEqualTo(all + (inPlace ? 0 : (1 << 20) + 2))
        .isEqualTo(store.heardBytes.sum());
    Files.delete(store.target.resolve("b.safetensors"));
    Files.delete(store.target.resolve(Journal.NAME));
    store.migrate();
    assertThat(store.heardBytes.sum()).isEqualTo(store.plannedBytes);
    store.with(it -> it.removeOriginals = true).migrate();
    long compared = 3 * Files.size(store.target.resolve("a.safetensors"));
    assertThat(store.plannedBytes).isGreaterThan(compared).isEqualTo(store.heardBytes.sum());
  }

  @Test
  void aFolderIsNotLeftEmptyWhereAllIsRefused() throws IOException {
    String one = "m-00001-of-00002.bin";
    String two = "m-00002-of-00002.bin";
    store.file("a/b/" + one, Store.model("same", 1)).file("a/b/" + two, Store.model("same", 2));
    store.file("a/b/m.bin.index.json", Store.index("same", one, "other", two));
    store.file("c/bad.pt", new byte[] {'P', 'K', 3, 4}).model("d/x.pt");
    Files.createDirectory(store.target.resolve("mine"));
    store.with(it -> it.sideFiles = MigrateOptions.SideFiles.NONE).migrate();
    assertThat(store.names()).containsExactly("d/x.safetensors");
    assertThat(store.target.resolve("a")).doesNotExist();
    assertThat(store.target.resolve("c")).doesNotExist();
    assertThat(store.target.resolve("mine")).isDirectory();
  }
}
