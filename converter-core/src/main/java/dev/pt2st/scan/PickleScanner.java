package dev.pt2st.scan;

import dev.pt2st.CheckpointException;
import dev.pt2st.Deadline;
import dev.pt2st.GlobalName;
import dev.pt2st.GlobalStanding;
import dev.pt2st.GlobalUse;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Place;
import dev.pt2st.TracedGlobal;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.analysis.GlobalTracer;
import dev.pt2st.pickle.analysis.PickleTrace;
import dev.pt2st.torch.Allowlist;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Follows the pickles of one file and reports what they name. */
final class PickleScanner {
  private static final int START = 2;

  /** joblib writes an array's bytes between two opcodes, behind an object of such a class. */
  private static final String JOBLIB_ARRAY = "joblib.numpy_pickle.NumpyArrayWrapper";

  /** What gives bytes to torch.load ({@code torch/storage.py}). */
  private static final String LOAD_FROM_BYTES = "torch.storage._load_from_bytes";

  /** Whatever is not looked at so is read by the strict reader, or its callee is reported. */
  private static final int MOST_GIVEN = 10_000;

  private final FileScan scan;
  private final ScanOptions options;
  private final Deadline deadline;
  private final Findings findings;
  private final Set<String> unlisted = new HashSet<>();
  private long pickles;
  private boolean sawJoblib;
  private int embedded;

  PickleScanner(FileScan scan, Deadline deadline, Findings findings) {
    this.scan = scan;
    this.options = scan.options();
    this.deadline = deadline;
    this.findings = findings;
  }

  /** The names that were reported, as resolved. */
  Set<String> unlisted() {
    return unlisted;
  }

  /** Whether arrays of joblib lie between opcodes, where nothing can follow them. */
  boolean sawJoblib() {
    return sawJoblib;
  }

  /** How many pickles were followed. */
  long pickles() {
    return pickles;
  }

  /**
   * What is known before the pickles of a content are followed.
   *
   * @param declared names that belong to the checkpoint itself, such as the classes of a
   *     TorchScript archive
   * @param reportBreaks whether it is reported where a pickle breaks; not where a strict reader has
   *     said so already
   */
  record Context(Predicate<GlobalName> declared, boolean reportBreaks) {
    static final Context NONE = new Context(name -> false, true);
    static final Context QUIET = new Context(name -> false, false);
  }

  /**
   * Follows pickles in a row.
   *
   * @param content what they lie in
   * @param from where the first one would begin
   * @return the byte behind the last one, {@code from} if there is none
   * @throws LimitException if it takes too long
   * @throws IOException if there is no room for what bytes in it unpack to
   */
  long follow(MappedFile content, long from, Context context) throws LimitException, IOException {
    long at = from;
    long end = from;
    while (at < content.size() && PickleTrace.mayBegin(start(content, at))) {
      deadline.check(() -> Place.of(content.name()));
      List<GlobalTracer.GivenBytes> given = new ArrayList<>();
      PickleTrace trace = follow(content, at, bytes -> keep(bytes, context, given));
      at = trace.end();
      if (trace.isEvident()) {
        report(content, trace, context);
        look(content, given);
        end = at;
      } else if (!trace.isSound()) {
        break;
      }
      // What names nothing and does not announce itself may be anything, or stand before a pickle.
      if (!trace.complete()) {
        break;
      }
    }
    return end;
  }

  private PickleTrace follow(MappedFile content, long at, Consumer<GlobalTracer.GivenBytes> given) {
    ByteCursor in = content.cursor(Place.of(content.name()), at, content.size() - at);
    PickleTrace trace = GlobalTracer.trace(in, options.limits(), deadline, given);
    scan.looked(trace.end() - at);
    return trace;
  }

  /**
   * Keeps bytes that are given to what is not known to be data, which may unpickle them, or to what
   * is known to load a checkpoint from them.
   */
  private void keep(
      GlobalTracer.GivenBytes bytes, Context context, List<GlobalTracer.GivenBytes> kept) {
    boolean listed = standing(bytes.callee(), context) != GlobalStanding.UNLISTED;
    if (kept.size() < MOST_GIVEN
        && (!listed || bytes.callee().toString().equals(LOAD_FROM_BYTES))) {
      kept.add(bytes);
    }
  }

  /** Looks at bytes that a pickle gives to a call. */
  private void look(MappedFile content, List<GlobalTracer.GivenBytes> given) throws IOException {
    for (GlobalTracer.GivenBytes bytes : given) {
      Place place = Place.of(content.name()).at(bytes.offset());
      embedded++;
      try {
        checkEmbedded(place);
        ContentScanner.at(scan, content.unpacked(place.embedded(), bytes.bytes()), embedded);
      } catch (CheckpointException e) {
        findings.add(e);
      } finally {
        embedded--;
      }
    }
  }

  private void checkEmbedded(Place place) throws LimitException {
    long most = options.limits().get(Limit.EMBEDDED);
    if (embedded > most) {
      throw new LimitException(
          place, Limit.EMBEDDED, "more than " + most + " pickles are inside one another as bytes");
    }
  }

  static byte[] start(MappedFile content, long at) {
    return content.start(at, START);
  }

  /** Whether a storage, in which any bytes may stand, names a global as a pickle would. */
  boolean followStorage(MappedFile content) {
    if (!PickleTrace.isAnnounced(start(content, 0))) {
      return false;
    }
    PickleTrace trace = follow(content, 0, given -> {});
    if (trace.globalsInData().isEmpty()) {
      return false;
    }
    report(content, trace, Context.QUIET);
    return true;
  }

  private void report(MappedFile content, PickleTrace trace, Context context) {
    pickles++;
    Place place = Place.of(content.name());
    boolean joblib = false;
    for (TracedGlobal global : trace.evidentGlobals()) {
      report(global, place, context);
      joblib |= global.name().toString().equals(JOBLIB_ARRAY);
    }
    sawJoblib |= joblib;
    CheckpointException problem = trace.problem();
    if (problem instanceof LimitException) {
      findings.add(problem);
    } else if (problem != null && joblib) {
      findings.add(
          Rule.NOT_LOOKED_INTO,
          problem.place(),
          "a file of joblib: arrays lie between its opcodes, so that it cannot be followed behind"
              + " the first one",
          null);
    } else if (problem != null && context.reportBreaks()) {
      findings.add(Rule.BROKEN_PICKLE, problem);
    }
  }

  private void report(TracedGlobal global, Place place, Context context) {
    GlobalStanding standing = standing(global.name(), context);
    DangerousGlobals.Entry danger = DangerousGlobals.find(global);
    Place where = place.at(global.offset());
    if (standing != GlobalStanding.UNLISTED) {
      return;
    }
    unlisted.add(global.name().toString());
    String use =
        switch (global.use()) {
          case NAMED -> "names ";
          case INSTANTIATED -> "makes an object of ";
          case CALLED -> "calls ";
        };
    if (danger == null) {
      findings.add(
          Rule.UNKNOWN_GLOBAL, where, use + global.name() + ", which is not on the list", global);
    } else {
      findings.add(
          Rule.DANGEROUS_GLOBAL, where, use + global.name() + ", which " + danger.why(), global);
    }
  }

  private GlobalStanding standing(GlobalName name, Context context) {
    GlobalStanding standing = Allowlist.standing(name, options.policy());
    return standing == GlobalStanding.UNLISTED && context.declared().test(name)
        ? GlobalStanding.LISTED
        : standing;
  }

  private static boolean isUsed(TracedGlobal global) {
    return global.use() != GlobalUse.NAMED && global.written().isIdentifier();
  }

  /**
   * Looks for pickles that begin anywhere behind a byte: behind the end of what is read, or behind
   * where it broke.
   */
  void search(MappedFile content, long from) throws LimitException {
    PickleSearch search = new PickleSearch(content, from);
    scan.looked(search.length());
    long at = search.next(from);
    while (at >= 0) {
      deadline.check(() -> Place.of(content.name()));
      PickleTrace trace = follow(content, at, given -> {});
      // Where nobody begins to read, a name alone says nothing.
      if (trace.announced()
          || (trace.isSound() && !trace.globals().isEmpty())
          || trace.evidentGlobals().stream().anyMatch(PickleScanner::isUsed)) {
        report(content, trace, Context.QUIET);
        at = search.next(Math.max(trace.end(), at + 1));
      } else {
        at = search.next(at + 1);
      }
    }
  }
}
