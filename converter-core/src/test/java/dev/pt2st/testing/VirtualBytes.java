package dev.pt2st.testing;

import dev.pt2st.ResourceName;
import dev.pt2st.io.source.RangeSource;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A source of many gigabytes that takes a few kilobytes: tensor data is one byte again and again.
 */
public final class VirtualBytes implements RangeSource {
  /** No format and no pickle begins with it, and it is not a zero. */
  private static final byte FILL = 0x3d;

  /** A line feed comes about as often as in any other data. */
  private static final int LINE = 251;

  private final NavigableMap<Long, byte[]> written = new TreeMap<>();
  private final List<TestSource.Request> requests = Collections.synchronizedList(new ArrayList<>());
  private long size;

  /** The tensors of a GPT-2 of 24 layers, and a few small ones: 300, of 1.4 GB. */
  public static Map<String, Integer> gpt2() {
    Map<String, Integer> elements = new LinkedHashMap<>();
    int width = 1024;
    elements.put("wte.weight", 50257 * width);
    elements.put("wpe.weight", 1024 * width);
    for (int layer = 0; layer < 24; layer++) {
      String name = "h." + layer + ".";
      for (String norm : List.of("ln_1", "ln_2")) {
        elements.put(name + norm + ".weight", width);
        elements.put(name + norm + ".bias", width);
      }
      elements.put(name + "attn.c_attn.weight", 3 * width * width);
      elements.put(name + "attn.c_attn.bias", 3 * width);
      elements.put(name + "attn.c_proj.weight", width * width);
      elements.put(name + "attn.c_proj.bias", width);
      elements.put(name + "mlp.c_fc.weight", 4 * width * width);
      elements.put(name + "mlp.c_fc.bias", 4 * width);
      elements.put(name + "mlp.c_proj.weight", 4 * width * width);
      elements.put(name + "mlp.c_proj.bias", width);
    }
    for (int i = elements.size(); i < 300; i++) {
      elements.put("head." + i, 16);
    }
    return elements;
  }

  /** More than a disk has room for: 8 TB. */
  public static Map<String, Integer> huge() {
    Map<String, Integer> elements = new LinkedHashMap<>();
    for (int i = 0; i < 1000; i++) {
      elements.put("w" + i, Integer.MAX_VALUE);
    }
    return elements;
  }

  /** A dictionary of such tensors, each with a storage of its own. */
  private static Object stateDict(Map<String, Integer> elements, boolean legacy) {
    List<Object> items = new ArrayList<>();
    int[] key = {0};
    elements.forEach((name, count) -> {
      String storage = String.valueOf(key[0]++);
      items.add(name);
      items.add(
          Torch.view(
              legacy
                  ? LegacyStream.floats(storage, count, null)
                  : Torch.id("FloatStorage", storage, count),
              0,
              Py.tuple(count),
              Py.tuple(1)));
    });
    return Py.dict(items.toArray());
  }

  /** What {@code torch.save} writes of them now: each record begins at a multiple of 64 bytes. */
  public static VirtualBytes zip(Map<String, Integer> elements) {
    VirtualBytes file = new VirtualBytes();
    List<byte[]> directory = new ArrayList<>();
    file.entry("archive/data.pkl", Py.pickle(stateDict(elements, false)), -1, directory);
    file.entry("archive/byteorder", "little".getBytes(StandardCharsets.UTF_8), -1, directory);
    int key = 0;
    for (int count : elements.values()) {
      file.entry("archive/data/" + key++, new byte[0], 4L * count, directory);
    }
    file.entry("archive/version", "3\n".getBytes(StandardCharsets.UTF_8), -1, directory);
    long start = file.size;
    directory.forEach(file::write);
    Little end = new Little();
    end.i32(0x06054b50).i16(0).i16(0).i16(directory.size()).i16(directory.size());
    file.write(end.i32((int) (file.size - start)).i32((int) start).i16(0).toByteArray());
    return file;
  }

  private void entry(String name, byte[] content, long filled, List<byte[]> directory) {
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    long bytes = filled < 0 ? content.length : filled;
    int padding = (int) (64 - (size + 30 + nameBytes.length + 4) % 64);
    Little both = new Little();
    both.i16(0).i16(0).i32(0).i32(0).i32((int) bytes).i32((int) bytes);
    both.i16(nameBytes.length);
    Little central = new Little();
    central.i32(0x02014b50).i16(20).i16(20).raw(both.toByteArray()).i16(0).i16(0).i16(0).i16(0);
    directory.add(central.i32(0).i32((int) size).raw(nameBytes).toByteArray());
    Little local = new Little();
    local.i32(0x04034b50).i16(20).raw(both.toByteArray()).i16(4 + padding).raw(nameBytes);
    write(local.i16(0x4246).i16(padding).raw(new byte[padding]).toByteArray());
    if (filled < 0) {
      write(content);
    } else {
      size += filled;
    }
  }

  /** What it wrote of them before PyTorch 1.6. */
  public static VirtualBytes legacy(Map<String, Integer> elements) {
    VirtualBytes file = new VirtualBytes();
    Object[] keys = new Object[elements.size()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = String.valueOf(i);
    }
    file.write(LegacyStream.of(1001, stateDict(elements, true), Py.list(keys)));
    for (int count : elements.values()) {
      file.write(new Little().i32(count).i32(0).toByteArray());
      file.size += 4L * count;
    }
    return file;
  }

  /** A safetensors file of them. */
  public static VirtualBytes safetensors(Map<String, Integer> elements) {
    VirtualBytes file = new VirtualBytes();
    StringBuilder json = new StringBuilder("{");
    long at = 0;
    for (Map.Entry<String, Integer> tensor : elements.entrySet()) {
      long end = at + 4L * tensor.getValue();
      json.append(at == 0 ? "" : ",").append('"').append(tensor.getKey());
      json.append("\":{\"dtype\":\"F32\",\"shape\":[").append(tensor.getValue());
      json.append("],\"data_offsets\":[").append(at).append(',').append(end).append("]}");
      at = end;
    }
    json.append('}').append(" ".repeat(-(json.length() + 1) & 7));
    byte[] header = json.toString().getBytes(StandardCharsets.UTF_8);
    file.write(new Little().i32(header.length).i32(0).raw(header).toByteArray());
    file.size += at;
    return file;
  }

  private void write(byte[] bytes) {
    written.put(size, bytes);
    size += bytes.length;
  }

  /** All reads so far. */
  public List<TestSource.Request> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  /** The bytes of all reads so far. */
  public long bytesRead() {
    return requests().stream().mapToLong(TestSource.Request::bytes).sum();
  }

  @Override
  public ResourceName name() {
    return new ResourceName("s3://bucket/model.pt");
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public String version() {
    return "1";
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    int length = target.remaining();
    Objects.checkFromIndexSize(offset, length, size);
    requests.add(new TestSource.Request(offset, length));
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (offset + i) % LINE == 0 ? (byte) '\n' : FILL;
    }
    Long first = written.floorKey(offset);
    written
        .subMap(first == null ? 0L : first, offset + length)
        .forEach((start, piece) -> {
          long from = Math.max(start, offset);
          long to = Math.min(start + piece.length, offset + length);
          if (from < to) {
            System.arraycopy(
                piece, (int) (from - start), bytes, (int) (from - offset), (int) (to - from));
          }
        });
    target.put(bytes);
  }

  @Override
  public void close() {}

  private static final class Little extends ByteArrayOutputStream {
    Little i16(int value) {
      write(value);
      write(value >> 8);
      return this;
    }

    Little i32(int value) {
      return raw(
          ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    }

    Little raw(byte[] bytes) {
      writeBytes(bytes);
      return this;
    }
  }
}
