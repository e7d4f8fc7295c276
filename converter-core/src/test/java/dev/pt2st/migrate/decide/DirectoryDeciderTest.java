package dev.pt2st.migrate.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.migrate.recognize.DirectoryFacts;
import dev.pt2st.migrate.recognize.EntryFact;
import dev.pt2st.migrate.unit.MigrateOptions.SideFiles;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.Selection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The facts about a directory in, decisions out, in their order. */
class DirectoryDeciderTest {
  private static final String ONE = "m-00001-of-00002.bin";
  private static final String TWO = "m-00002-of-00002.bin";
  private static final String INDEX = "m.bin.index.json";

  private final Facts.Look look = new Facts.Look();
  private MigrationSettings settings = Facts.inPlace(false);
  private Selection selection = Selection.ALL;

  private List<String> decide(EntryFact... facts) throws IOException {
    try (DirectoryFacts.Entries entries = new DirectoryFacts.Entries("")) {
      for (EntryFact fact : facts) {
        entries.add(fact);
      }
      return decide(entries);
    }
  }

  private List<String> decide(DirectoryFacts facts) throws IOException {
    List<String> lines = new ArrayList<>();
    new DirectoryDecider(settings, selection, look)
        .decide(facts, decision -> lines.add(Facts.line(decision)));
    return lines;
  }

  @Test
  void nothingOfTheTargetTreeIsASource() throws IOException {
    assertThat(decide(new DirectoryFacts.TargetTree("out"))).isEmpty();
  }

  @Test
  void checkpointsComeBehindWhatDependsOnNoOthers() throws IOException {
    settings = Facts.otherTree(SideFiles.COPY);
    look.putBeside.add("c.txt");
    assertThat(
            decide(
                Facts.checkpoint("a.pt"),
                Facts.other("b.txt"),
                Facts.other("c.txt"),
                new EntryFact.Subdirectory("d"),
                new EntryFact.LinkToFile(Facts.link("e.pt", "d/x"), true)))
        .containsExactly(
            "OTHER 10",
            "PUT_BESIDE SIDE_FILE b.txt",
            "OTHER 10",
            "KEEP SIDE_FILE c.txt",
            "DESCEND d",
            "CONVERT CHECKPOINT a.pt",
            "CONVERT LINK e.pt");
  }

  @Test
  void twoThatWantOneNameAreBothRefusedUnlessOneIsAnArchiveOfNoModel() throws IOException {
    EntryFact[] facts = {Facts.checkpoint("x.pt"), Facts.archive("x.zip")};
    assertThat(decide(facts))
        .satisfiesExactly(
            one -> assertThat(one).startsWith("REFUSE CHECKPOINT x.pt: x.pt and x.zip would"),
            two -> assertThat(two).startsWith("REFUSE CHECKPOINT x.zip: x.zip and x.pt would"));
    look.withoutTensors.add("x.zip");
    assertThat(decide(facts)).containsExactly("OTHER 10", "CONVERT CHECKPOINT x.pt");
  }

  @Test
  void shardsGoWithTheirIndex() throws IOException {
    assertThat(
            decide(
                Facts.checkpoint(ONE),
                Facts.checkpoint(TWO),
                Facts.index(INDEX, ONE, TWO),
                Facts.checkpoint("z.bin")))
        .containsExactly("CONVERT CHECKPOINT z.bin", "CONVERT MODEL " + INDEX);
  }

  @Test
  void shardsWithoutAnIndexAreAModel() throws IOException {
    assertThat(decide(Facts.checkpoint(ONE), Facts.checkpoint(TWO)))
        .containsExactly("CONVERT MODEL " + ONE);
    assertThat(decide(Facts.checkpoint(ONE)))
        .containsExactly(
            "REFUSE MODEL " + ONE + ": the shard " + TWO + " of the same model is" + " not there");
    look.beingRemoved = true;
    assertThat(decide(Facts.checkpoint(ONE))).containsExactly("CONVERT CHECKPOINT " + ONE);
  }

  @Test
  void aShardThatIsThereAndNoCheckpointIsSaid() throws IOException {
    look.there.add(TWO);
    assertThat(decide(Facts.checkpoint(ONE), Facts.other(TWO), Facts.index(INDEX, ONE, TWO)))
        .containsExactly(
            "OTHER 10",
            "REFUSE MODEL "
                + INDEX
                + ": the file "
                + TWO
                + " that the index names is not a checkpoint");
  }

  @Test
  void whatABrokenIndexMayNameIsNoModelOfItsOwn() throws IOException {
    EntryFact broken =
        new EntryFact.BrokenIndex(Facts.item(INDEX), false, "it is cut", Set.of(ONE), false);
    assertThat(decide(Facts.checkpoint(ONE), broken, Facts.checkpoint("z.bin")))
        .containsExactly(
            "LEAVE_ALONE CHECKPOINT z.bin: "
                + INDEX
                + " may name it, and cannot be read; repair it or, if this is not a shard of it,"
                + " leave it out",
            "FAIL MODEL " + INDEX + ": it is cut");
  }

  @Test
  void aLinkedModelThatIsRefusedProtectsWhatItLeadsTo() throws IOException {
    assertThat(
            decide(
                new EntryFact.LinkToFile(Facts.link(ONE, "blobs/1"), true),
                Facts.index(INDEX, ONE, TWO)))
        .containsExactly(
            "REFUSE LINKED_MODEL "
                + INDEX
                + ": the file "
                + TWO
                + " that the index names is not there",
            "PROTECT blobs/1 by " + INDEX);
  }

  @Test
  void anIndexOfNothingButPassedOverShardsIsPassedOverToo() throws IOException {
    selection = Selection.of(List.of("*.pt"), List.of());
    EntryFact linked = new EntryFact.Index(Facts.link(INDEX, "blobs/i"), Set.of(ONE), false);
    assertThat(decide(linked)).containsExactly("PASSED OVER 10");
    settings = Facts.inPlace(true);
    look.there.add("blobs/i");
    assertThat(decide(linked))
        .containsExactly(
            "PASSED OVER 10",
            "LEAVE " + INDEX + " to blobs/i: an exclude pattern matches that link");
  }

  /** More than are held in memory: the facts are read again from a file. */
  @Test
  void aDirectoryMayHaveAnyNumberOfEntries() throws IOException {
    List<EntryFact> facts = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      facts.add(i % 2 == 0 ? Facts.checkpoint("m" + i + ".pt") : Facts.other("c" + i + "\n\r"));
    }
    facts.add(Facts.checkpoint("m4998.bin"));
    List<String> lines = decide(facts.toArray(EntryFact[]::new));
    assertThat(lines).hasSize(5001);
    assertThat(lines.subList(0, 2500)).containsOnly("OTHER 10");
    assertThat(lines).filteredOn(line -> line.startsWith("REFUSE")).hasSize(2);
  }
}
