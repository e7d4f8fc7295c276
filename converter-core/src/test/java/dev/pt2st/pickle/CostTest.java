package dev.pt2st.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.testing.PlainDomain;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A small stream cannot cost much: what would grow with the square of it is bounded. */
@Timeout(60)
class CostTest {
  @Test
  void aFloatOfManyDigitsThatIsNoneIsTurnedDownAtOnce() {
    String stream = "F" + "1".repeat(1_000_000) + "x\n.";
    assertThatThrownBy(() -> PlainDomain.load(stream, Limits.STANDARD))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("a float is not written as one");
  }

  @Test
  void anIntegerHasSoManyBytesAndNoMore() {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    int length = (16 << 20) + 1;
    stream.writeBytes(
        new byte[] {
          (byte) 0x8b,
          (byte) length,
          (byte) (length >> 8),
          (byte) (length >> 16),
          (byte) (length >> 24)
        });
    stream.writeBytes(new byte[length]);
    stream.write('.');
    assertThatThrownBy(() -> PlainDomain.load(stream.toByteArray(), Limits.STANDARD))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("an integer of more than");
  }

  /** Keys whose Java hashes are all one, as a file could choose them: (31 - n, 31 * n). */
  @Test
  void keysCannotBeChosenToCollide() throws Exception {
    StringBuilder stream = new StringBuilder("}(");
    int count = 50_000;
    for (int i = 0; i < count; i++) {
      stream.append("I").append(-i).append("\nI").append(31L * i).append("\n\u0086N");
    }
    stream.append("u.");
    Value value = PlainDomain.load(stream.toString(), Limits.STANDARD);
    assertThat(value)
        .isInstanceOfSatisfying(DictValue.class, dict -> assertThat(dict.entries()).hasSize(count));
  }

  /** The same state again and again is charged for each time that it will be merged. */
  @Test
  void repeatedStatesAreCharged() {
    StringBuilder stream = new StringBuilder("czoo\nThing\n)\u0081}(");
    for (int i = 0; i < 1000; i++) {
      stream.append("I").append(i).append("\nN");
    }
    stream.append("uq\0");
    for (int i = 0; i < 1000; i++) {
      stream.append("bh\0");
    }
    stream.append("b.");
    assertThatThrownBy(() ->
            PlainDomain.load(stream.toString(), Limits.STANDARD.with(Limit.HEAP_BYTES, 10 << 20)))
        .isInstanceOf(LimitException.class);
  }
}
