package dev.pt2st.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gives every seed to its target, and each of them cut short: what a fuzzer has found stays mended.
 */
class SeedsIT {
  private static final int CUTS = 8;

  private static Map<String, byte[]> of(FuzzTarget target) {
    try {
      return Seeds.of(target, Path.of(System.getProperty("pt2st.root", "..")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Arguments> seeds() {
    return Arrays.stream(FuzzTarget.values())
        .flatMap(target ->
            of(target).entrySet().stream()
                .map(seed -> Arguments.of(target, seed.getKey(), seed.getValue())));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("seeds")
  @Timeout(10)
  void aSeedBreaksNoInvariant(FuzzTarget target, String name, byte[] seed) {
    assertThatCode(() -> target.run(seed)).as(name).doesNotThrowAnyException();
    for (int i = 0; i < CUTS; i++) {
      byte[] cut = Arrays.copyOf(seed, seed.length * i / CUTS);
      assertThatCode(() -> target.run(cut))
          .as("%s, the first %d bytes", name, cut.length)
          .doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyTargetHasSeeds(FuzzTarget target) {
    assertThat(of(target)).hasSizeGreaterThan(1);
  }

  @Test
  void theHeapIsThatOfTheFuzzer() {
    assertThat(Runtime.getRuntime().maxMemory()).isLessThanOrEqualTo(Inputs.HEAP);
  }
}
