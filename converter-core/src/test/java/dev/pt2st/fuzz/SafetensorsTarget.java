package dev.pt2st.fuzz;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.io.MappedFile;
import dev.pt2st.safetensors.SafetensorsFile;
import dev.pt2st.safetensors.format.Header;
import dev.pt2st.safetensors.format.HeaderWriter;
import dev.pt2st.tensor.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The reader of safetensors headers. What it takes lies within the file, byte for byte once, and is
 * the same when it is written and read again.
 */
public final class SafetensorsTarget {
  private static final Place PLACE = Place.of(Path.of("fuzz.safetensors"));

  private SafetensorsTarget() {}

  /** One input; called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    Inputs.read(data, SafetensorsTarget::read);
  }

  private static void read(MappedFile file) throws CheckpointException {
    // Not closed: the file is the caller's.
    SafetensorsFile model = SafetensorsFile.of(file);
    long bytes = 0;
    Set<String> names = new HashSet<>();
    for (TensorInfo tensor : model.tensors()) {
      bytes += model.data(tensor).byteSize();
      if (!names.add(tensor.name())) {
        throw new AssertionError("two tensors of one name: " + tensor.name());
      }
    }
    Header header = Header.read(file.cursor(PLACE), PLACE);
    if (header.size() + bytes != file.size()) {
      throw new AssertionError("bytes that belong to no tensor");
    }
    byte[] written = HeaderWriter.write(header.tensors(), header.metadata());
    MemorySegment again =
        MemorySegment.ofArray(java.util.Arrays.copyOf(written, (int) (written.length + bytes)));
    Header second = Header.read(new ByteCursor(again, PLACE), PLACE);
    if (!second.tensors().equals(header.tensors())
        || !second.metadata().equals(header.metadata())) {
      throw new AssertionError("a header is another one when it is written again");
    }
  }
}
