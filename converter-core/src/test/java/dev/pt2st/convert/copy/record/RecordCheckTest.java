package dev.pt2st.convert.copy.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.convert.copy.record.RecordCheck.Gap;
import dev.pt2st.io.ByteSource;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Each byte of a record is summed up once, whoever reads it. */
class RecordCheckTest {
  private final RecordCheck check =
      new RecordCheck(new ByteSource.InMemory("record", MemorySegment.ofArray(new byte[100])));

  @Test
  void whatNobodyTakesIsAGap() {
    assertThat(check.gaps()).containsExactly(new Gap(0, 100));
  }

  @Test
  void aTensorThatCoversTheRecordLeavesNoGap() {
    assertThat(check.take(0, 100)).isTrue();
    assertThat(check.gaps()).isEmpty();
    assertThat(check.take(0, 100)).isFalse();
  }

  @Test
  void partsSideBySideAreTakenInAnyOrder() {
    assertThat(check.take(60, 70)).isTrue();
    assertThat(check.take(10, 30)).isTrue();
    assertThat(check.take(30, 60)).isTrue();
    assertThat(check.gaps()).containsExactly(new Gap(0, 10), new Gap(70, 100));
  }

  @Test
  void aPartThatOverlapsIsNotTaken() {
    assertThat(check.take(20, 40)).isTrue();
    assertThat(check.take(60, 80)).isTrue();
    assertThat(check.take(0, 10)).isTrue();
    assertThat(check.take(39, 50)).isFalse();
    assertThat(check.take(50, 61)).isFalse();
    assertThat(check.take(0, 100)).isFalse();
    assertThat(check.take(65, 70)).isFalse();
    assertThat(check.take(5, 15)).isFalse();
    assertThat(check.gaps()).containsExactly(new Gap(10, 20), new Gap(40, 60), new Gap(80, 100));
  }

  @Test
  void nothingIsNotTaken() {
    assertThat(check.take(10, 10)).isFalse();
  }
}
