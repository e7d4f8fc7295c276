package dev.pt2st.migrate.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.checkpoint.sharded.folder.FolderKind;
import dev.pt2st.migrate.content.FileKind;
import dev.pt2st.migrate.decide.EntryDecider.Outcome;
import dev.pt2st.migrate.recognize.EntryFact;
import dev.pt2st.migrate.recognize.EntryFact.LinkDefect;
import dev.pt2st.migrate.unit.MigrateOptions.SideFiles;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.Selection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A fact in, decisions out. */
class EntryDeciderTest {
  private static final Selection PT_ONLY = Selection.of(List.of("*.pt"), List.of());

  private static List<String> decide(EntryFact fact, MigrationSettings settings) {
    return switch (new EntryDecider(settings, PT_ONLY).decide(fact)) {
      case Outcome.Candidate(var item, boolean wrapped) ->
          List.of("CANDIDATE " + item.target() + (wrapped ? " wrapped" : ""));
      case Outcome.Model(ShardedModel model) ->
          List.of("MODEL " + model.index().target() + " of " + model.shards());
      case Outcome.BrokenModel(ShardedModel model, boolean namesAll) ->
          List.of("BROKEN MODEL " + model.index().target() + (namesAll ? " names all" : ""));
      case Outcome.Settled(List<Decision> decisions) ->
          decisions.stream().map(Facts::line).toList();
    };
  }

  static Stream<Arguments> inPlace() {
    return Stream.of(
        row(Facts.checkpoint("d/pytorch_model.pt"), "CANDIDATE d/model.safetensors"),
        row(Facts.archive("x.pt.gz.pt"), "CANDIDATE x.pt.gz.safetensors wrapped"),
        row(Facts.checkpoint("x.bin"), "PASSED OVER 10"),
        row(Facts.other("x.txt"), "OTHER 10"),
        row(
            new EntryFact.File(Facts.item("x"), new FileKind.StandIn("a pointer")),
            "LEAVE_ALONE CHECKPOINT x: a pointer"),
        row(new EntryFact.Subdirectory("d"), "DESCEND d"),
        row(
            new EntryFact.Folder(Facts.item("x.pt"), FolderKind.META, ""),
            "REFUSE FOLDER x.pt: it is " + FolderKind.META.shown() + "; " + FolderKind.META.tool()),
        row(
            new EntryFact.Folder(Facts.item("x.pt"), FolderKind.ZERO, "another is meant"),
            "LEAVE_ALONE FOLDER x.pt: another is meant"),
        row(new EntryFact.Folder(Facts.item("x.bin"), FolderKind.DCP, ""), "PASSED OVER 10"),
        row(new EntryFact.LinkToFile(Facts.link("d/x.pt", "b"), true), "CANDIDATE d/x.safetensors"),
        row(
            new EntryFact.LinkToFile(Facts.link("d/x.txt", "b"), false),
            "OTHER 0",
            "LEAVE d/x.txt to b: that link is left alone"),
        row(new EntryFact.LinkToDirectory(Facts.link("d", "e")), "OTHER 10"),
        row(new EntryFact.LinkToRemoved(Facts.link("x.pt", "b")), "CANDIDATE x.safetensors"),
        row(
            new EntryFact.LinkToUnreadable("x", "b", "access is denied"),
            "FAIL UNREADABLE x: access is denied",
            "LEAVE x to b: that link is left alone"),
        row(
            new EntryFact.BrokenLink("x", "", LinkDefect.LEADS_OUT),
            "LEAVE_ALONE LINK x: the link leads out of the directory"),
        row(
            new EntryFact.BrokenLink("x", "", LinkDefect.LEADS_NOWHERE),
            "LEAVE_ALONE LINK x: the link leads nowhere"),
        row(
            new EntryFact.BrokenLink("x", "b", LinkDefect.AMBIGUOUS),
            "REFUSE UNREADABLE x: the name of its target reads like another's, as neither is"
                + " UTF-8",
            "LEAVE x to b: that link is left alone"),
        row(
            Facts.index("d/pytorch_model.bin.index.json", "s"),
            "MODEL d/model.safetensors.index.json of [s]"),
        row(new EntryFact.Index(Facts.link("other", "i"), Set.of("s"), true)),
        row(
            new EntryFact.BrokenIndex(Facts.item("m.bin.index.json"), true, "why", Set.of(), true),
            "BROKEN MODEL m.safetensors.index.json names all"),
        row(new EntryFact.NamedByBrokenIndex("s", "i"), "PROTECT s by i"),
        row(
            new EntryFact.NamesakeOfAnother("x", "%FF"),
            "REFUSE UNREADABLE x: its name, %FF in percent encoding, is not UTF-8, and another"
                + " name in its directory reads alike; rename it"),
        row(new EntryFact.Excluded("x", 7), "PASSED OVER 7"),
        row(
            new EntryFact.HiddenLink("x", "b", true),
            "LEAVE x to b: an exclude pattern matches that link"),
        row(new EntryFact.HiddenLink("x", "b", false), "LEAVE x to b: that link is left alone"),
        row(new EntryFact.HiddenFolder("d"), "LINKS UNKNOWN d"),
        row(
            new EntryFact.Unseen("d/x"),
            "FAIL UNREADABLE d/x: it cannot be looked at",
            "LINKS UNKNOWN d"),
        row(new EntryFact.Unreadable("x", "why"), "FAIL UNREADABLE x: why"),
        row(
            new EntryFact.Unlisted("d"),
            "FAIL UNREADABLE d: the directory cannot be read",
            "LINKS UNKNOWN d"));
  }

  private static Arguments row(EntryFact fact, String... decisions) {
    return Arguments.of(fact, List.of(decisions));
  }

  @ParameterizedTest
  @MethodSource("inPlace")
  void anEntryGivesItsDecisions(EntryFact fact, List<String> decisions) {
    assertThat(decide(fact, Facts.inPlace(false))).isEqualTo(decisions);
  }

  @Test
  void eachKindOfFactHasARow() {
    assertThat(inPlace().map(row -> (Object) row.get()[0].getClass()).distinct())
        .containsExactlyInAnyOrder((Object[]) EntryFact.class.getPermittedSubclasses());
  }

  @Test
  void whatIsNoCheckpointComesIntoAnotherTreeIfThatIsAskedFor() {
    EntryFact link = new EntryFact.LinkToDirectory(Facts.link("d", "e"));
    for (SideFiles asked : List.of(SideFiles.COPY, SideFiles.LINK)) {
      assertThat(decide(Facts.other("x.txt"), Facts.otherTree(asked)))
          .containsExactly("OTHER 10", "PUT_BESIDE SIDE_FILE x.txt");
      assertThat(decide(link, Facts.otherTree(asked)))
          .containsExactly("OTHER 10", "PUT_BESIDE SIDE_LINK d");
    }
    assertThat(decide(Facts.other("x.txt"), Facts.otherTree(SideFiles.NONE)))
        .containsExactly("OTHER 10");
  }
}
