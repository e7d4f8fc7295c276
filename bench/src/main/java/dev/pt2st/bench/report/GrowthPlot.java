package dev.pt2st.bench.report;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.lines.SeriesLines;

/** Time against what it should grow with: a straight line, if all is well. */
final class GrowthPlot {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 420;

  private GrowthPlot() {}

  /**
   * Draws the medians of a benchmark and of its floors, each as a line of its own.
   *
   * @param scores of one benchmark
   * @param along what the horizontal axis shows of a score
   * @param target an SVG file, whose name ends so
   */
  static void draw(
      String title, String axis, List<Score> scores, ToDoubleFunction<Score> along, Path target)
      throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(axis)
            .yAxisTitle("milliseconds, median")
            .build();
    chart.getStyler().setXAxisMin(0.0).setYAxisMin(0.0);
    chart
        .getStyler()
        .setLegendPosition(LegendPosition.InsideNW)
        .setChartBackgroundColor(Color.WHITE);
    scores.stream()
        .map(Score::method)
        .distinct()
        .forEach(method -> addLine(chart, method, scores, along));
    VectorGraphicsEncoder.saveVectorGraphic(chart, target.toString(), VectorGraphicsFormat.SVG);
  }

  private static void addLine(
      XYChart chart, String method, List<Score> scores, ToDoubleFunction<Score> along) {
    List<Score> line =
        scores.stream()
            .filter(score -> score.method().equals(method))
            .sorted(Comparator.comparingDouble(along))
            .toList();
    XYSeries series =
        chart.addSeries(
            method,
            line.stream().mapToDouble(along).toArray(),
            line.stream().mapToDouble(Score::median).toArray());
    if (ScoreTable.isFloor(line.getFirst())) {
      series.setLineStyle(SeriesLines.DASH_DASH);
    }
  }
}
