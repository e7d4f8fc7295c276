package dev.pt2st.bench.report;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What JMH measured of one method with one choice of parameters.
 *
 * @param benchmark the class, without its package
 * @param method of the class
 * @param parameters their values by name
 * @param times single times in milliseconds, the shortest first; at least one
 */
record Score(String benchmark, String method, Map<String, String> parameters, List<Double> times) {
  Score {
    parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
    times = times.stream().sorted().toList();
    if (times.isEmpty()) {
      throw new IllegalArgumentException(benchmark + "." + method + " has no times");
    }
  }

  /** The one in the middle, or the mean of the two there, in milliseconds. */
  double median() {
    int half = times.size() / 2;
    return times.size() % 2 == 1 ? times.get(half) : (times.get(half - 1) + times.get(half)) / 2;
  }

  /**
   * Reads what {@code -rf json} of JMH writes.
   *
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if a score is not in milliseconds
   */
  static List<Score> read(Path file) throws IOException {
    List<Score> scores = new ArrayList<>();
    try (Reader reader = Files.newBufferedReader(file)) {
      for (JsonElement result : JsonParser.parseReader(reader).getAsJsonArray()) {
        scores.add(of(result.getAsJsonObject()));
      }
    }
    return scores;
  }

  private static Score of(JsonObject result) {
    String name = result.get("benchmark").getAsString();
    int method = name.lastIndexOf('.');
    int benchmark = name.lastIndexOf('.', method - 1);
    JsonObject metric = result.getAsJsonObject("primaryMetric");
    if (!metric.get("scoreUnit").getAsString().equals("ms/op")) {
      throw new IllegalArgumentException(name + " is measured in " + metric.get("scoreUnit"));
    }
    Map<String, String> parameters = new TreeMap<>();
    if (result.get("params") instanceof JsonObject params) {
      params
          .entrySet()
          .forEach(param -> parameters.put(param.getKey(), param.getValue().getAsString()));
    }
    List<Double> times = new ArrayList<>();
    for (JsonElement fork : metric.getAsJsonArray("rawData")) {
      fork.getAsJsonArray().forEach(time -> times.add(time.getAsDouble()));
    }
    return new Score(
        name.substring(benchmark + 1, method), name.substring(method + 1), parameters, times);
  }
}
