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

/** Collects the findings of one file. */
final class Findings {
  /** Further findings are only counted, except one that is worse than all so far. */
  private static final int MOST = 1000;

  /** In an archive with many such members, the first ones are enough. */
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

  /** The worst verdict so far. */
  Verdict worst() {
    return worst;
  }

  boolean isEmpty() {
    return kept.isEmpty();
  }

  long notListed() {
    return notListed;
  }

  /** The findings, worst first, then in the order in which they were found. */
  List<Finding> sorted() {
    List<Finding> sorted = new ArrayList<>(kept);
    sorted.sort(Comparator.comparing((Finding finding) -> finding.rule().verdict()).reversed());
    return sorted;
  }

  /** The accepted findings, worst first, then in the order in which they were found. */
  List<AcceptedFinding> accepted() {
    List<AcceptedFinding> sorted = new ArrayList<>(accepted);
    sorted.sort(
        Comparator.comparing((AcceptedFinding one) -> one.finding().rule().verdict()).reversed());
    return sorted;
  }

  /** Adds a finding whose global is accepted. */
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

  /** Adds a finding; its place may be in a file inside this one. */
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

  /** Adds the problem that a reader of archives found. */
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

  /** Adds the problem that a reader of pickles found. */
  void addOfPickle(CheckpointException problem) {
    Rule rule =
        switch (problem) {
          // Without a byte offset it is about a record of the archive, such as a wrong CRC-32.
          case MalformedException malformed ->
              problem.place().offset() < 0 && problem.place().entry() != null
                  ? Rule.UNSOUND_ARCHIVE
                  : Rule.BROKEN_PICKLE;
          // A listed function that is called, although it is known to be data only as a value.
          case RefusedException refused -> Rule.UNKNOWN_GLOBAL;
          case UnsupportedException unsupported -> Rule.NOT_LOOKED_INTO;
          case LimitException limit -> Rule.OVER_LIMIT;
        };
    add(rule, problem);
  }

  /** Adds the problem that a reader found, under a rule. */
  void add(Rule rule, CheckpointException problem) {
    add(rule, problem.place(), problem.problem(), null);
  }

  /** A place in a member of an archive, expressed from the user's file. */
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
