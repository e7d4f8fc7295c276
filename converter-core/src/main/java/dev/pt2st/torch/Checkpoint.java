package dev.pt2st.torch;

import dev.pt2st.archive.Container;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.Value;
import java.util.List;

/**
 * A checkpoint as read: its top value, in which the tensors stand as views, and what was met on the
 * way. Valid while the container's file is open.
 *
 * @param container what the file is made of
 * @param top the value of its main pickle
 * @param globals every global that was named, with its standing and use
 * @param tensors how many tensors and arrays were made, named or not
 * @param protocol the pickle protocol
 * @param furtherGlobals the globals of pickles in the same archive that do not belong to the
 *     checkpoint, those that are listed left out
 */
public record Checkpoint(
    Container container,
    Value top,
    List<GlobalValue> globals,
    long tensors,
    int protocol,
    List<GlobalValue> furtherGlobals) {
  public Checkpoint {
    globals = List.copyOf(globals);
    furtherGlobals = List.copyOf(furtherGlobals);
  }

  /** A checkpoint with no other pickle beside it. */
  Checkpoint(
      Container container, Value top, List<GlobalValue> globals, long tensors, int protocol) {
    this(container, top, globals, tensors, protocol, List.of());
  }

  Checkpoint withFurtherGlobals(List<GlobalValue> further) {
    return new Checkpoint(container, top, globals, tensors, protocol, further);
  }
}
