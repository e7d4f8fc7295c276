package dev.pt2st.convert.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.convert.Converter;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.WriteOptions;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.safetensors.SafetensorsFile;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.verify.OutputVerifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Arrays of NumPy, alone and in archives: numbers of any order are tensors, objects are refused.
 */
class NumpyInputTest {
  @TempDir Path folder;

  /** As {@code numpy.save} writes it, aligned to 64 bytes. */
  private static byte[] npy(String header, byte[] elements) {
    int length = 10 + header.length() + 1;
    String padded = header + " ".repeat((64 - length % 64) % 64) + "\n";
    ByteBuffer bytes =
        ByteBuffer.allocate(10 + padded.length() + elements.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put("\u0093NUMPY\1\0".getBytes(StandardCharsets.ISO_8859_1));
    bytes.putShort((short) padded.length());
    bytes.put(padded.getBytes(StandardCharsets.ISO_8859_1)).put(elements);
    return bytes.array();
  }

  private static String header(String descr, boolean fortran, String shape) {
    return "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }"
        .formatted(descr, fortran ? "True" : "False", shape);
  }

  private static byte[] floats(ByteOrder order, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(order);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private Path archive(boolean compressed, Map<String, byte[]> entries) throws IOException {
    Path file = folder.resolve("in.npz");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        ZipEntry added = new ZipEntry(entry.getKey());
        if (!compressed) {
          CRC32 crc = new CRC32();
          crc.update(entry.getValue());
          added.setMethod(ZipEntry.STORED);
          added.setSize(entry.getValue().length);
          added.setCrc(crc.getValue());
        }
        zip.putNextEntry(added);
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return file;
  }

  private Plan convert(Path input, ConvertOptions options) throws CheckpointException, IOException {
    Path output = folder.resolve("out.safetensors");
    Files.deleteIfExists(output);
    WriteOptions verified = WriteOptions.STANDARD.withCheck(new OutputVerifier());
    return Converter.convert(input, output, options, verified, ProgressListener.NONE).plan();
  }

  private float[] values(String name) throws CheckpointException, IOException {
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("out.safetensors"))) {
      return file.data(name)
          .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN));
    }
  }

  @ParameterizedTest
  @CsvSource({"<f4, false", "<f4, true", ">f4, false", ">f4, true"})
  void anArrayOfAnyOrderIsRowMajorAndLittleEndian(String descr, boolean fortran) throws Exception {
    float[] rows = {1, 2, 3, 4, 5, 6};
    float[] columns = {1, 4, 2, 5, 3, 6};
    ByteOrder order = descr.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    byte[] elements = floats(order, fortran ? columns : rows);
    Plan plan =
        convert(
            file("in.npy", npy(header(descr, fortran, "(2, 3)"), elements)),
            ConvertOptions.STANDARD);
    assertThat(plan.tensors().getFirst().info().name()).isEqualTo("tensor");
    assertThat(plan.tensors().getFirst().info().shape()).isEqualTo(Shape.of(2, 3));
    assertThat(values("tensor")).containsExactly(rows);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anArchiveGivesEachArrayItsName(boolean compressed) throws Exception {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put(
        "layer.w.npy", npy(header("<f4", false, "(2,)"), floats(ByteOrder.LITTLE_ENDIAN, 1, 2)));
    entries.put("b.npy", npy(header("|b1", false, "()"), new byte[] {1}));
    Plan plan = convert(archive(compressed, entries), ConvertOptions.STANDARD);
    assertThat(plan.layout()).isEqualTo("NumPy .npz");
    assertThat(plan.tensors())
        .extracting(tensor -> tensor.info().name(), tensor -> tensor.info().dtype())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("layer.w", DType.F32),
            org.assertj.core.groups.Tuple.tuple("b", DType.BOOL));
    assertThat(values("layer.w")).containsExactly(1, 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"|O", "<U4", "|S3", "<M8[D]", "<f16", "|V8"})
  void whatIsNoNumberIsRefusedByNameAndCanBeLeftOut(String descr) throws Exception {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("other.npy", npy(header(descr, false, "(1,)"), new byte[16]));
    entries.put("w.npy", npy(header("<f4", false, "(1,)"), floats(ByteOrder.LITTLE_ENDIAN, 1)));
    Path input = archive(false, entries);
    assertThatThrownBy(() -> convert(input, ConvertOptions.STANDARD))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("the tensor \"other\" (a NumPy array of ");
    Plan plan =
        convert(input, ConvertOptions.STANDARD.withUnsupported(ConvertOptions.Unsupported.SKIP));
    assertThat(plan.skipped()).extracting(Plan.Skipped::name).containsExactly("other");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), } | its elements take 12 bytes",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } | its elements take 4 bytes",
        "{'descr': '<f4', 'fortran_order': False}                  | its header is not one",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)} | its header is",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x | its header is not one",
        "{'descr': __import__('os'), 'fortran_order': False, 'shape': (2,)} | its header is not one",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999999999999,)} | overflow",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4)} | overflow",
      })
  void aHeaderThatNumPyDoesNotWriteIsRefused(String header, String problem) throws Exception {
    Path input = file("in.npy", npy(header, floats(ByteOrder.LITTLE_ENDIAN, 1, 2)));
    assertThatThrownBy(() -> convert(input, ConvertOptions.STANDARD))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void aFileThatEndsInItsHeaderIsRefused() throws Exception {
    byte[] whole = npy(header("<f4", false, "(1,)"), floats(ByteOrder.LITTLE_ENDIAN, 1));
    for (int length : new int[] {7, 12, 40}) {
      Path input = file("in.npy", java.util.Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> convert(input, ConvertOptions.STANDARD))
          .isInstanceOf(CheckpointException.class);
    }
  }

  @Test
  void aDamagedRecordIsTold() throws Exception {
    byte[] array =
        npy(header("<f4", false, "(2,)"), floats(ByteOrder.LITTLE_ENDIAN, 1234.5f, 6789.25f));
    Path input = archive(false, Map.of("w.npy", array));
    byte[] bytes = Files.readAllBytes(input);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    byte[] elements = floats(ByteOrder.LITTLE_ENDIAN, 1234.5f, 6789.25f);
    bytes[text.indexOf(new String(elements, StandardCharsets.ISO_8859_1))] ^= 1;
    Files.write(input, bytes);
    assertThatThrownBy(() -> convert(input, ConvertOptions.STANDARD))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("CRC-32");
  }

  @Test
  void aZipWithOtherFilesIsNoArchiveOfArrays() throws Exception {
    Map<String, byte[]> entries = new LinkedHashMap<>(Map.of("note.txt", new byte[] {'x'}));
    entries.put("w.npy", new ByteArrayOutputStream().toByteArray());
    Path input = archive(false, entries);
    assertThatThrownBy(() -> convert(input, ConvertOptions.STANDARD))
        .isInstanceOf(CheckpointException.class);
  }
}
