package dev.pt2st.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark still runs. How fast is for another day, and another machine. */
class BenchmarkSmokeTest {
  static {
    // Nothing is timed here, so that another benchmark on this machine does not matter.
    System.setProperty("jmh.ignoreLock", "true");
  }

  @ParameterizedTest
  @CsvSource({
    // Three ways to copy, times the values of the parameters.
    "ConvertBenchmark, bytes, 1MB, 6",
    "CastBenchmark, bytes, 1MB, 6",
    "ManyTensorsBenchmark, bytes, 1MB, 6",
    "StridedBenchmark, bytes, 1MB, 9",
    // What is read, and its floors.
    "UnpickleBenchmark, objects, 100, 4",
    "SafetensorsHeaderBenchmark, tensors, 100, 3",
    "ScanBenchmark, bytes, 1MB, 2",
    "ChecksumBenchmark, bytes, 1MB, 3"
  })
  void runs(String benchmark, String parameter, String value, int combinations) throws Exception {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("\\." + benchmark + "\\.")
                    .param(parameter, value)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .measurementTime(TimeValue.milliseconds(1))
                    .forks(0)
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();

    assertThat(results).hasSize(combinations);
  }
}
