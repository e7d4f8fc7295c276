package dev.pt2st.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExitCodeTest {
  private static final Path FILE = Path.of("model.pt");

  @Test
  void theCodesAreThoseOfTheRules() {
    assertThat(Arrays.stream(ExitCode.values()).map(ExitCode::code)).containsExactly(0, 1, 2, 3, 4);
  }

  static Stream<Arguments> exceptions() {
    Place place = Place.of(FILE);
    return Stream.of(
        Arguments.of(new MalformedException(place, "cut short"), 1),
        Arguments.of(new UnsupportedException(place, "a tar archive", Remedy.NONE), 1),
        Arguments.of(new RefusedException(place, "two names", Remedy.NONE), 3),
        Arguments.of(new LimitException(place, Limit.NAMES, "too many"), 3));
  }

  @ParameterizedTest
  @MethodSource("exceptions")
  void eachKindOfExceptionHasOne(CheckpointException exception, int code) {
    Failure failure = Failure.of(exception);
    assertThat(failure.code().code()).isEqualTo(code);
    assertThat(failure.message()).startsWith("model.pt: ");
    assertThat(failure.globals()).isEmpty();
  }
}
