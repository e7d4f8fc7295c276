package dev.pt2st.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes folders as two processes do: float32 matrices, of which each byte is {@link #FILL}. */
final class FolderWriter {
  /** No zero: an output that was not written everywhere has these. */
  static final byte FILL = 0x11;

  private static final String METADATA = "torch.distributed.checkpoint.metadata ";
  private static final String STORED = "torch.distributed.checkpoint.filesystem _StorageInfo";

  private FolderWriter() {}

  /** A file of one storage. */
  private static Path save(Path file, Pickle pickle, int elements) throws IOException {
    CheckpointWriter.write(file, pickle.bytes(), Math.multiplyExact(elements, Float.BYTES), FILL);
    return file;
  }

  /**
   * A distributed checkpoint of two matrices, one in two halves of its rows and one in two halves
   * of its columns.
   *
   * @param rows of each, an even number
   * @param columns of each, an even number
   */
  static Path dcp(Path folder, int rows, int columns) throws IOException {
    Files.createDirectories(folder);
    List<Object> state = new ArrayList<>();
    List<Object> items = new ArrayList<>();
    for (String name : List.of("model.rows", "model.columns")) {
      boolean byRow = name.equals("model.rows");
      List<Object> sizes = byRow ? List.of(rows / 2, columns) : List.of(rows, columns / 2);
      List<Object> chunks = new ArrayList<>();
      for (int rank = 0; rank < 2; rank++) {
        List<Object> offsets = byRow ? List.of(rank * rows / 2, 0) : List.of(0, rank * columns / 2);
        String file = "__" + rank + (byRow ? "_0.distcp" : "_1.distcp");
        Path item =
            save(
                folder.resolve(file),
                new Pickle().value(new Matrix(sizes)),
                Math.multiplyExact(rows / 2, columns));
        chunks.add(
            new Instance(
                METADATA + "ChunkStorageMetadata", Map.of("offsets", offsets, "sizes", sizes)));
        items.add(new Instance(METADATA + "MetadataIndex", Map.of("fqn", name, "offset", offsets)));
        items.add(
            new Instance(
                STORED,
                Map.of("relative_path", file, "offset", 0, "length", (int) Files.size(item))));
      }
      state.add(name);
      state.add(
          new Instance(
              METADATA + "TensorStorageMetadata",
              Map.of(
                  "properties",
                  new Instance(
                      METADATA + "TensorProperties", Map.of("dtype", new Global("torch float32"))),
                  "size",
                  List.of(rows, columns),
                  "chunks",
                  chunks.toArray())));
    }
    Map<String, Object> metadata =
        Map.of("state_dict_metadata", new Pairs(state), "storage_data", new Pairs(items));
    Files.write(
        folder.resolve(".metadata"),
        new Pickle().value(new Instance(METADATA + "Metadata", metadata)).bytes());
    return folder;
  }

  /** A step of DeepSpeed's ZeRO-2 with one matrix, of which each process has half the elements. */
  static Path zero(Path folder, int rows, int columns) throws IOException {
    Files.createDirectories(folder);
    Map<String, Object> model =
        Map.of(
            "module",
            new Pairs(List.of()),
            "buffer_names",
            new Object[0],
            "param_shapes",
            new Object[] {new Pairs(List.of("weight", List.of(rows, columns)))});
    save(folder.resolve("mp_rank_00_model_states.pt"), new Pickle().value(pairs(model)), 1);
    int half = Math.multiplyExact(rows / 2, columns);
    for (int rank = 0; rank < 2; rank++) {
      Map<String, Object> optimizer =
          Map.of(
              "zero_stage",
              2,
              "partition_count",
              2,
              "single_partition_of_fp32_groups",
              new Object[] {new Matrix(List.of(half))});
      save(
          folder.resolve("zero_pp_rank_" + rank + "_mp_rank_00_optim_states.pt"),
          new Pickle().value(pairs(Map.of("optimizer_state_dict", pairs(optimizer)))),
          half);
    }
    return folder;
  }

  private static Pairs pairs(Map<String, Object> items) {
    List<Object> all = new ArrayList<>();
    items.forEach((key, value) -> {
      all.add(key);
      all.add(value);
    });
    return new Pairs(all);
  }

  /** A class or a dtype: module and name. */
  private record Global(String name) {}

  /** An object with attributes. */
  private record Instance(String type, Map<String, Object> attributes) {}

  /** A dict: key, value, key, value. */
  private record Pairs(List<Object> items) {}

  /** A float32 tensor over the whole storage of its file. */
  private record Matrix(List<Object> sizes) {
    int elements() {
      return sizes.stream().mapToInt(size -> (Integer) size).reduce(1, Math::multiplyExact);
    }

    List<Object> strides() {
      return sizes.size() == 1 ? List.of(1) : List.of(sizes.get(1), 1);
    }
  }

  /** Protocol 2: a list is a tuple, and an array a list. */
  private static final class Pickle {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Pickle() {
      raw("\u0080\u0002");
    }

    byte[] bytes() {
      raw(".");
      return out.toByteArray();
    }

    Pickle value(Object value) {
      switch (value) {
        case String text -> text(text);
        case Integer number -> number(number);
        case Global global -> raw("c" + global.name.replace(' ', '\n') + "\n");
        case List<?> tuple -> sequence(tuple, "(", "t");
        case Object[] list -> sequence(List.of(list), "](", "e");
        case Pairs dict -> sequence(dict.items, "}(", "u");
        case Instance object -> {
          value(new Global(object.type));
          raw(")\u0081");
          value(pairs(object.attributes));
          raw("b");
        }
        case Matrix matrix -> {
          raw("ctorch._utils\n_rebuild_tensor_v2\n((");
          text("storage");
          raw("ctorch\nFloatStorage\n");
          text("0");
          text("cpu");
          number(matrix.elements());
          raw("tQK\0");
          value(matrix.sizes);
          value(matrix.strides());
          raw("\u0089ccollections\nOrderedDict\n)RtR");
        }
        default -> throw new IllegalArgumentException(value.toString());
      }
      return this;
    }

    private void sequence(List<?> items, String open, String close) {
      raw(open);
      items.forEach(this::value);
      raw(close);
    }

    private void text(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      raw("X");
      out.writeBytes(littleEndian(utf8.length));
      out.writeBytes(utf8);
    }

    private void number(int number) {
      raw("J");
      out.writeBytes(littleEndian(number));
    }

    private static byte[] littleEndian(int number) {
      return ByteBuffer.allocate(Integer.BYTES)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt(number)
          .array();
    }

    private void raw(String latin1) {
      out.writeBytes(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }
  }
}
