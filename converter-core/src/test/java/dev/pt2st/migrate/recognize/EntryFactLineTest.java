package dev.pt2st.migrate.recognize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.checkpoint.sharded.folder.FolderKind;
import dev.pt2st.migrate.content.FileKind;
import dev.pt2st.migrate.recognize.EntryFact.LinkDefect;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is known of an entry is the same after it has been in a file. */
class EntryFactLineTest {
  private static final String ODD = "a\tb\\c\nd\re \u00e9\u6f22\ufffd";
  private static final Item FILE = new Item(ODD, 12, -34, "", "");
  private static final Item LINK = new Item(ODD, Long.MAX_VALUE, 0, "", "to/" + ODD);

  static Stream<EntryFact> facts() {
    return Stream.of(
        new EntryFact.Subdirectory(ODD),
        new EntryFact.File(FILE, new FileKind.Checkpoint(true)),
        new EntryFact.Folder(FILE, FolderKind.DCP, ""),
        new EntryFact.Folder(FILE, FolderKind.META, ODD),
        new EntryFact.File(FILE, new FileKind.Checkpoint(false)),
        new EntryFact.File(FILE, new FileKind.StandIn(ODD)),
        new EntryFact.File(FILE, new FileKind.Other()),
        new EntryFact.LinkToFile(LINK, true),
        new EntryFact.LinkToFile(LINK, false),
        new EntryFact.LinkToDirectory(LINK),
        new EntryFact.LinkToRemoved(LINK),
        new EntryFact.LinkToUnreadable(ODD, "to/" + ODD, ODD),
        new EntryFact.BrokenLink(ODD, "", LinkDefect.LEADS_OUT),
        new EntryFact.BrokenLink(ODD, ODD, LinkDefect.AMBIGUOUS),
        new EntryFact.BrokenLink(ODD, "", LinkDefect.LEADS_NOWHERE),
        new EntryFact.Index(FILE, Set.of(), false),
        new EntryFact.Index(LINK, Set.of("", ODD, "x"), true),
        new EntryFact.BrokenIndex(FILE, true, ODD, Set.of(), true),
        new EntryFact.BrokenIndex(LINK, false, "", Set.of("", ODD), false),
        new EntryFact.NamedByBrokenIndex(ODD, "index/" + ODD),
        new EntryFact.NamesakeOfAnother(ODD, "%FF"),
        new EntryFact.Excluded(ODD, 7),
        new EntryFact.HiddenLink(ODD, "to/" + ODD, true),
        new EntryFact.HiddenFolder(ODD),
        new EntryFact.Unseen(ODD),
        new EntryFact.Unreadable(ODD, ODD),
        new EntryFact.Unlisted(ODD));
  }

  @ParameterizedTest
  @MethodSource("facts")
  void aFactIsReadAsItWasWritten(EntryFact fact) {
    String line = EntryFactLine.write(fact);
    assertThat(line).doesNotContain("\n", "\r");
    assertThat(EntryFactLine.read(line)).isEqualTo(fact);
  }

  @Test
  void noFactIsForgottenHere() {
    assertThat(facts().map(fact -> (Object) fact.getClass()).distinct())
        .containsExactlyInAnyOrder((Object[]) EntryFact.class.getPermittedSubclasses());
    assertThat(
            facts()
                .filter(fact -> fact instanceof EntryFact.BrokenLink)
                .map(fact -> ((EntryFact.BrokenLink) fact).defect()))
        .containsExactlyInAnyOrder(Arrays.copyOf(LinkDefect.values(), 3));
  }
}
