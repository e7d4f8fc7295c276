package dev.pt2st.archive.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.testing.Wrap;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A member is read behind whatever stands in its header, as {@code gzip} of Python does it. */
class LenientGzipMembersTest {
  private static final int FIXED = 10;
  private static final int FLAGS_AT = 3;
  private static final byte[] CONTENT = {1, 2, 3, 4, 5};

  /** The same member with other flags, and what these say that follows. */
  private static byte[] member(int flags, int extra) {
    byte[] gzip = Wrap.gzip(CONTENT);
    gzip[FLAGS_AT] = (byte) flags;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(gzip, 0, FIXED);
    if ((flags & 4) != 0) {
      out.write(extra);
      out.write(extra >> 8);
      out.writeBytes(new byte[extra]);
    }
    out.write(new byte[] {'n', 0}, 0, (flags & 8) != 0 ? 2 : 0);
    out.write(new byte[] {'c', 0}, 0, (flags & 16) != 0 ? 2 : 0);
    out.write(new byte[] {77, 77}, 0, (flags & 2) != 0 ? 2 : 0);
    out.write(gzip, FIXED, gzip.length - FIXED);
    return out.toByteArray();
  }

  private static byte[] read(byte[] gzip) throws IOException {
    return new LenientGzipMembers(new ByteArrayInputStream(gzip)).readAllBytes();
  }

  @Test
  void anyFlagsAreTaken() throws IOException {
    for (int flags = 0; flags < 0x100; flags++) {
      assertThat(read(member(flags, 3))).as("flags %s", flags).isEqualTo(CONTENT);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 255, 256, 300, 0xffff})
  void extraFieldsMayBeLong(int length) throws IOException {
    assertThat(read(member(4, length))).isEqualTo(CONTENT);
  }

  @Test
  void zerosMayStandBetweenMembersAndBehindThem() throws IOException {
    byte[] two = Wrap.concat(Wrap.concat(member(0, 0), new byte[700]), member(8, 0));
    assertThat(read(Wrap.concat(two, new byte[20]))).isEqualTo(Wrap.concat(CONTENT, CONTENT));
  }

  /** Python has given out what a member holds before it looks at what follows. */
  @Test
  void whatComesBeforeABreakIsGiven() throws IOException {
    byte[] first = member(0, 0);
    for (byte[] behind : new byte[][] {{1}, {31}, Arrays.copyOf(first, FIXED + 1)}) {
      try (LenientGzipMembers members =
          new LenientGzipMembers(new ByteArrayInputStream(Wrap.concat(first, behind)))) {
        byte[] given = new byte[CONTENT.length];
        assertThat(members.read(given, 0, given.length)).isEqualTo(given.length);
        assertThat(given).isEqualTo(CONTENT);
        assertThatThrownBy(members::read).isInstanceOf(EOFException.class);
      }
    }
  }
}
