package dev.pt2st.inspect.pickle;

import dev.pt2st.Place;
import dev.pt2st.pickle.analysis.Disassembler;

/** Hears of every instruction of a file's pickles. What it is told of is valid during the call. */
public interface PickleListener {
  /**
   * A pickle begins.
   *
   * @param place the first byte, with the entry where there is one
   * @param number counted from one in the entry, or in a file without entries
   */
  void begin(Place place, int number);

  /** An instruction. */
  void step(Disassembler.Step step);

  /**
   * STOP was read.
   *
   * @param highestProtocol that one of its opcodes needs
   * @param valuesLeft how many values it leaves on the stack
   */
  void end(int highestProtocol, int valuesLeft);

  /** Bytes follow the last pickle: a legacy stream's storages, or what does not belong there. */
  void rest(Place place, long bytes);
}
