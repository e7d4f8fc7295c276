package dev.pt2st.migrate.work;

import dev.pt2st.CheckpointException;
import dev.pt2st.IfExists;
import dev.pt2st.io.OpenFolder;
import dev.pt2st.io.output.OutputGroup;
import dev.pt2st.migrate.content.IndexRewrite;
import dev.pt2st.migrate.journal.JournalRecord;
import dev.pt2st.migrate.journal.JournalRecord.Done;
import dev.pt2st.migrate.journal.RunHistory;
import dev.pt2st.migrate.journal.TargetDirectories;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.migrate.unit.UnitResult.Verdict;
import dev.pt2st.migrate.unit.UnitResult.Written;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Works on a link to a checkpoint, or on a model of links as in a Hugging Face cache: when the file
 * that a link leads to has been converted, a link to the output is created beside it.
 */
public final class LinkWriter {
  public static final String NOT_CONVERTED = " was not converted";

  private final MigrationSettings settings;
  private final RunHistory earlier;
  private final UnitConverter work;

  /**
   * @param earlier knows what has been converted, also in this run
   * @param work does all work except links
   */
  public LinkWriter(MigrationSettings settings, RunHistory earlier, UnitConverter work) {
    this.settings = settings;
    this.earlier = earlier;
    this.work = work;
  }

  /** Carries out a unit; failures become results and are not thrown. */
  public UnitResult run(MigrationUnit unit) {
    return switch (unit.action()) {
      case CONVERT -> work.guarded(unit, () -> link(unit));
      case KEEP, COMPARE, LEAVE_ALONE, REFUSE, FAIL, PUT_BESIDE ->
          work.run(unit, null, bytes -> {});
    };
  }

  private UnitResult link(MigrationUnit unit) throws CheckpointException, IOException {
    List<Done> outputs = new ArrayList<>();
    for (Item item : unit.files()) {
      Done done = outputOf(item);
      if (done == null) {
        return UnitResult.not(unit, Verdict.LEFT_ALONE, item.leadsTo() + NOT_CONVERTED);
      }
      outputs.add(done);
    }
    IndexRewrite rewrite = rewrite(unit, outputs);
    List<Path> made = new ArrayList<>();
    boolean allThere = true;
    try {
      for (int i = 0; i < outputs.size(); i++) {
        Item item = unit.files().get(i);
        Path link = settings.target().path(item.target());
        TargetDirectories.make(settings, item.target());
        Path to = Path.of(PathTree.relative(item.target(), outputs.get(i).target()));
        if (!SideFileCopier.link(link, to)) {
          made.add(link);
          allThere = false;
        }
      }
      if (settings.options().isDurable()) {
        for (Item item : unit.files()) {
          TargetDirectories.sync(settings.target(), item.target());
        }
      }
      allThere &= rewrite == null || isThere(unit, rewrite.bytes(), outputs.getFirst());
    } catch (IOException | RuntimeException e) {
      takeBack(made);
      throw e;
    }
    return new UnitResult(
        unit,
        allThere ? Verdict.ALREADY_THERE : Verdict.LINKED,
        "",
        written(unit),
        rewrite == null ? List.of() : rewrite.notes(indexOf(unit)));
  }

  /** The links and the index as output files; their bytes do not count. */
  public static List<Written> written(MigrationUnit unit) {
    return unit.items().stream().map(item -> new Written(item.target(), 0, "")).toList();
  }

  /** Whether the file that a link leads to has been converted, by this run or an earlier one. */
  public boolean hasOutput(Item item) throws IOException {
    return outputOf(item) != null;
  }

  /** The output of the file that a link leads to; null if there is none. */
  private @Nullable Done outputOf(Item item) throws IOException {
    JournalRecord record = earlier.recordOfSource(item.leadsTo());
    if (record == null || !record.isDone()) {
      return null;
    }
    Done done = record.of(item.leadsTo());
    return done != null
            && !done.target().isEmpty()
            && Files.isRegularFile(settings.target().path(done.target()))
        ? done
        : null;
  }

  private @Nullable IndexRewrite rewrite(MigrationUnit unit, List<Done> outputs)
      throws CheckpointException, IOException {
    Item index = unit.index();
    if (index == null) {
      return null;
    }
    Path path = settings.source().path(unit.name());
    // The link is broken if an earlier run has removed the original.
    IndexRewrite rewrite = IndexRewrite.of(path, !index.isMade() && Files.exists(path));
    for (int i = 0; i < outputs.size(); i++) {
      Path shard = settings.target().path(outputs.get(i).target());
      ExistingOutputs.addShard(rewrite, unit.files().get(i), shard);
    }
    return rewrite;
  }

  /**
   * Writes the index, the last file of a model; returns whether it existed already.
   *
   * @param shard an output whose permissions the index gets if its own source is gone
   */
  private boolean isThere(MigrationUnit unit, byte[] index, Done shard) throws IOException {
    Path target = settings.target().path(indexOf(unit).target());
    if (ExistingOutputs.holds(target, index)) {
      return true;
    }
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileSystemException(
          target.toString(), null, "is there already and is another file; rename it or remove it");
    }
    try (OutputGroup group = new OutputGroup(IfExists.REFUSE)) {
      Path source = settings.source().path(unit.name());
      group.asPrivateAs(Files.exists(source) ? source : settings.target().path(shard.target()));
      group.create(target).write(ByteBuffer.wrap(index), 0);
      group.commit(settings.options().durability());
    }
    return false;
  }

  private static Item indexOf(MigrationUnit unit) {
    Item index = unit.index();
    if (index == null) {
      throw new IllegalArgumentException("not in shards: " + unit.name());
    }
    return index;
  }

  private static void takeBack(List<Path> made) throws IOException {
    for (Path link : made) {
      try (OpenFolder folder = OpenFolder.of(link)) {
        folder.deleteIfExists(link);
      }
    }
  }
}
