package dev.pt2st.checkpoint.sharded.folder;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.tensor.Shape;
import dev.pt2st.work.Deadline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Checks whether boxes cover each element of a tensor exactly once. Boxes are sorted by one
 * dimension, and each is compared only with those that overlap it there, so that a million boxes do
 * not need quadratically many comparisons ({@code _validate_global_plan} of {@code
 * torch/distributed/checkpoint/default_planner.py} does the same).
 */
public final class Boxes {
  /** The number of comparisons between checks of the deadline. */
  private static final int STEP = 1 << 16;

  private static final int FEW = 16;

  /**
   * A box.
   *
   * @param offsets of its first element
   * @param sizes how many elements it has in each dimension
   */
  public record Box(Shape offsets, Shape sizes) {
    /** Whether it has no elements. */
    public boolean isEmpty() {
      for (int i = 0; i < sizes.rank(); i++) {
        if (sizes.get(i) == 0) {
          return true;
        }
      }
      return false;
    }

    private boolean overlaps(Box other) {
      for (int i = 0; i < sizes.rank(); i++) {
        if (offsets.get(i) >= other.offsets.get(i) + other.sizes.get(i)
            || other.offsets.get(i) >= offsets.get(i) + sizes.get(i)) {
          return false;
        }
      }
      return true;
    }
  }

  private Boxes() {}

  /**
   * The non-empty boxes, each once, in the order of their first elements.
   *
   * @param place names the tensor in messages
   * @throws MalformedException if a box is outside of the tensor, two overlap, or an element is in
   *     none
   */
  public static List<Box> covering(Shape shape, List<Box> all, Place place, Deadline deadline)
      throws CheckpointException {
    Set<Box> seen = new HashSet<>();
    List<Box> boxes = new ArrayList<>(all.size());
    for (Box box : all) {
      checkInside(shape, box, place);
      if (!box.isEmpty() && seen.add(box)) {
        boxes.add(box);
      }
    }
    checkOverlaps(boxes, shape.rank(), place, deadline);
    long covered = 0;
    long elements;
    try {
      elements = shape.elementCount();
      for (Box box : boxes) {
        covered = Math.addExact(covered, box.sizes.elementCount());
      }
    } catch (ArithmeticException e) {
      throw new MalformedException(place, "its sizes " + shape + " overflow");
    }
    if (covered != elements) {
      throw new MalformedException(
          place,
          "its pieces have "
              + covered
              + " of its "
              + elements
              + " elements, and nothing says what the others are");
    }
    boxes.sort(Comparator.comparing(Box::offsets, Boxes::compare));
    return boxes;
  }

  /** Compares offsets lexicographically. */
  public static int compare(Shape one, Shape other) {
    int rank = Math.min(one.rank(), other.rank());
    for (int i = 0; i < rank; i++) {
      if (one.get(i) != other.get(i)) {
        return Long.compare(one.get(i), other.get(i));
      }
    }
    return Integer.compare(one.rank(), other.rank());
  }

  private static void checkInside(Shape shape, Box box, Place place) throws MalformedException {
    boolean inside = box.offsets.rank() == shape.rank() && box.sizes.rank() == shape.rank();
    for (int i = 0; inside && i < shape.rank(); i++) {
      long offset = box.offsets.get(i);
      long size = box.sizes.get(i);
      inside = offset >= 0 && size >= 0 && size <= shape.get(i) && offset <= shape.get(i) - size;
    }
    if (!inside) {
      throw new MalformedException(
          place,
          "a piece of sizes "
              + box.sizes
              + " at "
              + box.offsets
              + " does not lie within its sizes "
              + shape);
    }
  }

  private static void checkOverlaps(List<Box> boxes, int rank, Place place, Deadline deadline)
      throws CheckpointException {
    if (boxes.size() < 2) {
      return;
    }
    if (rank == 0) {
      throw overlap(boxes.get(0), boxes.get(1), place);
    }
    if (boxes.size() <= FEW) {
      checkEach(boxes, place);
      return;
    }
    int dimension = dimension(boxes, rank);
    boxes.sort(Comparator.comparingLong(box -> box.offsets.get(dimension)));
    List<Box> open = new ArrayList<>();
    long steps = 0;
    for (Box box : boxes) {
      long begin = box.offsets.get(dimension);
      for (int i = open.size() - 1; i >= 0; i--) {
        if (++steps % STEP == 0) {
          deadline.check(() -> place);
        }
        Box other = open.get(i);
        if (other.offsets.get(dimension) + other.sizes.get(dimension) <= begin) {
          Box last = open.removeLast();
          if (i < open.size()) {
            open.set(i, last);
          }
        } else if (box.overlaps(other)) {
          throw overlap(other, box, place);
        }
      }
      open.add(box);
    }
  }

  /** Compares each box with each: most tensors have few pieces. */
  private static void checkEach(List<Box> boxes, Place place) throws MalformedException {
    for (int i = 1; i < boxes.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (boxes.get(i).overlaps(boxes.get(j))) {
          throw overlap(boxes.get(j), boxes.get(i), place);
        }
      }
    }
  }

  /** The dimension with the most distinct offsets of boxes. */
  private static int dimension(List<Box> boxes, int rank) {
    int best = 0;
    long most = 0;
    for (int i = 0; i < rank; i++) {
      int dimension = i;
      long count = boxes.stream().mapToLong(box -> box.offsets.get(dimension)).distinct().count();
      if (count > most) {
        best = i;
        most = count;
      }
    }
    return best;
  }

  private static MalformedException overlap(Box one, Box other, Place place) {
    return new MalformedException(
        place,
        "its pieces of sizes "
            + one.sizes
            + " at "
            + one.offsets
            + " and of sizes "
            + other.sizes
            + " at "
            + other.offsets
            + " overlap");
  }
}
