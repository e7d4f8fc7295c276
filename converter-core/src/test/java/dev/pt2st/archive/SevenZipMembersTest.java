package dev.pt2st.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.testing.Wrap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All that a 7z archive holds comes out, and no more than the limits allow. */
class SevenZipMembersTest {
  private static final int SIZE = 100_000;

  @TempDir Path temporary;

  private static byte[] noise(int seed) {
    byte[] noise = new byte[SIZE];
    new Random(seed).nextBytes(noise);
    return noise;
  }

  private interface Look {
    void at(Members members) throws CheckpointException, IOException;
  }

  /** Looks at an archive of two members and an empty one. */
  private void members(Limits limits, Look look) throws CheckpointException, IOException {
    byte[] archive =
        Wrap.sevenZip(Wrap.members("a", noise(1), "empty", new byte[0], "b", noise(2)));
    Path path = Files.write(temporary.resolve("a.7z"), archive);
    try (MappedFile file = MappedFile.open(path)) {
      Unpacking unpacking = new Unpacking(file, limits, true, ScratchFolder.TEMPORARY);
      try (Members members =
          Members.of(new Container.Archive(file, ArchiveFormat.SEVEN_ZIP), unpacking)) {
        look.at(members);
      }
    }
  }

  private static Limits atMost(long bytes) {
    return Limits.STANDARD.with(Limit.UNPACKED_BYTES, bytes);
  }

  @Test
  void whatIsSoundComesOutWhole() throws Exception {
    members(
        Limits.STANDARD,
        members -> {
          for (int i = 1; members.next(); i++) {
            Unpacking.Outcome outcome = members.openWhatThereIs();
            try (MappedFile content = outcome.file()) {
              assertThat(outcome.problem()).isNull();
              assertThat(content.start(0, 2 * SIZE)).isEqualTo(noise(i));
            }
          }
        });
  }

  @Test
  void whatIsOpenedCounts() throws Exception {
    members(
        atMost(SIZE),
        members -> {
          assertThat(members.next()).isTrue();
          members.openWhatThereIs().file().close();
          assertThat(members.next()).isTrue();
          assertThatThrownBy(members::openWhatThereIs).isInstanceOf(LimitException.class);
        });
  }

  @Test
  void whatIsOnlyBegunCountsAsAWhole() throws Exception {
    members(
        atMost(SIZE - 1),
        members -> {
          assertThat(members.next()).isTrue();
          assertThatThrownBy(members::start).isInstanceOf(LimitException.class);
        });
  }

  /** Members may share a stream, in which those before must be unpacked too. */
  @Test
  void whatIsPassedOverCounts() throws Exception {
    members(
        atMost(2 * SIZE - 1),
        members -> {
          assertThat(members.next()).isTrue();
          assertThat(members.next()).isTrue();
          assertThatThrownBy(members::start).isInstanceOf(LimitException.class);
        });
  }

  @Test
  void emptyMembersCountAsEntries() throws Exception {
    members(
        Limits.STANDARD.with(Limit.ENTRIES, 2),
        members -> {
          assertThat(members.next()).isTrue();
          assertThatThrownBy(members::next)
              .isInstanceOf(LimitException.class)
              .hasMessageContaining("more than 2 entries");
        });
  }
}
