package dev.pt2st.migrate.decide;

import dev.pt2st.Durability;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.migrate.content.ExistingSafetensors.Beside;
import dev.pt2st.migrate.content.FileKind;
import dev.pt2st.migrate.recognize.EntryFact;
import dev.pt2st.migrate.recognize.FactsOnDemand;
import dev.pt2st.migrate.unit.MigrateOptions;
import dev.pt2st.migrate.unit.MigrateOptions.Comparison;
import dev.pt2st.migrate.unit.MigrateOptions.Originals;
import dev.pt2st.migrate.unit.MigrateOptions.SideFiles;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.PathTree;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Facts for a table: nothing here, or behind it, looks at a disk. */
final class Facts {
  private static final PathTree SOURCE = new PathTree(Path.of("/no/such/source"));
  private static final PathTree TARGET = new PathTree(Path.of("/no/such/target"));

  private Facts() {}

  static MigrationSettings inPlace(boolean removeOriginals) {
    return new MigrationSettings(SOURCE, SOURCE, options(removeOriginals, SideFiles.COPY));
  }

  static MigrationSettings otherTree(SideFiles sideFiles) {
    return new MigrationSettings(SOURCE, TARGET, options(false, sideFiles));
  }

  private static MigrateOptions options(boolean removeOriginals, SideFiles sideFiles) {
    return new MigrateOptions(
        ConvertOptions.STANDARD,
        List.of(),
        Comparison.EVERY_ELEMENT,
        Durability.WRITTEN,
        removeOriginals ? Originals.REMOVE : Originals.KEEP,
        sideFiles);
  }

  static Item item(String source) {
    return Item.of(source, 10, 1, "");
  }

  static Item link(String source, String leadsTo) {
    return new Item(source, 10, 1, "", leadsTo);
  }

  static EntryFact checkpoint(String source) {
    return new EntryFact.File(item(source), new FileKind.Checkpoint(false));
  }

  static EntryFact archive(String source) {
    return new EntryFact.File(item(source), new FileKind.Checkpoint(true));
  }

  static EntryFact other(String source) {
    return new EntryFact.File(item(source), new FileKind.Other());
  }

  static EntryFact index(String source, String... shards) {
    return new EntryFact.Index(item(source), Set.of(shards), false);
  }

  /** A decision as a line that can stand in a table. */
  static String line(Decision decision) {
    return switch (decision) {
      case Decision.AddUnit(MigrationUnit unit) -> line(unit);
      case Decision.Descend(String directory) -> "DESCEND " + directory;
      case Decision.CountOther(long bytes) -> "OTHER " + bytes;
      case Decision.CountPassedOver(long bytes) -> "PASSED OVER " + bytes;
      case Decision.Protect(String source, String index) -> "PROTECT " + source + " by " + index;
      case Decision.LeaveLink(MigrationUnit link) ->
          "LEAVE "
              + link.name()
              + " to "
              + link.files().getFirst().leadsTo()
              + ": "
              + link.reason();
      case Decision.LinksUnknown(String directory) -> "LINKS UNKNOWN " + directory;
    };
  }

  static String line(MigrationUnit unit) {
    return unit.action()
        + " "
        + unit.kind()
        + " "
        + unit.name()
        + (unit.reason().isEmpty() ? "" : ": " + unit.reason());
  }

  /** What a look at a disk would tell, by the names of units and files. */
  static final class Look implements FactsOnDemand {
    final Set<String> withoutTensors = new HashSet<>();
    final Set<String> there = new HashSet<>();
    final Set<String> done = new HashSet<>();
    final Set<String> putBeside = new HashSet<>();
    final Map<String, String> leftAlone = new HashMap<>();
    final Map<String, Beside> beside = new HashMap<>();
    final Map<String, UnfitName> unfit = new HashMap<>();
    boolean beingRemoved;

    @Override
    public boolean holdsTensors(Item item) {
      return !withoutTensors.contains(item.source());
    }

    @Override
    public boolean isThere(String source) {
      return there.contains(source);
    }

    @Override
    public boolean isDone(MigrationUnit unit) {
      return done.contains(unit.name());
    }

    @Override
    public boolean isPutBeside(MigrationUnit unit) {
      return putBeside.contains(unit.name());
    }

    @Override
    public Optional<String> leftAlone(MigrationUnit unit) {
      return Optional.ofNullable(leftAlone.get(unit.name()));
    }

    @Override
    public boolean isBeingRemoved(List<Item> found, String index) {
      return beingRemoved;
    }

    @Override
    public Optional<Beside> beside(MigrationUnit unit) {
      return Optional.ofNullable(beside.get(unit.name()));
    }

    @Override
    public Optional<UnfitName> unfitName(MigrationUnit unit) {
      return Optional.ofNullable(unfit.get(unit.name()));
    }
  }
}
