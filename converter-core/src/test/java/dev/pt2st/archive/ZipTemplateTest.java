package dev.pt2st.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.io.MappedFile;
import dev.pt2st.testing.ZipBuilder;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A template says only of such archives that they are sound which the reader finds sound. */
class ZipTemplateTest {
  private static final String PAYLOAD = "archive/data/0";

  @TempDir Path temporary;

  private static byte[] archive(String pickle, byte[] payload) {
    return new ZipBuilder()
        .stored("archive/data.pkl", bytes(pickle))
        .stored(PAYLOAD, payload)
        .stored("archive/version", bytes("3\n"))
        .build();
  }

  /** As PyTorch writes it: the CRC-32 stands behind the data. */
  private static byte[] streamed(byte[] payload) {
    return new ZipBuilder()
        .stored("archive/data.pkl", bytes("pickle"))
        .stored(
            PAYLOAD,
            payload,
            entry -> {
              entry.both(header -> header.flags |= 8);
              entry.behind =
                  ByteBuffer.allocate(16)
                      .order(ByteOrder.LITTLE_ENDIAN)
                      .putInt(0x08074b50)
                      .putInt(entry.central.crc)
                      .putInt(payload.length)
                      .putInt(payload.length)
                      .array();
              entry.local.crc = 0;
              entry.local.size = 0;
              entry.local.compressedSize = 0;
            })
        .stored("archive/version", bytes("3\n"))
        .build();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private ZipTemplate template(byte[] archive) throws CheckpointException, IOException {
    Path path = Files.write(temporary.resolve("template.zip"), archive);
    try (MappedFile file = MappedFile.open(path)) {
      ZipArchive read = ZipArchive.read(file, Limits.STANDARD);
      return Objects.requireNonNull(
          ZipTemplate.of(file, read, entry -> entry.name().equals(PAYLOAD)));
    }
  }

  private static boolean fits(ZipTemplate template, byte[] archive) {
    // A small buffer, so that what is searched for also lies over the end of one.
    return template.fits(MemorySegment.ofArray(archive), new byte[7]);
  }

  @Test
  void whatDiffersInThePayloadFits() throws Exception {
    ZipTemplate template = template(archive("pickle", bytes("payload 1")));
    byte[] other = archive("pickle", bytes("payload 2"));

    assertThat(fits(template, other)).isTrue();
    assertThat(template.free())
        .singleElement()
        .satisfies(free -> {
          assertThat(free.size()).isEqualTo(9);
          assertThat(new String(other, (int) free.offset(), 9, StandardCharsets.UTF_8))
              .isEqualTo("payload 2");
          CRC32 crc = new CRC32();
          crc.update(bytes("payload 2"));
          assertThat(ZipTemplate.crc32(MemorySegment.ofArray(other), free))
              .isEqualTo((int) crc.getValue());
        });
  }

  /** But for the content, its CRC-32 in the directory, and what the reader steps over. */
  @Test
  void everyOtherByteCounts() throws Exception {
    byte[] known = archive("pickle", bytes("payload"));
    ZipTemplate template = template(known);
    ZipTemplate.Free free = template.free().getFirst();
    for (int i = 0; i < known.length; i++) {
      byte[] changed = known.clone();
      changed[i]++;
      boolean payload = i >= free.offset() && i < free.offset() + free.size();
      assertThat(fits(template, changed)).as("byte " + i).isEqualTo(payload);
    }
  }

  @Test
  void everyOtherByteCountsWhereTheSizesFollow() throws Exception {
    byte[] known = streamed(bytes("payload"));
    ZipTemplate template = template(known);
    assertThat(fits(template, streamed(bytes("PAYLOAD")))).isTrue();
    ZipTemplate.Free free = template.free().getFirst();
    for (int i = 0; i < known.length; i++) {
      byte[] changed = known.clone();
      changed[i]++;
      boolean payload = i >= free.offset() && i < free.offset() + free.size() + 8;
      boolean crc = i >= free.crcOffset() && i < free.crcOffset() + 4;
      assertThat(fits(template, changed)).as("byte " + i).isEqualTo(payload || crc);
    }
  }

  @Test
  void anotherSizeDoesNotFit() throws Exception {
    ZipTemplate template = template(archive("pickle", bytes("payload")));
    assertThat(fits(template, archive("pickle", bytes("payloads")))).isFalse();
  }

  /** A reader that asks for a comment up to the end would take the end record in the payload. */
  @Test
  void aSecondEndRecordDoesNotFit() throws Exception {
    ZipTemplate template = template(archive("pickle", new byte[64]));
    for (String filler : List.of("\0", "P", "K", "PK", "PK\5", "\5", "\6", "\6\5KP")) {
      byte[] usual = bytes(filler.repeat(64).substring(0, 64));
      assertThat(fits(template, archive("pickle", usual))).isTrue();
      for (int at = 0; at <= 60; at++) {
        byte[] payload = usual.clone();
        System.arraycopy(bytes("PK\5\6"), 0, payload, at, 4);
        assertThat(fits(template, archive("pickle", payload))).as(filler + at).isFalse();
      }
    }
  }

  /** The first bytes of the signature end the payload, and what follows is not an end record. */
  @Test
  void halfAnEndRecordFits() throws Exception {
    ZipTemplate template = template(archive("pickle", new byte[64]));
    byte[] payload = new byte[64];
    System.arraycopy(bytes("PK\5"), 0, payload, 61, 3);
    assertThat(fits(template, archive("pickle", payload))).isTrue();
  }

  @Test
  void anEndRecordInAChecksumDoesNotFit() throws Exception {
    ZipTemplate template = template(streamed(new byte[64]));
    ZipTemplate.Free free = template.free().getFirst();
    byte[] other = streamed(new byte[64]);
    // In the CRC-32 of the central directory, which may be any.
    System.arraycopy(bytes("PK\5\6"), 0, other, (int) free.crcOffset(), 4);
    assertThat(fits(template, other)).isFalse();
  }

  @Test
  void aCompressedRecordMakesNoMold() throws Exception {
    byte[] archive =
        new ZipBuilder()
            .stored("archive/data.pkl", bytes("pickle"))
            .deflated(PAYLOAD, new byte[64], entry -> {})
            .build();
    Path path = Files.write(temporary.resolve("template.zip"), archive);
    try (MappedFile file = MappedFile.open(path)) {
      ZipArchive read = ZipArchive.read(file, Limits.STANDARD);
      assertThat(ZipTemplate.of(file, read, entry -> entry.name().equals(PAYLOAD))).isNull();
    }
  }

  @Test
  void whatIsLargeBesidesMakesNoMold() throws Exception {
    byte[] archive =
        new ZipBuilder()
            .stored("archive/data.pkl", new byte[1 << 17])
            .stored(PAYLOAD, new byte[64])
            .build();
    Path path = Files.write(temporary.resolve("template.zip"), archive);
    try (MappedFile file = MappedFile.open(path)) {
      ZipArchive read = ZipArchive.read(file, Limits.STANDARD);
      assertThat(ZipTemplate.of(file, read, entry -> entry.name().equals(PAYLOAD))).isNull();
    }
  }
}
