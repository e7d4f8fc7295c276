package dev.pt2st.bench.checkpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes a pickle of protocol 4 frame by frame, memo included, as CPython's pickler does: so that
 * one of any size takes no memory.
 */
final class FramedPickler {
  /** CPython ends a frame before the value with which it would become longer. */
  private static final int FRAME = 64 << 10;

  private static final int BATCH = 1000;

  private final CheckpointOutput output;
  private LittleEndianBytes frame = new LittleEndianBytes();
  private int memoized;

  /** Where the memo has texts and globals that are written again and again. */
  private final Map<String, Integer> known = new HashMap<>();

  /** Writes an item of a dict or an element of a list. */
  @FunctionalInterface
  interface Item {
    void write(int index) throws IOException;
  }

  FramedPickler(CheckpointOutput output) throws IOException {
    this.output = output;
    output.write(new LittleEndianBytes().u8(0x80).u8(4).toByteArray());
  }

  void end() throws IOException {
    frame.u8('.');
    writeFrame();
  }

  private void writeFrame() throws IOException {
    output.write(new LittleEndianBytes().u8(0x95).u64(frame.size()).toByteArray());
    output.write(frame.toByteArray());
    frame = new LittleEndianBytes();
  }

  /** Before each value. */
  private void boundary() throws IOException {
    if (frame.size() >= FRAME) {
      writeFrame();
    }
  }

  private int memoize() {
    frame.u8(0x94);
    return memoized++;
  }

  private void get(int number) {
    if (number <= 0xff) {
      frame.u8('h').u8(number);
    } else {
      frame.u8('j').u32(number);
    }
  }

  /** Fetches what was written under this key before; false if nothing was. */
  private boolean again(String key) {
    Integer number = known.get(key);
    if (number != null) {
      get(number);
    }
    return number != null;
  }

  /** A text of its own, such as the name of a tensor. */
  void text(String text) throws IOException {
    boundary();
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (utf8.length <= 0xff) {
      frame.u8(0x8c).u8(utf8.length);
    } else {
      frame.u8('X').u32(utf8.length);
    }
    frame.add(utf8);
    memoize();
  }

  /** A text that comes again, such as the name of an attribute. */
  void word(String text) throws IOException {
    if (!again(text)) {
      text(text);
      known.put(text, memoized - 1);
    }
  }

  /** A class or a function. */
  void global(String module, String name) throws IOException {
    String key = module + ":" + name;
    if (!again(key)) {
      word(module);
      word(name);
      frame.u8(0x93);
      known.put(key, memoize());
    }
  }

  /** A call of a global with one value, which is made only once. */
  void callOnce(String module, String name, Item argument) throws IOException {
    String key = module + ":" + name + "()";
    if (!again(key)) {
      global(module, name);
      argument.write(0);
      frame.u8(0x85);
      memoize();
      frame.u8('R');
      known.put(key, memoize());
    }
  }

  /** A new object without arguments; its state follows. */
  void object(String module, String name) throws IOException {
    boundary();
    global(module, name);
    frame.u8(')').u8(0x81);
    memoize();
  }

  /** The attributes of the object on top of the stack, of which there are several. */
  void attributes(Item writer) throws IOException {
    boundary();
    frame.u8('}');
    memoize();
    frame.u8('(');
    writer.write(0);
    frame.u8('u').u8('b');
  }

  void none() {
    frame.u8('N');
  }

  void no() {
    frame.u8(0x89);
  }

  void number(long value) throws IOException {
    boundary();
    if (value <= 0xff) {
      frame.u8('K').u8((int) value);
    } else if (value <= 0xffff) {
      frame.u8('M').u16((int) value);
    } else if (value <= Integer.MAX_VALUE) {
      frame.u8('J').u32((int) value);
    } else {
      int bytes = (Long.SIZE - Long.numberOfLeadingZeros(value)) / Byte.SIZE + 1;
      frame.u8(0x8a).u8(bytes);
      for (int i = 0; i < bytes; i++) {
        frame.u8((int) (value >> (i * Byte.SIZE)));
      }
    }
  }

  /** {@code torch.Size} of two numbers. */
  void size(long first, long second) throws IOException {
    boundary();
    global("torch", "Size");
    number(first);
    number(second);
    frame.u8(0x86);
    memoize();
    frame.u8(0x85);
    memoize();
    frame.u8('R');
    memoize();
  }

  /** The state of an object that is a tuple. */
  void tupleState(Item writer) throws IOException {
    frame.u8('(');
    writer.write(0);
    frame.u8('t');
    memoize();
    frame.u8('b');
  }

  /** A tuple of texts, of one to three. */
  void texts(String... texts) throws IOException {
    for (String text : texts) {
      text(text);
    }
    frame.u8(0x84 + texts.length);
    memoize();
  }

  /** A call of a global with the tuple of texts that it is made of. */
  void call(String module, String name, String... texts) throws IOException {
    global(module, name);
    texts(texts);
    frame.u8('R');
    memoize();
  }

  /** A dict. */
  void dict(int count, Item item) throws IOException {
    boundary();
    frame.u8('}');
    memoize();
    batches(count, item, 's', 'u', true);
  }

  /** A list. */
  void list(int count, Item element) throws IOException {
    boundary();
    frame.u8(']');
    memoize();
    // Unlike a dict's, a list's last batch has its mark even for one value.
    batches(count, element, 'a', 'e', count == 1);
  }

  private void batches(int count, Item item, int one, int several, boolean lastMayBeOne)
      throws IOException {
    for (int from = 0; from < count; from += BATCH) {
      int to = Math.min(count, from + BATCH);
      boolean isOne = to - from == 1 && lastMayBeOne;
      if (!isOne) {
        frame.u8('(');
      }
      for (int i = from; i < to; i++) {
        item.write(i);
      }
      frame.u8(isOne ? one : several);
    }
  }
}
