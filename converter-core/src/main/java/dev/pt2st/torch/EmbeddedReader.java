package dev.pt2st.torch;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.Value;
import java.util.List;

/**
 * Reads a checkpoint that is embedded in another one as bytes. This package knows no layouts of
 * checkpoints, so the code that starts the reading passes this reader in.
 */
@FunctionalInterface
public interface EmbeddedReader {
  /**
   * Reads it.
   *
   * @param around the context of the checkpoint that contains the bytes
   * @param file the file of the outer checkpoint
   * @param place of the call, for messages
   */
  Embedded read(Value.Bytes bytes, ReadContext around, MappedFile file, Place place)
      throws CheckpointException;

  /**
   * What was read.
   *
   * @param top the value at its top
   * @param tensors how many tensors and arrays were made
   * @param furtherGlobals the globals of pickles that are next to it but not part of it
   */
  record Embedded(Value top, long tensors, List<GlobalValue> furtherGlobals) {}
}
