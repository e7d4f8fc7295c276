package dev.pt2st.bench.checkpoint;

import dev.pt2st.bench.checkpoint.Pickler.Opcode;

/** A dictionary from texts to whole numbers, as tokenizers have. */
public final class Vocabulary {
  private Vocabulary() {}

  /** The pickle of this many entries. */
  public static byte[] pickle(int entries) {
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
