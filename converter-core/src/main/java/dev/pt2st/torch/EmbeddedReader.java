package dev.pt2st.torch;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.Value;
import java.util.List;

/**
 * Reads a checkpoint that another one keeps as bytes. The layouts of checkpoints are a later step,
 * so whoever begins to read one gives its reader along.
 */
@FunctionalInterface
public interface EmbeddedReader {
  /**
   * Reads it.
   *
   * @param around the reading of the checkpoint that keeps the bytes
   * @param file that of the checkpoint around it
   * @param place of the call, for messages
   */
  Embedded read(Value.Bytes bytes, ReadContext around, MappedFile file, Place place)
      throws CheckpointException;

  /**
   * What was read.
   *
   * @param top the value at its top
   * @param tensors how many tensors and arrays were made
   * @param furtherGlobals the globals of pickles that lie beside it and are no part of it
   */
  record Embedded(Value top, long tensors, List<GlobalValue> furtherGlobals) {}
}
