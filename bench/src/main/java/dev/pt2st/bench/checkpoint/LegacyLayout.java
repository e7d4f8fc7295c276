package dev.pt2st.bench.checkpoint;

import dev.pt2st.bench.checkpoint.Pickler.Opcode;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** The legacy stream: five pickles, then the storages, each after its number of elements. */
final class LegacyLayout {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final int PROTOCOL_VERSION = 1001;

  /** Storages are named by their addresses in memory. This is the first one. */
  private static final long HEAP = 94_000_000_000_000L;

  /** The distance between two addresses in bytes. */
  private static final long APART = 64;

  private LegacyLayout() {}

  static void write(CheckpointSpec spec, CheckpointOutput output) throws IOException {
    List<String> keys = storageKeys(spec);
    // Storages follow in the order of their keys as texts, not of their tensors.
    Map<String, Integer> sorted = new TreeMap<>();
    for (int tensor = 0; tensor < spec.tensors(); tensor++) {
      sorted.put(keys.get(tensor), tensor);
    }
    output.write(magic());
    output.write(protocolVersion());
    output.write(systemInformation());
    output.write(StateDict.pickle(spec, FileLayout.LEGACY, keys::get));
    output.write(keyList(List.copyOf(sorted.keySet())));
    for (int tensor : sorted.values()) {
      output.write(elementCount(spec.geometry(tensor).elements()));
      var _ = output.write(spec.weights(tensor), spec.storageBytes(tensor));
    }
  }

  private static List<String> storageKeys(CheckpointSpec spec) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < spec.tensors(); i++) {
      keys.add(String.valueOf(HEAP + i * APART));
    }
    Collections.shuffle(keys, new Random(spec.seed()));
    return keys;
  }

  private static byte[] magic() {
    Pickler pickler = new Pickler();
    pickler.number(MAGIC);
    return pickler.end();
  }

  private static byte[] protocolVersion() {
    Pickler pickler = new Pickler();
    pickler.number(PROTOCOL_VERSION);
    return pickler.end();
  }

  private static byte[] systemInformation() {
    Pickler pickler = new Pickler();
    pickler.op(Opcode.EMPTY_DICT);
    pickler.memoize();
    pickler.items(
        3,
        item -> {
          switch (item) {
            case 0 -> {
              pickler.text("protocol_version");
              pickler.number(PROTOCOL_VERSION);
            }
            case 1 -> {
              pickler.text("little_endian");
              pickler.op(Opcode.TRUE);
            }
            default -> {
              pickler.text("type_sizes");
              typeSizes(pickler);
            }
          }
        });
    return pickler.end();
  }

  private static void typeSizes(Pickler pickler) {
    List<Map.Entry<String, Integer>> sizes =
        List.of(Map.entry("short", 2), Map.entry("int", 4), Map.entry("long", 4));
    pickler.op(Opcode.EMPTY_DICT);
    pickler.memoize();
    pickler.items(
        sizes.size(),
        item -> {
          pickler.text(sizes.get(item).getKey());
          pickler.number(sizes.get(item).getValue());
        });
  }

  private static byte[] keyList(List<String> keys) {
    Pickler pickler = new Pickler();
    pickler.op(Opcode.EMPTY_LIST);
    pickler.memoize();
    pickler.elements(keys.size(), i -> pickler.text(keys.get(i)));
    return pickler.end();
  }

  private static byte[] elementCount(long elements) {
    return new LittleEndianBytes().u64(elements).toByteArray();
  }
}
