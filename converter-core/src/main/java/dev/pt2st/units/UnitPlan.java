package dev.pt2st.units;

import dev.pt2st.io.Input;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * A file of units. Only the offset and the weight of each unit are in memory; a unit is read again
 * when it is done.
 */
public final class UnitPlan implements AutoCloseable {
  /** Bins of each shard: enough for the cores of a large machine, but few files of results. */
  private static final long BINS_OF_A_SHARD = 80;

  private static final int MOST_UNITS = 1 << 27;

  private final LineFile file;
  private final UnitLine lines = new UnitLine();
  private long[] offsets = new long[1 << 10];
  private long[] weights = new long[1 << 10];
  private int units;

  private UnitPlan(LineFile file) {
    this.file = file;
  }

  /**
   * Opens a file of units.
   *
   * @throws FileSystemException if a line is not a unit, or a unit occurs twice, with the number of
   *     the line
   * @throws IOException if it cannot be read
   */
  @SuppressWarnings("exports") // for programs that know where sources come from
  public static UnitPlan open(Input input) throws IOException {
    LineFile file = LineFile.open(input);
    UnitPlan plan = new UnitPlan(file);
    try {
      Set<UnitKey> keys = new HashSet<>();
      file.each((number, offset, text) -> plan.add(offset, plan.lines.unit(text), keys));
      return plan;
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  private void add(long offset, WorkUnit unit, Set<UnitKey> keys) {
    if (!keys.add(unit.key(""))) {
      throw new IllegalArgumentException("the same unit is there twice");
    }
    if (units == MOST_UNITS) {
      throw new IllegalArgumentException("there are more than " + MOST_UNITS + " units");
    }
    if (units == offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * units);
      weights = Arrays.copyOf(weights, 2 * units);
    }
    offsets[units] = offset;
    weights[units] = unit.weight();
    units++;
  }

  /** The number of units. */
  public int units() {
    return units;
  }

  /**
   * Reads a unit.
   *
   * @param index its index from 0, in the order of the file
   */
  public WorkUnit unit(int index) throws IOException {
    return lines.unit(file.at(offsets[index]));
  }

  /**
   * Units that are done one after the other, with their results in one object.
   *
   * @param units their indices in the plan
   * @param weight the weight of all of them
   */
  public record Bin(List<Integer> units, long weight) {
    public Bin {
      units = List.copyOf(units);
    }
  }

  /**
   * The bins of one of several workers, heaviest first. They depend only on the units and the two
   * numbers, so the workers need not know of each other.
   *
   * @param shard the number of the worker, from 0
   * @param shards the number of workers
   */
  public List<Bin> bins(int shard, int shards) {
    List<List<Bin>> all = new ArrayList<>();
    List<Bin> bins = bins(Math.multiplyExact(BINS_OF_A_SHARD, (long) shards));
    PriorityQueue<long[]> least =
        new PriorityQueue<>(
            Comparator.<long[]>comparingLong(load -> load[0]).thenComparingLong(load -> load[1]));
    for (int i = 0; i < shards; i++) {
      least.add(new long[] {0, i});
      all.add(new ArrayList<>());
    }
    for (Bin bin : bins) {
      // The worker with the least work so far gets the next bin.
      long[] load = least.remove();
      load[0] = saturated(load[0], bin.weight());
      all.get((int) load[1]).add(bin);
      least.add(load);
    }
    return List.copyOf(all.get(shard));
  }

  private static long saturated(long one, long other) {
    return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
  }

  private List<Bin> bins(long wanted) {
    Integer[] ranked = new Integer[units];
    long total = 0;
    for (int i = 0; i < units; i++) {
      ranked[i] = i;
      total = saturated(total, weights[i]);
    }
    Arrays.sort(ranked, Comparator.<Integer>comparingLong(i -> weights[i]).reversed());
    long capacity = BinLayout.capacity(total, wanted);
    int alone = 0;
    while (alone < units && weights[ranked[alone]] >= capacity) {
      alone++;
    }
    long rest = 0;
    for (int i = alone; i < units; i++) {
      rest += weights[ranked[i]];
    }
    BinLayout layout = BinLayout.of(units, alone, rest, capacity);
    List<List<Integer>> members = new ArrayList<>();
    for (long bin = 0; bin < layout.bins(); bin++) {
      members.add(new ArrayList<>());
    }
    for (int rank = 0; rank < units; rank++) {
      members.get((int) layout.bin(rank)).add(ranked[rank]);
    }
    List<Bin> bins = new ArrayList<>();
    for (List<Integer> indices : members) {
      long weight = 0;
      for (int index : indices) {
        weight = saturated(weight, weights[index]);
      }
      bins.add(new Bin(indices, weight));
    }
    bins.sort(Comparator.comparingLong(Bin::weight).reversed());
    return bins;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
