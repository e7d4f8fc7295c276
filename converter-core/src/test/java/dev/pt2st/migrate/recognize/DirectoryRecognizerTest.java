package dev.pt2st.migrate.recognize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.migrate.Store;
import dev.pt2st.migrate.content.FileKind;
import dev.pt2st.migrate.journal.Journal;
import dev.pt2st.migrate.journal.RunHistory;
import dev.pt2st.migrate.recognize.EntryFact.LinkDefect;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.Selection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What there is, and not what becomes of it. */
class DirectoryRecognizerTest {
  @TempDir Path temporary;
  private Store store;

  @BeforeEach
  void makeStore() throws IOException {
    store = new Store(Files.createDirectory(temporary.resolve("store")));
  }

  private List<EntryFact> facts(String directory) throws IOException {
    List<EntryFact> facts = new ArrayList<>();
    MigrationSettings settings = store.settings();
    try (Journal journal = Journal.read(settings);
        DirectoryRecognizer recognizer =
            new DirectoryRecognizer(
                settings, store.selection, new RunHistory(settings, journal), path -> {});
        DirectoryFacts found = recognizer.recognize(directory)) {
      if (found instanceof DirectoryFacts.Entries entries) {
        var each = entries.each();
        for (EntryFact fact = each.get(); fact != null; fact = each.get()) {
          facts.add(fact);
        }
      } else {
        assertThat(found).isEqualTo(new DirectoryFacts.TargetTree(directory));
      }
    }
    return facts;
  }

  @Test
  void eachEntryGivesAFactInTheOrderOfNames() throws IOException {
    store.model("a.pt").file("b.txt", "text").file("c.pt", "").model("d/x.pt");
    store.file("e.bin.index.json", Store.index("w", "s.bin")).file("f.bin.index.json", "[]");
    store.link("g", "a.pt").link("h", "b.txt").link("i", "d").link("j", "none").link("k", "/");
    assertThat(facts(""))
        .satisfiesExactly(
            a -> assertThat(kind(a)).isEqualTo(new FileKind.Checkpoint(false)),
            b -> assertThat(kind(b)).isEqualTo(new FileKind.Other()),
            c -> assertThat(kind(c)).isEqualTo(new FileKind.StandIn("the file is empty")),
            d -> assertThat(d).isEqualTo(new EntryFact.Subdirectory("d")),
            e -> assertThat(((EntryFact.Index) e).shards()).isEqualTo(Set.of("s.bin")),
            f -> assertThat(((EntryFact.BrokenIndex) f).refused()).isFalse(),
            g -> assertThat(((EntryFact.LinkToFile) g).checkpoint()).isTrue(),
            h -> assertThat(((EntryFact.LinkToFile) h).checkpoint()).isFalse(),
            i -> assertThat(((EntryFact.LinkToDirectory) i).item().leadsTo()).isEqualTo("d"),
            j -> assertThat(defect(j)).isEqualTo(LinkDefect.LEADS_NOWHERE),
            k -> assertThat(defect(k)).isEqualTo(LinkDefect.LEADS_OUT));
    assertThat(facts("d")).extracting(EntryFact::source).containsExactly("d/x.pt");
    Store.removeLinks(store.root);
  }

  private static FileKind kind(EntryFact fact) {
    return ((EntryFact.File) fact).kind();
  }

  private static LinkDefect defect(EntryFact fact) {
    return ((EntryFact.BrokenLink) fact).defect();
  }

  @Test
  void whatIsExcludedIsNotLookedAtButForItsLinks() throws IOException {
    store.model("a.pt").link("out/in/link.pt", "../../a.pt").file("x.txt", "12345");
    store.selection = Selection.of(List.of(), List.of("out", "x.txt"));
    assertThat(facts(""))
        .extracting(Object::getClass)
        .containsExactly(EntryFact.File.class, EntryFact.Excluded.class, EntryFact.Excluded.class);
    store.removeOriginals = true;
    assertThat(facts(""))
        .contains(
            new EntryFact.HiddenLink("out/in/link.pt", "a.pt", true),
            new EntryFact.Excluded("x.txt", 5));
  }

  @Test
  void filesThatABrokenIndexNamesAreKnownWhereverTheyAre() throws IOException {
    store.model("blobs/s").link("m/s.bin", "../blobs/s");
    store.file("m/i.bin.index.json", Store.index("w", "../blobs/s", "v", "s.bin", "u", "gone"));
    assertThat(facts("m"))
        .contains(
            new EntryFact.NamedByBrokenIndex("blobs/s", "m/i.bin.index.json"),
            new EntryFact.NamedByBrokenIndex("m/s.bin", "m/i.bin.index.json"))
        .filteredOn(EntryFact.BrokenIndex.class::isInstance)
        .singleElement()
        .satisfies(
            fact -> assertThat(((EntryFact.BrokenIndex) fact).refused()).isTrue(),
            fact -> assertThat(((EntryFact.BrokenIndex) fact).namesAll()).isTrue());
  }

  @Test
  void theTreeThatIsWrittenToIsKnownAsAWhole() throws IOException {
    store.model("out/x.pt");
    store.target = store.root.resolve("out");
    assertThat(facts("out")).isEmpty();
  }
}
