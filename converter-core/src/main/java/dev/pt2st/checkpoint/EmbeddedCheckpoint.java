package dev.pt2st.checkpoint;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Place;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.Containers;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.Value;
import dev.pt2st.torch.EmbeddedReader;
import dev.pt2st.torch.ReadContext;
import java.lang.foreign.MemorySegment;

/**
 * Reads a checkpoint that is embedded in another as bytes. A storage that is pickled without {@code
 * torch.save} is written this way: {@code TypedStorage.__reduce__} of {@code torch/storage.py}
 * names {@code _load_from_bytes}, which gives the bytes to {@code torch.load}. Here the same stack
 * machine reads them, with the same allowlist and within the remaining limits.
 */
final class EmbeddedCheckpoint {
  /** The most embedded checkpoints. Each is read recursively, so this bounds the JVM's stack. */
  private static final int MOST = 64;

  private EmbeddedCheckpoint() {}

  /**
   * Reads an embedded checkpoint.
   *
   * @param file the file of the enclosing checkpoint
   * @param place of the call, for messages
   */
  static EmbeddedReader.Embedded read(
      Value.Bytes bytes, ReadContext around, MappedFile file, Place place)
      throws CheckpointException {
    checkDepth(around, place);
    MappedFile part = file.unpacked(place.embedded(), inMemory(bytes, around, place));
    Container container = Containers.detect(part, around.settings().limits());
    Checkpoint checkpoint =
        switch (container) {
          case Container.TorchZip zip -> CheckpointReader.read(zip, around.within());
          case Container.LegacyStream legacy -> CheckpointReader.read(legacy, around.within());
          case Container.TorchTar tar -> CheckpointReader.read(tar, around.within());
          default ->
              throw new UnsupportedException(
                  Place.of(part.name()),
                  "the bytes given to torch.storage._load_from_bytes are a "
                      + container.layout()
                      + ", and torch.load would not take them",
                  new Remedy.DoNotTrust("do not trust the file"));
        };
    return new EmbeddedReader.Embedded(
        checkpoint.top(), checkpoint.tensors(), checkpoint.furtherGlobals());
  }

  private static void checkDepth(ReadContext around, Place place) throws CheckpointException {
    long most = around.settings().limits().get(Limit.EMBEDDED);
    if (around.depth() >= MOST) {
      throw new UnsupportedException(
          place,
          "more than " + MOST + " checkpoints are nested as bytes",
          new Remedy.DoNotTrust("do not trust the file: no program writes this"));
    }
    if (around.depth() >= most) {
      throw new LimitException(
          place, Limit.EMBEDDED, "more than " + most + " checkpoints are nested as bytes");
    }
  }

  /** Protocols 0 to 2 write the bytes as text; the copy is charged to the heap budget. */
  private static MemorySegment inMemory(Value.Bytes bytes, ReadContext around, Place place)
      throws LimitException {
    if (bytes.isInStream()) {
      return bytes.value();
    }
    around.budget().charge(bytes.size(), () -> place);
    return bytes.value();
  }
}
