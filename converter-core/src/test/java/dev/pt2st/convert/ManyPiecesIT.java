package dev.pt2st.convert;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.safetensors.SafetensorsFile;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.Torch;
import dev.pt2st.verify.Verifier;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A distributed checkpoint in 60,000 pieces, in a heap of 64 MB: a piece takes some 200 bytes of
 * it, so that a million fit half a gigabyte. As ordinary values of a pickle these would take 200
 * MB.
 */
class ManyPiecesIT {
  private static final int TENSORS = 3_000;
  private static final int PIECES = 20;
  private static final int COLUMNS = 2;

  @TempDir static Path temporary;
  private static Path input;

  /** Each element is its number in its tensor, in pieces of two columns. */
  @BeforeAll
  static void write() throws IOException {
    input = Files.createDirectories(temporary.resolve("in"));
    int length = item(0).length;
    try (OutputStream items =
        new BufferedOutputStream(Files.newOutputStream(input.resolve("__0_0.distcp")))) {
      byte[][] saved = new byte[PIECES][];
      for (int piece = 0; piece < PIECES; piece++) {
        saved[piece] = item(piece);
      }
      for (int i = 0; i < TENSORS * PIECES; i++) {
        items.write(saved[i % PIECES]);
      }
    }
    Files.write(input.resolve(".metadata"), metadata(length));
  }

  private static byte[] item(int piece) {
    Torch torch = new Torch();
    float[] elements = new float[2 * COLUMNS];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = i / COLUMNS * PIECES * COLUMNS + piece * COLUMNS + i % COLUMNS;
    }
    return torch.zip(torch.floatTensor(Py.tuple(2, COLUMNS), elements));
  }

  /** A pickle as Python writes it: what comes again is in the memo, and so is all else. */
  private static final class Pickle {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int memo;

    Pickle op(String opcodes) {
      bytes.writeBytes(opcodes.getBytes(ISO_8859_1));
      memo += (int) opcodes.chars().filter(code -> code == 0x94).count();
      return this;
    }

    Pickle text(String text) {
      byte[] utf8 = text.getBytes(UTF_8);
      bytes.write(0x8c);
      bytes.write(utf8.length);
      bytes.writeBytes(utf8);
      return op("\u0094");
    }

    Pickle number(int number) {
      bytes.write('J');
      return raw(number);
    }

    Pickle get(int index) {
      bytes.write('j');
      return raw(index);
    }

    private Pickle raw(int number) {
      bytes.writeBytes(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array());
      return this;
    }

    int global(String module, String name) {
      text(module).text(name).op("\u0093\u0094");
      return memo - 1;
    }

    int word(String word) {
      text(word);
      return memo - 1;
    }

    Pickle size(int size, int first, int second) {
      return get(size).number(first).number(second).op("\u0086\u0094\u0085\u0094R\u0094");
    }
  }

  private static byte[] metadata(int length) {
    String module = "torch.distributed.checkpoint.metadata";
    Pickle pickle = new Pickle().op("\u0080\4(");
    final int size = pickle.global("torch", "Size");
    final int chunk = pickle.global(module, "ChunkStorageMetadata");
    final int tensor = pickle.global(module, "TensorStorageMetadata");
    final int properties = pickle.global(module, "TensorProperties");
    final int index = pickle.global(module, "MetadataIndex");
    final int info = pickle.global("torch.distributed.checkpoint.filesystem", "_StorageInfo");
    final int dtype = pickle.global("torch", "float32");
    final int offsets = pickle.word("offsets");
    final int sizes = pickle.word("sizes");
    final int offset = pickle.word("offset");
    final int fqn = pickle.word("fqn");
    final int path = pickle.word("relative_path");
    final int file = pickle.word("__0_0.distcp");
    final int bytes = pickle.word("length");
    final int named = pickle.word("properties");
    final int whole = pickle.word("size");
    final int chunks = pickle.word("chunks");
    pickle.op("1");
    pickle.global(module, "Metadata");
    pickle.op(")\u0081\u0094}\u0094(").text("state_dict_metadata").op("}\u0094(");
    for (int i = 0; i < TENSORS; i++) {
      pickle.text("layers." + i + ".weight").get(tensor).op(")\u0081\u0094}\u0094(");
      pickle.get(named).get(properties).op(")\u0081\u0094(").get(dtype).op("NNNNt\u0094b");
      pickle.get(whole).size(size, 2, PIECES * COLUMNS).get(chunks).op("]\u0094(");
      for (int piece = 0; piece < PIECES; piece++) {
        pickle.get(chunk).op(")\u0081\u0094}\u0094(");
        pickle.get(offsets).size(size, 0, piece * COLUMNS);
        pickle.get(sizes).size(size, 2, COLUMNS).op("ub");
      }
      pickle.op("eub");
    }
    pickle.op("u").text("planner_data").op("N").text("storage_data").op("}\u0094");
    for (int i = 0; i < TENSORS; i++) {
      pickle.op("(");
      for (int piece = 0; piece < PIECES; piece++) {
        pickle.get(index).op(")\u0081\u0094}\u0094(").get(fqn).text("layers." + i + ".weight");
        pickle.get(offset).size(size, 0, piece * COLUMNS).op("ub");
        pickle.get(info).op(")\u0081\u0094}\u0094(").get(path).get(file);
        pickle.get(offset).number((i * PIECES + piece) * length);
        pickle.get(bytes).number(length).op("ub");
      }
      pickle.op("u");
    }
    return pickle.op("ub.").bytes.toByteArray();
  }

  @Test
  void theyAreConverted() throws Exception {
    assertThat(Runtime.getRuntime().maxMemory()).isLessThanOrEqualTo(64L << 20);
    Path output = temporary.resolve("out.safetensors");
    Converter.convert(input, output, ConvertOptions.STANDARD, ProgressListener.NONE);

    try (SafetensorsFile file = SafetensorsFile.open(output)) {
      assertThat(file.tensors()).hasSize(TENSORS);
      for (int i = 0; i < TENSORS; i += 500) {
        MemorySegment data = file.data("layers." + i + ".weight");
        float[] values = data.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
        for (int element = 0; element < 2 * PIECES * COLUMNS; element++) {
          assertThat(values[element]).isEqualTo(element);
        }
      }
    }
    assertThat(
            Verifier.verify(input, output, ConvertOptions.STANDARD, ProgressListener.NONE).isSame())
        .isTrue();
  }
}
