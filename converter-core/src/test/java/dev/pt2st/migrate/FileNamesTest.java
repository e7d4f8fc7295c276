package dev.pt2st.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.migrate.unit.Selection;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.migrate.unit.UnitResult.Verdict;
import dev.pt2st.text.Glob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever files are called, each is told from the others, and so is its output. */
class FileNamesTest {
  @TempDir Path temporary;
  private Store store;

  @BeforeEach
  void makeStore() throws IOException {
    store = new Store(Files.createDirectory(temporary.resolve("store")));
  }

  @Test
  void twoSourcesWithOneTargetAreBothRefused() throws IOException {
    store.model("a/model.bin").model("a/pytorch_model.bin").model("b/pytorch_model.bin");
    String why = " would both be a/model.safetensors; rename one, or leave it out";
    assertThat(store.migrate())
        .containsOnly(
            Map.entry("a/model.bin", "refused: a/model.bin and a/pytorch_model.bin" + why),
            Map.entry("a/pytorch_model.bin", "refused: a/pytorch_model.bin and a/model.bin" + why),
            Map.entry("b/pytorch_model.bin", "converted"));
  }

  @Test
  void aNameThatIsTooLongForItsOutputIsSaidAtOnce() throws IOException {
    String name = "n".repeat(245);
    store.model(name + ".pt").model("in/" + name + ".pt");
    assertThat(store.plan())
        .containsExactly("FAIL CHECKPOINT " + name + ".pt", "FAIL CHECKPOINT in/" + name + ".pt");
    store.target = Files.createDirectory(temporary.resolve("out"));
    assertThat(store.plan())
        .containsExactly("FAIL CHECKPOINT " + name + ".pt", "FAIL CHECKPOINT in/" + name + ".pt");
    assertThat(store.migrate().get(name + ".pt"))
        .startsWith("failed: its output cannot be named " + name + ".safetensors: ")
        .endsWith("; give the checkpoint a shorter name");
  }

  @Test
  void patternsChooseByTheWholeName() throws IOException {
    store.model("a/x.pt").model("a/y.pt").model("b/x.pt");
    store.selection = Selection.of(List.of("*x.pt"), List.of("b/*"));
    assertThat(store.migrate()).containsExactly(Map.entry("a/x.pt", "converted"));
    assertThat(new Glob("*x.pt").matches("a/x.pt")).isTrue();
  }

  @Test
  void namesMayHaveAnyCharacter() throws IOException {
    store.model("a\nb/new\nline \"quote\" é 漢字 \\n.pt");
    assertThat(store.migrate().values()).containsExactly("converted");
    assertThat(store.names()).contains("a\nb/new\nline \"quote\" é 漢字 \\n.safetensors");
    assertThat(store.plan())
        .containsExactly("KEEP CHECKPOINT a\nb/new\nline \"quote\" é 漢字 \\n.pt");
  }

  /** More directories than are held in memory: the others' names are read again from a file. */
  @Test
  void directoriesMayHaveAnyNameHoweverManyThereAre() throws IOException {
    for (int i = 0; i < 1100; i++) {
      Files.createDirectory(store.root.resolve("d" + i));
    }
    store.model("x\ry\nz\tw\\n/m.pt");
    assertThat(store.plan()).containsExactly("CONVERT CHECKPOINT x\ry\nz\tw\\n/m.pt");
  }

  /** {@code b'm\xff.pt'} and the like: Java's text for both has U+FFFD. */
  private static Path nameOfBytes(Path folder, String name) {
    return Path.of(java.net.URI.create(folder.toUri() + name));
  }

  @Test
  void namesThatAreNotUtf8AndReadAlikeAreRefusedEach() throws IOException {
    List<Path> sources =
        List.of(
            nameOfBytes(store.root, "m%FF.pt"),
            nameOfBytes(store.root, "m%FE.pt"),
            nameOfBytes(store.root, "d%FF"),
            nameOfBytes(store.root, "d%FE"));
    Files.write(sources.get(0), Store.model("w", 1));
    Files.write(sources.get(1), Store.model("w", 2));
    for (Path folder : sources.subList(2, 4)) {
      Files.createDirectory(folder);
      Files.write(folder.resolve("x.pt"), Store.model("w", 3));
    }
    Files.write(nameOfBytes(store.root, "alone%FF.pt"), Store.model("w", 4));
    Files.createSymbolicLink(store.root.resolve("link.pt"), sources.get(1).getFileName());
    store.removeOriginals = true;
    List<UnitResult> results = store.results();
    assertThat(results)
        .filteredOn(result -> result.verdict() == Verdict.REFUSED)
        .extracting(UnitResult::reason)
        .satisfiesExactlyInAnyOrder(
            reason -> assertThat(reason).startsWith("its name, d%FE in").endsWith("; rename it"),
            reason -> assertThat(reason).startsWith("its name, d%FF in"),
            reason -> assertThat(reason).startsWith("its name, m%FE.pt in"),
            reason -> assertThat(reason).startsWith("its name, m%FF.pt in"),
            reason -> assertThat(reason).startsWith("the name of its target reads"));
    assertThat(results)
        .filteredOn(result -> result.verdict() != Verdict.REFUSED)
        .extracting(result -> result.unit().name() + " " + result.verdict())
        .containsExactly("alone\ufffd.pt CONVERTED");
    assertThat(sources).allMatch(Files::exists);
    assertThat(nameOfBytes(store.root, "alone%FF.pt")).doesNotExist();
    assertThat(store.names()).noneMatch(name -> name.startsWith("m") && name.contains("safe"));
  }

  @Test
  void aTextLeadsToNoneOfTwoNames() throws IOException {
    Files.createFile(nameOfBytes(store.root, "m%FF"));
    assertThat(new PathTree(store.root).path("m\ufffd")).exists();
    Files.createFile(nameOfBytes(store.root, "m%EF%BF%BD"));
    assertThatThrownBy(() -> new PathTree(store.root).path("m\ufffd"))
        .hasMessageContainingAll("m%FF", "m%EF%BF%BD", "rename one");
  }
}
