package dev.pt2st.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.io.MappedFile;
import dev.pt2st.testing.ZipBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** There is one end record, and the central directory lies just before it. */
class ZipEndTest {
  private static final byte[] PICKLE = {(byte) 0x80, 2, 'N', '.'};
  private static final byte[] DATA = "0123456789abcdef".getBytes(UTF_8);
  private static final long SATURATED = 0xffff_ffffL;

  @TempDir Path temporary;

  private static ZipBuilder checkpoint() {
    return new ZipBuilder().stored("archive/data.pkl", PICKLE);
  }

  private ZipArchive read(byte[] zip) throws IOException, CheckpointException {
    Path path = Files.write(temporary.resolve("sample.pt"), zip);
    try (MappedFile file = MappedFile.open(path)) {
      return ((Container.TorchZip) Containers.detect(file, Limits.STANDARD)).archive();
    }
  }

  private void refuses(ZipBuilder zip, String problem) {
    assertThatThrownBy(() -> read(zip.build()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void aCommentIsInOrder() throws Exception {
    byte[] comment = new byte[0xffff];
    Arrays.fill(comment, (byte) 'c');
    assertThat(read(checkpoint().end(end -> end.comment = comment).build()).entries()).hasSize(1);
  }

  @Test
  void anEndRecordInTheCommentOfAnotherIsRefused() {
    // The inner one fits as well: its own comment ends with the file.
    byte[] inner = new ZipBuilder().stored("other/data.pkl", PICKLE).build();
    byte[] innerEnd = Arrays.copyOfRange(inner, inner.length - 22, inner.length);
    refuses(checkpoint().end(end -> end.comment = innerEnd), "");
  }

  @Test
  void aZipKeptAsARecordIsNoSecondEndRecord() throws Exception {
    byte[] inner = new ZipBuilder().stored("inner/data.pkl", PICKLE).build();
    assertThat(read(checkpoint().stored("archive/data/inner.zip", inner).build()).entries())
        .hasSize(2);
  }

  @Test
  void aZipKeptAsARecordWhoseCommentReachesTheEndIsRefused() {
    // A reader that wants the comment to end with the file would take the inner one.
    int rest = 46 + "archive/data/inner.zip".length() + 46 + "archive/data.pkl".length() + 22;
    byte[] inner =
        new ZipBuilder()
            .stored("inner/data.pkl", PICKLE)
            .end(end -> end.commentLength = rest)
            .build();
    refuses(checkpoint().stored("archive/data/inner.zip", inner), "more than one end record");
  }

  static Stream<Consumer<ZipBuilder.End>> lies() {
    return Stream.of(
        end -> end.directoryOffset++,
        end -> end.directoryOffset--,
        end -> end.directorySize++,
        end -> end.directorySize--,
        end -> {
          end.directoryOffset++;
          end.directorySize--;
        },
        end -> end.directoryOffset = 0xffff_fff0L,
        end -> end.directorySize = 0xffff_fff0L);
  }

  @ParameterizedTest
  @MethodSource("lies")
  void theDirectoryEndsAtTheEndRecord(Consumer<ZipBuilder.End> lie) {
    assertThatThrownBy(() -> read(checkpoint().stored("archive/data/0", DATA).end(lie).build()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("central directory");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 0xfffe})
  void theEntriesAreCounted(int count) {
    refuses(
        checkpoint()
            .stored("archive/data/0", DATA)
            .end(end -> {
              end.entries = count;
              end.entriesHere = count;
            }),
        "counts " + count + " entries and the central directory has 2");
  }

  @Test
  void severalDisksAreNotRead() {
    assertThatThrownBy(() -> read(checkpoint().end(end -> end.entriesHere = 0).build()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("spans several disks");
  }

  @Test
  void anArchiveThatIsCutShortIsMalformed() {
    byte[] whole = checkpoint().stored("archive/data/0", DATA).build();
    for (int length = 4; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(cut))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("cut short");
    }
  }

  @Test
  void aDamagedByteNeverGivesAnythingButACheckpointException() throws Exception {
    byte[] whole = checkpoint().stored("archive/data/0", DATA).zip64(end -> {}).build();
    for (int at = 4; at < whole.length; at++) {
      for (int damage : new int[] {1, 0x80, 0xff}) {
        byte[] damaged = whole.clone();
        damaged[at] ^= (byte) damage;
        try {
          assertThat(read(damaged).entries()).hasSizeLessThanOrEqualTo(2);
        } catch (CheckpointException e) {
          assertThat(e.problem()).isNotEmpty();
        }
      }
    }
  }

  @Test
  void aZip64EndRecordSaysTheSame() throws Exception {
    assertThat(read(checkpoint().zip64(end -> {}).build()).entries()).hasSize(1);
    assertThat(
            read(checkpoint()
                    .zip64(end -> {})
                    .end(end -> {
                      end.entries = 0xffff;
                      end.entriesHere = 0xffff;
                      end.directoryOffset = SATURATED;
                      end.directorySize = SATURATED;
                    })
                    .build())
                .entries())
        .hasSize(1);
  }

  static Stream<Consumer<ZipBuilder.End>> zip64Lies() {
    return Stream.of(
        end -> {
          end.entries++;
          end.entriesHere++;
        },
        end -> end.directoryOffset--,
        end -> end.directorySize = -1,
        end -> end.directoryOffset = Long.MIN_VALUE);
  }

  @ParameterizedTest
  @MethodSource("zip64Lies")
  void aZip64EndRecordThatDisagreesIsRefused(Consumer<ZipBuilder.End> lie) {
    refuses(checkpoint().zip64(lie), "disagree");
    refuses(
        checkpoint()
            .zip64(lie)
            .end(end -> {
              end.entries = 0xffff;
              end.entriesHere = 0xffff;
              end.directoryOffset = SATURATED;
              end.directorySize = SATURATED;
            }),
        "");
  }

  @Test
  void aZip64EndRecordMustBeThereWhereItIsAskedFor() {
    assertThatThrownBy(() -> read(checkpoint().end(end -> end.directorySize = SATURATED).build()))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("asks for a zip64 one");
  }

  @Test
  void zip64SizesStandInAnExtraField() throws Exception {
    ZipBuilder zip =
        checkpoint()
            .stored(
                "archive/data/0",
                DATA,
                entry -> {
                  entry.both(header -> {
                    header.size = SATURATED;
                    header.compressedSize = SATURATED;
                  });
                  entry.local.extra = ZipBuilder.zip64Extra(16, 16);
                  entry.central.extra = ZipBuilder.zip64Extra(16, 16, 50);
                  entry.offset = SATURATED;
                });
    assertThat(read(zip.build()).record("data/0").orElseThrow().bytes().size()).isEqualTo(16);
  }

  @Test
  void zip64SizesMustBeThere() {
    assertThatThrownBy(() ->
            read(
                checkpoint()
                    .stored("archive/data/0", DATA, entry -> entry.central.size = SATURATED)
                    .build()))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("zip64 sizes");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40})
  void zip64SizesThatLieEndInAComplaint(long size) {
    assertThatThrownBy(() ->
            read(
                checkpoint()
                    .stored(
                        "archive/data/0",
                        DATA,
                        entry -> {
                          entry.both(header -> {
                            header.size = SATURATED;
                            header.compressedSize = SATURATED;
                            header.extra = ZipBuilder.zip64Extra(size, size);
                          });
                        })
                    .build()))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void anExtraFieldMustFitItsHeader() {
    assertThatThrownBy(() ->
            read(
                checkpoint()
                    .stored(
                        "archive/data/0",
                        DATA,
                        entry -> {
                          entry.central.size = SATURATED;
                          entry.central.extra = new byte[] {9, 9, 50, 0, 1};
                        })
                    .build()))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("extra field runs past");
  }
}
