package dev.pt2st;

import java.util.List;

/**
 * A global that a pickle stream names, with everything that the stream does with it.
 *
 * @param name as resolved: Python 2 names mapped
 * @param written as the stream has it
 * @param use the least harmless use
 * @param opcode the opcode that names it first: GLOBAL, STACK_GLOBAL or INST
 * @param offset of this opcode, in the entry or, if there is no entry, in the file
 * @param uses how many times it is named, called or instantiated
 * @param calls its first calls and instantiations
 * @param arguments the distinct arguments of all its calls, for a global whose effect depends on
 *     them; empty for all others, and if there are too many
 * @param behindBreak whether it is first named after a place where an unpickler stops
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
   * @param offset of this opcode, in the entry or, if there is no entry, in the file
   * @param arguments the arguments in parentheses, as Python writes them and as far as the stream
   *     shows them; long ones are cut off
   */
  public record TracedCall(String opcode, long offset, String arguments) {}
}
