package dev.pt2st.checkpoint;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.Unpickler;
import dev.pt2st.pickle.Value;
import dev.pt2st.torch.PersistentIds;
import dev.pt2st.torch.ReadContext;
import dev.pt2st.torch.TorchDomain;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Pickles that a pickle keeps as bytes in its dicts, as {@code Algorithm.__getstate__} of Ray RLlib
 * keeps the state of its workers. They are read, by the same list and within the same limits, if
 * the pickle around them holds no tensor of its own.
 */
final class PickledBytes {
  private static final byte PROTO = (byte) 0x80;
  private static final byte STOP = '.';
  private static final int MOST_PROTOCOL = 5;

  private final ReadContext reading;
  private final MappedFile file;
  private long tensors;

  private PickledBytes(ReadContext reading, MappedFile file) {
    this.reading = reading;
    this.file = file;
  }

  /**
   * Puts what such bytes hold in their place.
   *
   * @return how many tensors and arrays were made
   */
  static long open(Value top, ReadContext reading, MappedFile file) throws CheckpointException {
    PickledBytes opened = new PickledBytes(reading, file);
    opened.walk(top);
    return opened.tensors;
  }

  private void walk(Value top) throws CheckpointException {
    Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    ArrayDeque<DictValue> open = new ArrayDeque<>();
    if (top instanceof DictValue dict) {
      open.push(dict);
    }
    while (!open.isEmpty()) {
      DictValue dict = open.pop();
      for (int i = 0; i < dict.size(); i++) {
        switch (dict.value(i)) {
          case DictValue inner when seen.add(inner) -> open.push(inner);
          case Value.Bytes bytes when mayBePickle(bytes) -> read(dict, i, bytes);
          default -> {}
        }
      }
    }
  }

  private static boolean mayBePickle(Value.Bytes bytes) {
    if (bytes.size() < 4 || !bytes.isInStream()) {
      return false;
    }
    MemorySegment content = bytes.value();
    return content.get(ValueLayout.JAVA_BYTE, 0) == PROTO
        && content.get(ValueLayout.JAVA_BYTE, 1) <= MOST_PROTOCOL
        && content.get(ValueLayout.JAVA_BYTE, bytes.size() - 1) == STOP;
  }

  private void read(DictValue dict, int index, Value.Bytes bytes) throws CheckpointException {
    TorchDomain domain = new TorchDomain(reading.within(), file, PersistentIds.NONE);
    ByteCursor in = new ByteCursor(bytes.value(), Place.of(Place.of(file.name()).embedded()));
    Value value;
    try {
      value = Unpickler.load(in, domain, reading.budget()).value();
    } catch (MalformedException e) {
      // Bytes that only begin and end as a pickle does stay bytes.
      return;
    }
    if (domain.tensors() > 0 && in.remaining() == 0) {
      dict.put(dict.key(index), value);
      tensors += domain.tensors();
    }
  }
}
