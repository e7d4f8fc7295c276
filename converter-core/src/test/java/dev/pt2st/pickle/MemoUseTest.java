package dev.pt2st.pickle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.testing.GraphText;
import dev.pt2st.testing.PlainDomain;
import dev.pt2st.testing.RandomPickle;
import dev.pt2st.testing.Wrap;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A memo of which only what is asked for is kept gives the same values as one that keeps all. */
class MemoUseTest {
  private static byte[] stream(String latin1) {
    return latin1.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static @Nullable BitSet of(String latin1) {
    MemorySegment bytes = MemorySegment.ofArray(stream(latin1));
    return MemoUse.of(new ByteCursor(bytes, Place.of(Path.of("a.pkl"))));
  }

  @Test
  void indicesThatAreAskedForAreFound() {
    String text = "\u0080\2X\1\0\0\0hq\0\u0094(cos\nh\1\nh\2C\3h\3.j\5\0\0\0G0123456hK.th\7.h\6";
    assertThat(of(text)).isEqualTo(BitSet.valueOf(new long[] {1L << 2 | 1L << 5 | 1L << 7}));
    assertThat(of("N.")).isEqualTo(new BitSet());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // no STOP
        "N",
        "\u00ff.", // no opcode
        "g1\n.", // by text
        "j\u00ff\u00ff\u00ff\u00ff.", // beyond all that was put
        "j\1\0", // cut short
        "C\7abc.",
        "\u008b\u00ff\u00ff\u00ff\u00ff.", // a negative length
        "\u0096\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff.",
        "cos",
        "I1"
      })
  void ofAnOddStreamNothingIsKnown(String latin1) {
    assertThat(of(latin1)).isNull();
  }

  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  /** The same stream, small and behind so many bytes that its memo is looked at first. */
  @ParameterizedTest
  @MethodSource("seeds")
  void aLongStreamGivesWhatAShortOneGives(long seed) {
    byte[] small = RandomPickle.of(seed, 120);
    assertThat(outcome(Wrap.concat(PADDING, small))).isEqualTo(outcome(small));
  }

  /** Tuples are put by every opcode, some in the place of others, and some are asked for. */
  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsAskedForIsThere(long seed) throws Exception {
    Random random = new Random(seed);
    StringBuilder stream = new StringBuilder("]");
    List<Integer> put = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      int index = random.nextInt(200);
      stream.append('K').append((char) i).append('\u0085');
      if (put.isEmpty() || random.nextInt(4) == 0) {
        index = (int) put.stream().distinct().count();
        stream.append('\u0094');
      } else if (random.nextBoolean()) {
        stream.append('q').append((char) index);
      } else {
        stream.append('r').append((char) index).append("\0\0\0");
      }
      put.add(index);
      stream.append('0');
    }
    stream.append('(');
    for (int i = 0; i < 20; i++) {
      int index = put.get(random.nextInt(put.size()));
      stream.append(random.nextBoolean() ? "h" + (char) index : "j" + (char) index + "\0\0\0");
    }
    byte[] small = stream(stream + "e.");
    String expected = GraphText.of(PlainDomain.load(small, Limits.STANDARD));
    assertThat(outcome(Wrap.concat(PADDING, small))).isEqualTo(expected);
  }

  /** A large value that is thrown away. */
  private static final byte[] PADDING = padding();

  private static byte[] padding() {
    int size = (int) MemoUse.LEAST_BYTES;
    return ByteBuffer.allocate(size + 6)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 'B')
        .putInt(size)
        .put(size + 5, (byte) '0')
        .array();
  }

  private static String outcome(byte[] stream) {
    try {
      return GraphText.of(PlainDomain.load(stream, Limits.STANDARD));
    } catch (CheckpointException e) {
      return e.problem();
    }
  }
}
