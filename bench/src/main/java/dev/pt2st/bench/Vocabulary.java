package dev.pt2st.bench;

import dev.pt2st.bench.Pickler.Opcode;

/** A dictionary from texts to whole numbers, as tokenizers have. */
final class Vocabulary {
  private Vocabulary() {}

  /** The pickle of this many entries. */
  static byte[] pickle(int entries) {
    Pickler pickler = new Pickler();
    pickler.op(Opcode.EMPTY_DICT);
    pickler.memoize();
    pickler.items(
        entries,
        entry -> {
          pickler.text("token" + entry);
          pickler.number(entry);
        });
    return pickler.end();
  }
}
