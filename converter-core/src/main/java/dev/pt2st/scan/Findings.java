package dev.pt2st.scan;

import dev.pt2st.Acceptance;
import dev.pt2st.CheckpointException;
import dev.pt2st.LimitException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.ResourceName;
import dev.pt2st.TracedGlobal;
import dev.pt2st.UnsupportedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects what is found in one file. */
final class Findings {
  /** What is more is counted, but a finding worse than all so far always has its place. */
  private static final int MOST = 1000;

  /** Of an archive with many such members the first ones tell enough. */
  private static final int MOST_UNRECOGNIZED = 20;

  private final ResourceName file;
  private final List<Finding> kept = new ArrayList<>();
  private final List<AcceptedFinding> accepted = new ArrayList<>();
  private final Set<String> known = new HashSet<>();
  private Verdict worst = Verdict.NO_PICKLE;
  private long notListed;
  private int unrecognized;

  Findings(ResourceName file) {
    this.file = file;
  }

  /** The worst so far. */
  Verdict worst() {
    return worst;
  }

  boolean isEmpty() {
    return kept.isEmpty();
  }

  long notListed() {
    return notListed;
  }

  /** The worst first, then in the order in which they were found. */
  List<Finding> sorted() {
    List<Finding> sorted = new ArrayList<>(kept);
    sorted.sort(Comparator.comparing((Finding finding) -> finding.rule().verdict()).reversed());
    return sorted;
  }

  /** What was accepted, the worst first, then in the order in which it was found. */
  List<AcceptedFinding> accepted() {
    List<AcceptedFinding> sorted = new ArrayList<>(accepted);
    sorted.sort(
        Comparator.comparing((AcceptedFinding one) -> one.finding().rule().verdict()).reversed());
    return sorted;
  }

  /** Adds what would be a finding, were its global not accepted. */
  void accept(
      Rule rule,
      Place place,
      String message,
      @Nullable TracedGlobal global,
      Acceptance acceptance) {
    Place own = own(place);
    if (accepted.size() >= MOST) {
      notListed++;
    } else if (known.add(rule + " " + own + " " + message)) {
      accepted.add(new AcceptedFinding(new Finding(rule, own, message, global), acceptance));
    }
  }

  /** Adds a finding; its place may be in a file within this one. */
  void add(Rule rule, Place place, String message, @Nullable TracedGlobal global) {
    Place own = own(place);
    boolean isWorse = rule.verdict().compareTo(worst) > 0;
    worst = worst.worse(rule.verdict());
    if (rule == Rule.UNRECOGNIZED_BYTES && ++unrecognized > MOST_UNRECOGNIZED) {
      notListed++;
      return;
    }
    if (kept.size() < MOST ? !known.add(rule + " " + own + " " + message) : !isWorse) {
      notListed += kept.size() < MOST ? 0 : 1;
      return;
    }
    kept.add(new Finding(rule, own, message, global));
  }

  /** Adds what a reader of archives complains about. */
  void add(CheckpointException problem) {
    Rule rule =
        switch (problem) {
          case MalformedException malformed -> Rule.UNSOUND_ARCHIVE;
          case RefusedException refused -> Rule.UNSOUND_ARCHIVE;
          case UnsupportedException unsupported -> Rule.NOT_LOOKED_INTO;
          case LimitException limit -> Rule.OVER_LIMIT;
        };
    add(rule, problem);
  }

  /** Adds what a reader of pickles complains about. */
  void addOfPickle(CheckpointException problem) {
    Rule rule =
        switch (problem) {
          // Without a byte it is about a record of the archive, such as a wrong CRC-32.
          case MalformedException malformed ->
              problem.place().offset() < 0 && problem.place().entry() != null
                  ? Rule.UNSOUND_ARCHIVE
                  : Rule.BROKEN_PICKLE;
          // A listed function that is called, and is known to be data only as a value.
          case RefusedException refused -> Rule.UNKNOWN_GLOBAL;
          case UnsupportedException unsupported -> Rule.NOT_LOOKED_INTO;
          case LimitException limit -> Rule.OVER_LIMIT;
        };
    add(rule, problem);
  }

  /** Adds what a reader complains about, as a rule. */
  void add(Rule rule, CheckpointException problem) {
    add(rule, problem.place(), problem.problem(), null);
  }

  /** A place in a member of an archive, told from the file of the user. */
  private Place own(Place place) {
    String member = place.file().within(file);
    String entry = place.entry();
    if (!member.isEmpty() && entry != null) {
      entry = member + "!" + entry;
    } else if (!member.isEmpty()) {
      entry = member;
    }
    return new Place(file, entry, place.offset(), place.tensor());
  }
}
