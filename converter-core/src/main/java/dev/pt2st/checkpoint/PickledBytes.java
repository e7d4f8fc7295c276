package dev.pt2st.checkpoint;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.UnsupportedException;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.Containers;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.Unpickler;
import dev.pt2st.pickle.Value;
import dev.pt2st.torch.EmbeddedReader;
import dev.pt2st.torch.PersistentIds;
import dev.pt2st.torch.ReadContext;
import dev.pt2st.torch.TorchDomain;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Pickles that are stored as bytes in the dicts of another pickle, such as the state of workers in
 * {@code Algorithm.__getstate__} of Ray RLlib, and files that {@code torch.save} has written to a
 * {@code BytesIO}. They are read with the same allowlist and limits, if the pickle around them
 * holds no tensors.
 */
final class PickledBytes {
  private static final byte PROTO = (byte) 0x80;
  private static final byte STOP = '.';
  private static final int MOST_PROTOCOL = 5;
  private static final int LEAST_BYTES = 4;

  private final ReadContext reading;
  private final MappedFile file;
  private final Place place;
  private final List<String> opened = new ArrayList<>();
  private long tensors;

  private PickledBytes(ReadContext reading, MappedFile file) {
    this.reading = reading;
    this.file = file;
    this.place = Place.of(file.name());
  }

  /** A dict and the keys that lead to it from the top. */
  private record Open(DictValue dict, String path) {}

  /**
   * Replaces such bytes by their values.
   *
   * @return the checkpoint with these values
   */
  static Checkpoint open(Checkpoint checkpoint, ReadContext reading) throws CheckpointException {
    boolean isPickle =
        switch (checkpoint.container()) {
          case Container.TorchZip zip -> true;
          case Container.LegacyStream legacy -> true;
          case Container.RawPickle raw -> true;
          default -> false;
        };
    if (!isPickle || checkpoint.tensors() > 0) {
      return checkpoint;
    }
    PickledBytes bytes = new PickledBytes(reading, checkpoint.container().file());
    bytes.walk(checkpoint.top());
    return bytes.opened.isEmpty()
        ? checkpoint
        : checkpoint.withOpened(bytes.opened, reading.globals().all(), bytes.tensors);
  }

  private void walk(Value top) throws CheckpointException {
    Set<Value> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    ArrayDeque<Open> open = new ArrayDeque<>();
    if (top instanceof DictValue dict) {
      open.push(new Open(dict, ""));
    }
    while (!open.isEmpty()) {
      Open next = open.pop();
      DictValue dict = next.dict;
      for (int i = 0; i < dict.size(); i++) {
        switch (dict.value(i)) {
          case DictValue inner when seen.add(inner) -> open.push(new Open(inner, path(next, i)));
          case Value.Bytes bytes when bytes.size() >= LEAST_BYTES -> {
            EmbeddedReader.Embedded found = read(bytes);
            if (found != null && found.tensors() > 0) {
              dict.put(dict.key(i), found.top());
              reading.furtherGlobals().addAll(found.furtherGlobals());
              tensors += found.tensors();
              opened.add(path(next, i));
            }
          }
          default -> {}
        }
      }
    }
  }

  private static String path(Open open, int index) {
    String key =
        switch (open.dict.key(index)) {
          case Value.Text text -> text.value();
          case Value.Int(long number) -> Long.toString(number);
          default -> "?";
        };
    return open.path.isEmpty() ? key : open.path + "." + key;
  }

  /** Reads bytes as a pickle; null if they are not one. */
  private EmbeddedReader.@Nullable Embedded read(Value.Bytes bytes) throws CheckpointException {
    if (!bytes.isInStream()) {
      // Protocols 0 to 2 write bytes as text.
      reading.budget().charge(bytes.size(), () -> place);
    }
    MemorySegment content = bytes.value();
    try {
      if (mayBePickle(content)) {
        return pickle(content);
      }
      byte[] first =
          content
              .asSlice(0, Math.min(content.byteSize(), Containers.SNIFFED))
              .toArray(ValueLayout.JAVA_BYTE);
      return Containers.mayBeTorchSave(first)
          ? EmbeddedCheckpoint.read(new Value.Bytes(content), reading, file, place)
          : null;
    } catch (MalformedException | UnsupportedException e) {
      // Bytes that only begin and end like a pickle stay bytes.
      return null;
    }
  }

  private static boolean mayBePickle(MemorySegment content) {
    return content.get(ValueLayout.JAVA_BYTE, 0) == PROTO
        && content.get(ValueLayout.JAVA_BYTE, 1) <= MOST_PROTOCOL
        && content.get(ValueLayout.JAVA_BYTE, content.byteSize() - 1) == STOP;
  }

  private EmbeddedReader.@Nullable Embedded pickle(MemorySegment content)
      throws CheckpointException {
    TorchDomain domain = new TorchDomain(reading.within(), file, PersistentIds.NONE);
    ByteCursor in = new ByteCursor(content, Place.of(place.embedded()));
    Value value = Unpickler.load(in, domain, reading.budget()).value();
    return in.remaining() == 0
        ? new EmbeddedReader.Embedded(value, domain.tensors(), List.of())
        : null;
  }
}
