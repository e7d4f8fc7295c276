package dev.pt2st;

/** How reports that are text put a remedy, for their readers. */
@FunctionalInterface
public interface RemedyWording {
  /** For callers of this library. */
  RemedyWording PLAIN = Remedy::advice;

  /** The remedy in words, as a clause; empty if there is nothing to say. */
  String of(Remedy remedy);
}
