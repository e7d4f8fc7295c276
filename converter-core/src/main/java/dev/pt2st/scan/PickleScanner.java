package dev.pt2st.scan;

import dev.pt2st.Acceptance;
import dev.pt2st.CheckpointException;
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
import dev.pt2st.scan.search.PickleSearch;
import dev.pt2st.torch.Allowlist;
import dev.pt2st.torch.DangerousGlobals;
import dev.pt2st.torch.GlobalTable;
import dev.pt2st.work.Deadline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Follows the pickles of one file and reports what they name. */
final class PickleScanner {
  private static final int START = 2;

  /** The block size of dbm.dumb. */
  private static final int BLOCK = 512;

  /** joblib writes an array's bytes between two opcodes, after an object of such a class. */
  private static final String JOBLIB_ARRAY = "joblib.numpy_pickle.NumpyArrayWrapper";

  /** The function that calls torch.load with bytes ({@code torch/storage.py}). */
  private static final String LOAD_FROM_BYTES = "torch.storage._load_from_bytes";

  /**
   * Bytes beyond this number are read by the strict reader, or the function that gets them is
   * reported.
   */
  static final int MOST_GIVEN = 10_000;

  /**
   * Opcodes that need a value on the stack or in the memo. If one comes first, every unpickler
   * stops. Most words of a text begin with one.
   */
  private static final String NEEDS_STACK = "abdeghjlopqrstuQR012.";

  private final FileScan scan;
  private final ScanOptions options;
  private final Deadline deadline;
  private final Findings findings;
  private final Set<String> unlisted = new HashSet<>();
  private long pickles;
  private boolean sawWhole;
  private boolean sawJoblib;
  private int embedded;
  private @Nullable TraceAhead ahead;

  PickleScanner(FileScan scan, Deadline deadline, Findings findings) {
    this.scan = scan;
    this.options = scan.options();
    this.deadline = deadline;
    this.findings = findings;
  }

  /** Sets the trace that another thread is making; null for none. */
  void setAhead(@Nullable TraceAhead ahead) {
    this.ahead = ahead;
  }

  /** The resolved names that were reported. */
  Set<String> unlisted() {
    return unlisted;
  }

  /** Whether there are arrays of joblib between opcodes, where they cannot be followed. */
  boolean sawJoblib() {
    return sawJoblib;
  }

  /**
   * Whether the content followed last is a pickle, rather than text or data that an unpickler can
   * read a little of.
   */
  boolean sawWhole() {
    return sawWhole;
  }

  /** How many pickles were followed. */
  long pickles() {
    return pickles;
  }

  /**
   * What is known about a content before its pickles are followed.
   *
   * @param declared names that belong to the checkpoint itself, such as the classes of a
   *     TorchScript archive
   * @param reportBreaks whether a break in a pickle is reported; false if the strict reader has
   *     already reported it
   */
  record Context(Predicate<GlobalName> declared, boolean reportBreaks) {
    static final Context NONE = new Context(name -> false, true);
    static final Context QUIET = new Context(name -> false, false);
  }

  /**
   * Follows pickles in a row.
   *
   * @param content the content that contains them
   * @param from where the first one would begin
   * @return the offset after the last one; {@code from} if there is none
   * @throws LimitException if it takes too long
   * @throws IOException if the disk is full
   */
  long follow(MappedFile content, long from, Context context) throws LimitException, IOException {
    long at = from;
    long end = from;
    sawWhole = false;
    while (at < content.size() && PickleTrace.mayBegin(start(content, at))) {
      deadline.check(() -> Place.of(content.name()));
      List<GlobalTracer.GivenBytes> given = new ArrayList<>();
      PickleTrace trace = follow(content, at, bytes -> keep(bytes, context, given));
      boolean isFirst = at == from;
      at = trace.end();
      if (isFirst ? trace.isEvident() : goesOn(trace)) {
        report(content, trace, context);
        look(content, given);
        end = at;
      } else if (!trace.isSound()) {
        break;
      }
      // Bytes that name nothing and do not announce themselves may be anything, or precede a
      // pickle.
      if (!trace.complete()) {
        break;
      }
    }
    return end;
  }

  /**
   * Follows pickles in a row, and searches the bytes after them.
   *
   * @param from where the first one would begin
   * @return whether there is a pickle
   * @throws LimitException if it takes too long
   * @throws IOException if the disk is full
   */
  boolean followAndSearch(MappedFile content, long from) throws LimitException, IOException {
    long end = follow(content, from, Context.NONE);
    if (end == from) {
      return false;
    }
    search(content, end);
    return true;
  }

  /**
   * Whether the bytes after a pickle are another one. They may be anything, and those of an array
   * often begin like PROTO, so the trace must lead to something.
   */
  private static boolean goesOn(PickleTrace trace) {
    return trace.isEvident() && (trace.complete() || !trace.counting().isEmpty() || isCut(trace));
  }

  private static boolean isCut(PickleTrace trace) {
    return trace.problem() instanceof LimitException;
  }

  private PickleTrace follow(MappedFile content, long at, Consumer<GlobalTracer.GivenBytes> given) {
    PickleTrace trace = ahead != null && ahead.isOf(content, at) ? ahead.trace(given) : null;
    if (trace == null) {
      ByteCursor in = content.cursor(Place.of(content.name()), at, content.size() - at);
      trace = GlobalTracer.reach(in, options.limits(), deadline, given);
    }
    scan.looked(trace.end() - at);
    return trace;
  }

  /**
   * Keeps the bytes that are arguments of a global that is not known to be data, which may unpickle
   * them, or of a function that loads a checkpoint from them.
   */
  private void keep(
      GlobalTracer.GivenBytes bytes, Context context, List<GlobalTracer.GivenBytes> kept) {
    boolean listed = standing(bytes.callee(), context) != GlobalStanding.UNLISTED;
    if (kept.size() < MOST_GIVEN && (!listed || loadsBytes(bytes.callee()))) {
      kept.add(bytes);
    }
  }

  /** Whether a listed function loads a checkpoint from its argument. */
  static boolean loadsBytes(GlobalName callee) {
    return callee.toString().equals(LOAD_FROM_BYTES);
  }

  /** Scans bytes that are arguments of a call. */
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

  /** Whether a storage, which may contain any bytes, names a global as a pickle would. */
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
    boolean isWhole = trace.announced() || trace.complete();
    sawWhole |= isWhole;
    Place place = Place.of(content.name());
    boolean joblib = false;
    boolean named = false;
    for (TracedGlobal global : trace.counting()) {
      report(global, place, context);
      named |= standing(global.name(), context) != GlobalStanding.LISTED;
      joblib |= global.name().toString().equals(JOBLIB_ARRAY);
    }
    sawJoblib |= joblib;
    if (trace.isOfTheFuture() && context.reportBreaks()) {
      findings.add(
          Rule.NOT_LOOKED_INTO,
          place.at(trace.start()),
          "it announces pickle protocol "
              + trace.announcement()
              + ", which there is not yet: it was followed as far as it is written like the others",
          null);
    }
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
    } else if (problem != null
        && context.reportBreaks()
        && !trace.isOfTheFuture()
        // It is normal that text breaks as a pickle. What it reaches before that was reported, as
        // was the name of an impossible module.
        && ((isWhole && !trace.onlyImportFails()) || !named)) {
      findings.add(Rule.BROKEN_PICKLE, problem);
    }
  }

  private void report(TracedGlobal global, Place place, Context context) {
    if (standing(global.name(), context) == GlobalStanding.LISTED
        || (global.use() == GlobalUse.CALLED
            && Allowlist.areListedCalls(global.name(), global.arguments()))) {
      return;
    }
    unlisted.add(global.name().toString());
    String use =
        switch (global.use()) {
          case NAMED -> "names ";
          case INSTANTIATED -> "makes an object of ";
          case CHANGED -> "changes ";
          case CALLED -> "calls ";
        };
    report(use, global.name(), DangerousGlobals.find(global), place.at(global.offset()), global);
  }

  /**
   * Reports a global that is not on the allowlist. A pattern does not accept a global that is known
   * to be dangerous, since its author had other names in mind.
   *
   * @param use how it is used, as the beginning of a sentence
   * @param global the global in the trace
   */
  void report(
      String use,
      GlobalName name,
      DangerousGlobals.@Nullable Entry danger,
      Place where,
      @Nullable TracedGlobal global) {
    Rule rule = danger == null ? Rule.UNKNOWN_GLOBAL : Rule.DANGEROUS_GLOBAL;
    String message =
        use + name.shown() + ", which " + (danger == null ? "is not on the list" : danger.why());
    Acceptance acceptance = options.policy().acceptance(GlobalTable.currentName(name).toString());
    if (acceptance != null && (danger == null || acceptance.isOfTheName())) {
      findings.accept(rule, where, message, global, acceptance);
    } else {
      findings.add(rule, where, message, global);
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
   * Searches for pickles that begin anywhere after an offset, which is the end of what was read or
   * the place where it broke.
   */
  void search(MappedFile content, long from) throws LimitException {
    PickleSearch search = new PickleSearch(content, from);
    scan.looked(search.length());
    long at = search.next(from);
    while (at >= 0) {
      deadline.check(() -> Place.of(content.name()));
      PickleTrace trace = follow(content, at, given -> {});
      // Where no reader would start, a name alone means nothing.
      if (trace.announced()
          || (trace.isSound() && !trace.globals().isEmpty())
          || trace.counting().stream().anyMatch(PickleScanner::isUsed)) {
        report(content, trace, Context.QUIET);
        at = search.next(Math.max(trace.end(), at + 1));
      } else {
        at = search.next(at + 1);
      }
    }
  }

  /**
   * Follows pickles that begin at a block of 512 bytes, as the values of a shelf do (dbm.dumb).
   *
   * @return whether one of them uses a global; in text, names alone mean nothing
   */
  boolean searchBlocks(MappedFile content) throws LimitException {
    boolean found = false;
    for (long at = BLOCK; at < content.size(); at += BLOCK) {
      byte[] first = start(content, at);
      if (NEEDS_STACK.indexOf(first[0]) < 0 && PickleTrace.mayBegin(first)) {
        found |= reportUses(content, at) > 0;
      }
    }
    return found;
  }

  /**
   * Follows a pickle that may begin at an offset.
   *
   * @return the offset after it if it uses a global, else 0
   */
  long reportUses(MappedFile content, long at) throws LimitException {
    deadline.check(() -> Place.of(content.name()));
    PickleTrace trace = follow(content, at, given -> {});
    if (trace.counting().stream().noneMatch(PickleScanner::isUsed)) {
      return 0;
    }
    report(content, trace, Context.QUIET);
    return trace.end();
  }
}
