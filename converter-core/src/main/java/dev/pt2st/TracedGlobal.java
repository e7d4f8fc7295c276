package dev.pt2st;

import java.util.List;

/**
 * A global that a stream names, with everything that it does with it.
 *
 * @param name as resolved: Python 2 names mapped
 * @param written as the stream has it
 * @param use the least harmless use
 * @param opcode what names it first: GLOBAL, STACK_GLOBAL or INST
 * @param offset of this opcode, in the entry or, where there is no entry, in the file
 * @param uses how often it is named, called or instantiated
 * @param calls its first calls and instantiations
 * @param arguments the arguments of all its calls, each once, of a global of which they decide what
 *     it does; empty for all others, and if there are many
 * @param behindBreak whether it first stands behind a place where an unpickler stops
 */
public record TracedGlobal(
    GlobalName name,
    GlobalName written,
    GlobalUse use,
    String opcode,
    long offset,
    long uses,
    List<TracedCall> calls,
    List<String> arguments,
    boolean behindBreak) {
  public TracedGlobal {
    calls = List.copyOf(calls);
    arguments = List.copyOf(arguments);
  }

  /**
   * A call or an instantiation.
   *
   * @param opcode REDUCE, INST, OBJ, NEWOBJ or NEWOBJ_EX
   * @param offset of this opcode, in the entry or, where there is no entry, in the file
   * @param arguments the arguments in brackets as Python writes them, as far as they stand in the
   *     stream; long ones cut off
   */
  public record TracedCall(String opcode, long offset, String arguments) {}
}
