package dev.pt2st.cli.report.html;

import dev.pt2st.cli.terminal.Units;
import dev.pt2st.inspect.ModuleTree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;

/**
 * Modules as nested rectangles, with areas proportional to their bytes. The largest are divided
 * first, each into all of its parts, as long as the drawing stays small. So it is even however many
 * tensors there are, and what is not divided is drawn as one.
 */
public final class Treemap {
  private static final double WIDTH = 1000;
  private static final double HEIGHT = 560;

  /** A rectangle with a shorter side has no label until the page is zoomed. */
  private static final double SMALLEST = 26;

  /** A rectangle with a shorter side is not divided further. */
  private static final double SMALLEST_DIVIDED = 4;

  private static final double HEADER = 17;
  private static final double CHARACTER = 7;
  private static final int DEEPEST = 12;
  private static final int MOST_RECTANGLES = 4000;

  /** How many children of a module are drawn; the smaller ones are merged. */
  private static final int MOST_CHILDREN = 1000;

  private static final int COLOURS = 8;

  private final StringBuilder svg = new StringBuilder();

  private Treemap() {}

  /** The content of a rectangle. */
  private record Part(String name, long bytes, List<ModuleTree> within) {}

  /** A part with its place, and the parts that it is divided into. */
  private static final class Rectangle {
    final Part part;
    final Box box;
    final int colour;
    final int depth;
    List<Rectangle> within = List.of();

    Rectangle(Part part, Box box, int colour, int depth) {
      this.part = part;
      this.box = box;
      this.colour = colour;
      this.depth = depth;
    }

    double area() {
      return box.width * box.height;
    }

    /** A name has a line of its own, above the parts. */
    boolean hasWords() {
      return box.shorter() >= SMALLEST && (part.within.isEmpty() || box.height > 2 * HEADER);
    }

    boolean isDivisible() {
      return !part.within.isEmpty() && depth < DEEPEST && box.shorter() >= SMALLEST_DIVIDED;
    }
  }

  private record Box(double x, double y, double width, double height) {
    double shorter() {
      return Math.min(width, height);
    }
  }

  /** The drawing of a tree with at least one byte. */
  public static String of(ModuleTree top) {
    Treemap map = new Treemap();
    map.svg.append(
        "<div class=\"wide\" id=\"treemap\" tabindex=\"0\" role=\"region\" aria-label=\"Treemap of"
            + " modules\">\n<svg class=\"treemap\" viewBox=\"0 0 1000 560\" role=\"img\" aria-label=\"Modules as"
            + " rectangles, as large as their bytes\">\n");
    for (Rectangle rectangle : laidOut(top)) {
      map.draw(rectangle, "");
    }
    map.svg.append("</svg></div>\n");
    map.svg.append(
        "<p id=\"treemap-bar\" class=\"bar\" hidden><button type=\"button\" id=\"treemap-out\" disabled>Zoom"
            + " out</button> <span id=\"treemap-place\" aria-live=\"polite\"></span> <span"
            + " class=\"quiet\">Click a module to zoom in. By the keyboard: arrows choose, Enter zooms"
            + " in, Escape zooms out.</span></p>\n");
    return map.svg.toString();
  }

  private static List<Part> parts(List<ModuleTree> trees) {
    List<ModuleTree> sorted = new ArrayList<>(trees);
    sorted.sort(Comparator.comparingLong(ModuleTree::bytes).reversed());
    List<Part> parts = new ArrayList<>();
    for (ModuleTree tree : sorted.subList(0, Math.min(MOST_CHILDREN, sorted.size()))) {
      if (tree.bytes() > 0) {
        parts.add(new Part(tree.name(), tree.bytes(), List.copyOf(tree.children())));
      }
    }
    if (sorted.size() > MOST_CHILDREN) {
      List<ModuleTree> rest = sorted.subList(MOST_CHILDREN, sorted.size());
      long bytes = rest.stream().mapToLong(ModuleTree::bytes).sum();
      if (bytes > 0) {
        parts.add(new Part(rest.size() + " more", bytes, List.of()));
      }
    }
    return parts;
  }

  private static List<Rectangle> laidOut(ModuleTree top) {
    List<Rectangle> all =
        divided(parts(List.copyOf(top.children())), new Box(0, 0, WIDTH, HEIGHT), -1, 0);
    PriorityQueue<Rectangle> largestFirst =
        new PriorityQueue<>(Comparator.comparingDouble(Rectangle::area).reversed());
    largestFirst.addAll(all);
    int drawn = all.size();
    while (!largestFirst.isEmpty()) {
      Rectangle next = largestFirst.poll();
      if (!next.isDivisible()) {
        continue;
      }
      List<Rectangle> within =
          divided(
              parts(next.part.within),
              inner(next.box, next.hasWords()),
              next.colour,
              next.depth + 1);
      if (drawn + within.size() <= MOST_RECTANGLES) {
        drawn += within.size();
        next.within = within;
        largestFirst.addAll(within);
      }
    }
    return all;
  }

  /** Squarified treemap: a row is filled as long as its rectangles get closer to squares. */
  private static List<Rectangle> divided(List<Part> parts, Box whole, int colour, int depth) {
    List<Rectangle> divided = new ArrayList<>();
    double total = 0;
    for (Part part : parts) {
      total += part.bytes;
    }
    Box left = whole;
    double scale = total == 0 ? 0 : whole.width * whole.height / total;
    int from = 0;
    while (from < parts.size()) {
      int to = from + 1;
      double row = parts.get(from).bytes * scale;
      double worst = worst(parts, from, to, row, scale, left.shorter());
      while (to < parts.size()) {
        double more = row + parts.get(to).bytes * scale;
        double next = worst(parts, from, to + 1, more, scale, left.shorter());
        if (next > worst) {
          break;
        }
        row = more;
        worst = next;
        to++;
      }
      boolean isColumn = left.width >= left.height;
      double thickness = left.shorter() == 0 ? 0 : row / left.shorter();
      double at = isColumn ? left.y : left.x;
      for (int i = from; i < to; i++) {
        double length = thickness == 0 ? 0 : parts.get(i).bytes * scale / thickness;
        Box box =
            isColumn
                ? new Box(left.x, at, thickness, length)
                : new Box(at, left.y, length, thickness);
        at += length;
        if (box.shorter() >= 1) { // else its place has the colour of what it is in
          int own = colour < 0 && parts.size() > 1 ? i % COLOURS : colour;
          divided.add(new Rectangle(parts.get(i), box, own, depth));
        }
      }
      left =
          isColumn
              ? new Box(left.x + thickness, left.y, left.width - thickness, left.height)
              : new Box(left.x, left.y + thickness, left.width, left.height - thickness);
      from = to;
    }
    return divided;
  }

  private static double worst(
      List<Part> parts, int from, int to, double row, double scale, double side) {
    double worst = 0;
    for (int i = from; i < to; i++) {
      double area = parts.get(i).bytes * scale;
      double ratio = side * side * area / (row * row);
      worst = Math.max(worst, Math.max(ratio, 1 / ratio));
    }
    return worst;
  }

  private void draw(Rectangle rectangle, String path) {
    Part part = rectangle.part;
    Box box = rectangle.box;
    String name = path.isEmpty() ? part.name : path + "." + part.name;
    svg.append("<g class=\"m").append(Math.max(0, rectangle.colour)).append("\"><title>");
    svg.append(HtmlText.label(name, 200)).append(", ");
    svg.append(Units.bytes((double) part.bytes)).append("</title>");
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"/>",
            box.x,
            box.y,
            box.width,
            box.height));
    int most = (int) ((box.width - 6) / CHARACTER);
    if (rectangle.hasWords() && most > 1) {
      svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\">", box.x + 4, box.y + 13));
      svg.append(HtmlText.label(part.name, most)).append("</text>");
    }
    if (!rectangle.within.isEmpty()) {
      svg.append('\n');
      for (Rectangle within : rectangle.within) {
        draw(within, name);
      }
    }
    svg.append("</g>\n");
  }

  /** The area for the parts of a module: everything except a border and a line for its name. */
  private static Box inner(Box box, boolean hasWords) {
    double border = hasWords ? 2 : box.shorter() / 16;
    double above = hasWords ? HEADER : border;
    return new Box(
        box.x + border, box.y + above, box.width - 2 * border, box.height - above - border);
  }
}
