package dev.pt2st.migrate.decide;

import dev.pt2st.checkpoint.sharded.folder.FolderKind;
import dev.pt2st.migrate.content.FileKind;
import dev.pt2st.migrate.names.TargetNames;
import dev.pt2st.migrate.recognize.EntryFact;
import dev.pt2st.migrate.recognize.EntryFact.LinkDefect;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Action;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.MigrationUnit.Kind;
import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.migrate.unit.Selection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is done with one entry of a directory, as far as it does not depend on others: a
 * pure function of its fact. A checkpoint may be a shard of a model, or need the same name as
 * another, so it is only a candidate here; {@link DirectoryDecider} knows all of them.
 */
final class EntryDecider {
  private static final String EXCLUDED = "an exclude pattern matches that link";
  private static final String NOT_HANDLED = "that link is left alone";

  private final MigrationSettings settings;
  private final Selection selection;

  EntryDecider(MigrationSettings settings, Selection selection) {
    this.settings = settings;
    this.selection = selection;
  }

  /** The role of an entry in its directory, with the decisions if it depends on no others. */
  sealed interface Outcome {
    /**
     * It may be converted on its own, or as a shard.
     *
     * @param item the entry with the target that it would get on its own
     * @param wrapped whether it must be unpacked to see if it contains a model
     */
    record Candidate(Item item, boolean wrapped) implements Outcome {}

    /** It is the index of a model in shards. */
    record Model(ShardedModel model) implements Outcome {}

    /**
     * The index of a model that cannot be followed.
     *
     * @param namesAll whether the index names all shards of the model
     */
    record BrokenModel(ShardedModel model, boolean namesAll) implements Outcome {}

    /** It depends on no other entry. */
    record Settled(List<Decision> decisions) implements Outcome {}
  }

  /** Decides about an entry. */
  Outcome decide(EntryFact fact) {
    return switch (fact) {
      case EntryFact.File(Item item, FileKind kind) -> file(item, kind);
      case EntryFact.Folder(Item item, FolderKind kind, String notTaken) ->
          settled(FolderDecider.decide(item, kind, notTaken, selection));
      case EntryFact.LinkToFile(Item item, boolean checkpoint) ->
          checkpoint ? candidate(item, false) : sideLink(item);
      case EntryFact.LinkToRemoved(Item item) -> candidate(item, false);
      case EntryFact.Index index -> index(index);
      case EntryFact.BrokenIndex broken -> broken(broken);
      case EntryFact.LinkToDirectory(Item item) -> settled(otherFile(item, Kind.SIDE_LINK));
      case EntryFact.LinkToUnreadable(String source, String leadsTo, String why) ->
          settled(unit(Kind.UNREADABLE, source, Action.FAIL, why), left(source, leadsTo, false));
      case EntryFact.BrokenLink(String source, String leadsTo, LinkDefect defect) ->
          brokenLink(source, leadsTo, defect);
      case EntryFact.Subdirectory(String source) -> settled(new Decision.Descend(source));
      case EntryFact.NamedByBrokenIndex(String source, String index) ->
          settled(new Decision.Protect(source, index));
      case EntryFact.NamesakeOfAnother(String source, String shown) ->
          settled(unit(Kind.UNREADABLE, source, Action.REFUSE, namesake(shown)));
      case EntryFact.Excluded(String source, long bytes) ->
          settled(new Decision.CountPassedOver(bytes));
      case EntryFact.HiddenLink(String source, String leadsTo, boolean excluded) ->
          settled(left(source, leadsTo, excluded));
      case EntryFact.HiddenFolder(String source) -> settled(new Decision.LinksUnknown(source));
      case EntryFact.Unseen(String source) ->
          settled(
              unit(Kind.UNREADABLE, source, Action.FAIL, "it cannot be looked at"),
              new Decision.LinksUnknown(PathTree.parent(source)));
      case EntryFact.Unreadable(String source, String why) ->
          settled(unit(Kind.UNREADABLE, source, Action.FAIL, why));
      case EntryFact.Unlisted(String source) ->
          settled(
              unit(Kind.UNREADABLE, source, Action.FAIL, "the directory cannot be read"),
              new Decision.LinksUnknown(source));
    };
  }

  private Outcome file(Item item, FileKind kind) {
    return switch (kind) {
      case FileKind.Checkpoint(boolean wrapped) ->
          selection.includes(item.source())
              ? candidate(item, wrapped)
              : settled(new Decision.CountPassedOver(item.bytes()));
      case FileKind.StandIn(String what) ->
          settled(
              new Decision.AddUnit(
                  new MigrationUnit(
                      Kind.CHECKPOINT, List.of(item), null, Action.LEAVE_ALONE, what)));
      case FileKind.Other other -> settled(otherFile(item, Kind.SIDE_FILE));
    };
  }

  private static Outcome candidate(Item item, boolean wrapped) {
    String name = TargetNames.of(PathTree.name(item.source()));
    String target = PathTree.child(PathTree.parent(item.source()), name);
    return new Outcome.Candidate(item.withTarget(target), wrapped);
  }

  /** Decides about a file that turned out not to be a checkpoint, or a link to it. */
  List<Decision> otherFile(Item item, Kind kind) {
    List<Decision> decisions = new ArrayList<>();
    decisions.add(new Decision.CountOther(item.bytes()));
    SideFileDecider.decide(item, kind, settings)
        .map(Decision.AddUnit::new)
        .ifPresent(decisions::add);
    return decisions;
  }

  private Outcome sideLink(Item item) {
    Item link = new Item(item.source(), 0, 0, "", item.leadsTo());
    List<Decision> decisions = otherFile(link, Kind.SIDE_LINK);
    decisions.add(left(item.source(), item.leadsTo(), false));
    return settled(decisions);
  }

  private static Outcome index(EntryFact.Index index) {
    Item item = withIndexTarget(index.item());
    if (item == null) {
      return settled(List.of()); // a link with another name to an index that is gone
    }
    return new Outcome.Model(ShardedModel.of(item, index.shards()));
  }

  private static Outcome broken(EntryFact.BrokenIndex broken) {
    Item item = withIndexTarget(broken.item());
    if (item == null) {
      throw new IllegalArgumentException("no name of an index: " + broken.source());
    }
    Action action = broken.refused() ? Action.REFUSE : Action.FAIL;
    return new Outcome.BrokenModel(
        ShardedModel.broken(item, action, broken.problem(), broken.names()), broken.namesAll());
  }

  private static @Nullable Item withIndexTarget(Item item) {
    String directory = PathTree.parent(item.source());
    return TargetNames.ofIndex(PathTree.name(item.source()))
        .map(name -> item.withTarget(PathTree.child(directory, name)))
        .orElse(null);
  }

  private Outcome brokenLink(String source, String leadsTo, LinkDefect defect) {
    Decision unit =
        switch (defect) {
          case LEADS_OUT ->
              unit(Kind.LINK, source, Action.LEAVE_ALONE, "the link leads out of the directory");
          case LEADS_NOWHERE ->
              unit(Kind.LINK, source, Action.LEAVE_ALONE, "the link leads nowhere");
          case AMBIGUOUS ->
              unit(
                  Kind.UNREADABLE,
                  source,
                  Action.REFUSE,
                  "the name of its target reads like another's, as neither is UTF-8");
        };
    return leadsTo.isEmpty() ? settled(unit) : settled(unit, left(source, leadsTo, false));
  }

  private static String namesake(String shown) {
    return "its name, "
        + shown
        + " in percent encoding, is not UTF-8, and another name in its directory reads alike;"
        + " rename it";
  }

  /** The decision to leave a link unchanged. */
  static Decision left(String source, String leadsTo, boolean excluded) {
    return new Decision.LeaveLink(
        new MigrationUnit(
            Kind.LINK,
            List.of(new Item(source, 0, 0, "", leadsTo)),
            null,
            Action.LEAVE_ALONE,
            excluded ? EXCLUDED : NOT_HANDLED));
  }

  /** The decision for a unit without an output. */
  private static Decision unit(Kind kind, String source, Action action, String why) {
    return new Decision.AddUnit(
        new MigrationUnit(kind, List.of(Item.of(source, 0, 0, "")), null, action, why));
  }

  private static Outcome settled(Decision... decisions) {
    return settled(List.of(decisions));
  }

  private static Outcome settled(List<Decision> decisions) {
    return new Outcome.Settled(decisions);
  }
}
