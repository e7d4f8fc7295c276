package dev.pt2st.pickle;

import dev.pt2st.CheckpointException;
import dev.pt2st.GlobalName;
import dev.pt2st.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives the meaning of globals, calls and persistent ids to the stack machine, such as PyTorch's
 * meaning. It answers with data; nothing here runs code of the stream.
 */
public interface Domain {
  /** The value of a global. */
  Value global(GlobalName name, GlobalName written, Place place) throws CheckpointException;

  /** The value of a persistent id (PERSID, BINPERSID). */
  Value persistent(Value id, Place place) throws CheckpointException;

  /**
   * The result of a call: REDUCE, INST or OBJ.
   *
   * @param callable what is called: a global, an inert record or a value of the domain
   */
  Value call(Value callable, List<Value> arguments, Place place) throws CheckpointException;

  /**
   * An instance made without a call: NEWOBJ, NEWOBJ_EX.
   *
   * @param keywords the keyword arguments, or null
   */
  Value instance(Value type, List<Value> arguments, @Nullable DictValue keywords, Place place)
      throws CheckpointException;

  /**
   * Checks the state that an object gets (BUILD).
   *
   * @throws CheckpointException if the object's class never writes such a state
   */
  default void checkState(ObjectValue object, Value state, Place place)
      throws CheckpointException {}

  /**
   * Checks that an object may get items (APPEND, SETITEM, ADDITEMS and the like).
   *
   * @throws CheckpointException if no genuine pickle gives items to an object of its class
   */
  default void checkItems(ObjectValue object, Place place) throws CheckpointException {}

  /**
   * Whether a global is a function that pickles call and never keep as a value. As a value it could
   * be put where a library would call it: under the name of a method, in a hook, as a factory.
   */
  default boolean isOnlyCalled(GlobalValue global) {
    return false;
  }

  /** Whether a call of this takes a function as its first argument and calls it. */
  default boolean takesFunction(Value callable) {
    return false;
  }

  /**
   * Whether a call of this may have a single value of any kind instead of a tuple of arguments.
   * CPython refuses such calls, but some writers other than Python write them.
   */
  default boolean takesAnyArgument(Value callable) {
    return false;
  }
}
