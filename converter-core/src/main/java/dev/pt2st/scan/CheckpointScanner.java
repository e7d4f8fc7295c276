package dev.pt2st.scan;

import dev.pt2st.CheckpointException;
import dev.pt2st.GlobalName;
import dev.pt2st.GlobalStanding;
import dev.pt2st.LimitException;
import dev.pt2st.MalformedException;
import dev.pt2st.ReadOptions;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.ZipArchive;
import dev.pt2st.archive.ZipEntry;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.CheckpointReader;
import dev.pt2st.checkpoint.StorageEntries;
import dev.pt2st.checkpoint.script.ScriptNames;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.planner.Planner;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.analysis.PickleTrace;
import dev.pt2st.torch.DangerousGlobals;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Scans a checkpoint twice: it is read and planned as for a conversion under a strict policy, and
 * every pickle in it is followed. It is safe only if neither finds a problem.
 */
final class CheckpointScanner {
  private final FileScan scan;
  private final Container container;
  private final int depth;
  private @Nullable Checkpoint checkpoint;
  private @Nullable CheckpointException problem;

  private CheckpointScanner(FileScan scan, Container container, int depth) {
    this.scan = scan;
    this.container = container;
    this.depth = depth;
  }

  /**
   * Scans a checkpoint.
   *
   * @return the offset after what the strict reader read of a stream; 0 if it read nothing, or if
   *     it is an archive; negative if the content is not a checkpoint, such as a text that begins
   *     and ends like a pickle
   */
  static long at(FileScan scan, Container container, int depth)
      throws CheckpointException, IOException {
    CheckpointScanner look = new CheckpointScanner(scan, container, depth);
    try (TraceAhead ahead = TraceAhead.of(scan, container)) {
      scan.pickles().setAhead(ahead);
      look.read();
      return look.follow() ? look.endOfStream() : -1;
    } finally {
      scan.pickles().setAhead(null);
    }
  }

  private long endOfStream() {
    Checkpoint read = checkpoint;
    boolean isStream =
        container instanceof Container.LegacyStream || container instanceof Container.RawPickle;
    return isStream && read != null ? read.end() : 0;
  }

  private void read() {
    ReadOptions given = scan.options().read();
    ReadOptions strict = given.withPolicy(given.policy().strict()).withCrc(ReadOptions.Crc.COMPARE);
    try {
      Checkpoint read = new CheckpointReader(strict, scan.deadline()).read(container);
      checkpoint = read;
      Planner.plan(read, ConvertOptions.STANDARD.withRead(strict));
    } catch (MalformedException | LimitException e) {
      problem = e;
    } catch (CheckpointException e) {
      // A plan may also fail because it needs a choice, or there is nothing to convert. This does
      // not count against the file.
      problem = checkpoint == null ? e : null;
    }
  }

  private boolean follow() throws CheckpointException, IOException {
    Checkpoint read = checkpoint;
    // What the strict reader has reported is not reported again in other words.
    PickleScanner.Context context =
        new PickleScanner.Context(declared(container, read), read != null);
    switch (container) {
      case Container.TorchZip zip ->
          entries(zip.file(), zip.archive(), Set.of(zip.pickle()), context);
      case Container.TorchPackage packed ->
          entries(packed.file(), packed.archive(), Set.copyOf(packed.pickles()), context);
      case Container.TorchScript script ->
          entries(
              script.file(),
              script.archive(),
              Set.of(script.pickle(), script.constants()),
              context);
      case Container.LegacyTorchScript script ->
          entries(script.file(), script.archive(), Set.of(), context);
      case Container.ExportedPrograms programs ->
          entries(programs.file(), programs.archive(), Set.of(), context);
      case Container.TorchTar tar ->
          new TarScanner(scan).at(tar.file(), tar.archive(), context, depth);
      case Container.LegacyStream legacy -> {
        long end = scan.pickles().follow(legacy.file(), 0, context);
        scan.pickles().search(legacy.file(), read == null ? end : read.end());
      }
      case Container.Folder folder ->
          throw new IllegalArgumentException("read as a whole only: " + folder.file().name());
      case Container.RawPickle raw -> {
        long end = scan.pickles().follow(raw.file(), 0, context);
        if (read == null
            && end == 0
            && !PickleTrace.isAnnounced(PickleScanner.start(raw.file(), 0))) {
          return false;
        }
        scan.pickles().search(raw.file(), read == null ? end : read.end());
      }
      case Container.Wrapped wrapped -> throw new IllegalStateException(wrapped.layout());
    }
    report();
    return true;
  }

  private void entries(
      MappedFile file, ZipArchive archive, Set<ZipEntry> main, PickleScanner.Context context)
      throws CheckpointException, IOException {
    Checkpoint read = checkpoint;
    scan.zips()
        .entries(
            file,
            archive,
            main,
            read == null ? StorageEntries.NONE : read.storageEntries(),
            context,
            depth);
  }

  /** Names that are known in this checkpoint only, such as the classes that it declares. */
  private static Predicate<GlobalName> declared(Container container, @Nullable Checkpoint read) {
    Set<GlobalName> names = new HashSet<>();
    if (read != null) {
      for (GlobalValue global : read.globals()) {
        if (global.standing() == GlobalStanding.LISTED) {
          names.add(global.name());
        }
      }
    }
    return ScriptNames.in(container).or(names::contains);
  }

  /** Reports the problems that the strict reader found. */
  private void report() {
    CheckpointException found = problem;
    if (found != null && !(found instanceof MalformedException && scan.pickles().sawJoblib())) {
      scan.findings().addOfPickle(found);
    }
    if (checkpoint != null) {
      reportUnlisted(checkpoint.globals());
      reportUnlisted(checkpoint.furtherGlobals());
    }
  }

  /** Reports the globals that following the pickles did not reach. */
  private void reportUnlisted(List<GlobalValue> globals) {
    for (GlobalValue global : globals) {
      String name = global.dottedName();
      if (global.standing() != GlobalStanding.LISTED
          && !global.isListedAsCalled()
          && !scan.pickles().unlisted().contains(name)) {
        scan.pickles()
            .report("names ", global.name(), DangerousGlobals.find(name), global.place(), null);
      }
    }
  }
}
