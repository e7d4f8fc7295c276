package dev.pt2st.inspect.pickle;

import dev.pt2st.Place;
import dev.pt2st.pickle.analysis.Disassembler;

/** Receives every instruction of a file's pickles. Arguments are only valid during the call. */
public interface PickleListener {
  /**
   * Called when a pickle begins.
   *
   * @param place the first byte, with the entry if there is one
   * @param number counted from one in the entry, or in a file without entries
   */
  void begin(Place place, int number);

  /** Receives an instruction. */
  void step(Disassembler.Step step);

  /**
   * Called when STOP was read.
   *
   * @param highestProtocol the highest protocol that one of its opcodes needs
   * @param valuesLeft how many values are left on the stack
   */
  void end(int highestProtocol, int valuesLeft);

  /**
   * Called if bytes follow the last pickle: a legacy stream's storages, or bytes that do not belong
   * there.
   */
  void rest(Place place, long bytes);
}
