package dev.pt2st.units;

import java.io.Serializable;

/**
 * How units are put into bins, described by counts alone, so that no machine has to know all units.
 * The units are sorted, heaviest first. Each unit that fills a bin gets one alone. The others are
 * dealt like cards, forwards and backwards in turn, which makes bins of about the same weight.
 *
 * @param units how many there are
 * @param alone how many of them, the heaviest, have a bin alone
 * @param shared how many bins there are for the others
 */
public record BinLayout(long units, long alone, long shared) implements Serializable {
  /** A heavier unit is always alone in its bin: if such a bin is lost, hours of work are lost. */
  public static final long MOST_WEIGHT = 64L << 30;

  /** The most units in one bin, so that losing a bin costs about a minute. */
  private static final long MOST_UNITS = 1000;

  /**
   * The weight from which a unit is alone in its bin.
   *
   * @param total the weight of all units
   * @param bins how many bins are wanted
   */
  public static long capacity(long total, long bins) {
    return Math.clamp(Math.ceilDiv(total, Math.max(1, bins)), 1, MOST_WEIGHT);
  }

  /**
   * Makes a layout from counted units.
   *
   * @param units how many there are
   * @param alone how many of them weigh as much as the capacity or more
   * @param rest the weight of all others
   * @param capacity the capacity of a bin
   */
  public static BinLayout of(long units, long alone, long rest, long capacity) {
    long others = units - alone;
    long shared = Math.max(Math.ceilDiv(rest, capacity), Math.ceilDiv(others, MOST_UNITS));
    return new BinLayout(units, alone, others == 0 ? 0 : Math.clamp(shared, 1, others));
  }

  /** The number of bins. */
  public long bins() {
    return alone + shared;
  }

  /**
   * The bin of a unit. Bins are numbered so that the heavier ones come first.
   *
   * @param rank of the unit, from 0, heaviest first
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
