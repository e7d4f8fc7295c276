package dev.pt2st;

/** How a report words a remedy for its readers. */
@FunctionalInterface
public interface RemedyWording {
  /** For callers of this library. */
  RemedyWording PLAIN = Remedy::advice;

  /** The remedy in words, as a clause; empty if there is nothing to say. */
  String of(Remedy remedy);
}
