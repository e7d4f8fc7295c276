package dev.pt2st.units;

import java.io.Serializable;

/**
 * How units are put into bins, told by counts alone, so that no machine has to know all units. They
 * are put in order, the heaviest first; each that fills a bin is in one alone, and the others are
 * dealt out like cards, there and back, which makes bins of about the same weight.
 *
 * @param units how many there are
 * @param alone how many of them, the heaviest ones, are in a bin alone
 * @param shared how many bins there are for the others
 */
public record Cut(long units, long alone, long shared) implements Serializable {
  /**
   * What is heavier is alone, however much there is to do: if such a bin is lost, hours are lost.
   */
  public static final long MOST_WEIGHT = 64L << 30;

  /** Units in one bin at most: what is lost with a bin is a minute or so. */
  private static final long MOST_UNITS = 1000;

  /**
   * From which weight on a unit is alone in its bin.
   *
   * @param total weight of all units
   * @param bins how many are wanted
   */
  public static long capacity(long total, long bins) {
    return Math.clamp(Math.ceilDiv(total, Math.max(1, bins)), 1, MOST_WEIGHT);
  }

  /**
   * The cut of units that were counted.
   *
   * @param units how many there are
   * @param alone how many of them weigh as much as the capacity or more
   * @param rest weight of all others
   * @param capacity of a bin
   */
  public static Cut of(long units, long alone, long rest, long capacity) {
    long others = units - alone;
    long shared = Math.max(Math.ceilDiv(rest, capacity), Math.ceilDiv(others, MOST_UNITS));
    return new Cut(units, alone, others == 0 ? 0 : Math.clamp(shared, 1, others));
  }

  /** How many bins there are. */
  public long bins() {
    return alone + shared;
  }

  /**
   * The bin of a unit. Bins are numbered so that the heavier ones come first.
   *
   * @param rank of the unit, from 0, the heaviest first
   */
  public long bin(long rank) {
    if (rank < alone) {
      return rank;
    }
    long round = (rank - alone) / shared;
    long place = (rank - alone) % shared;
    return alone + (round % 2 == 0 ? place : shared - 1 - place);
  }
}
