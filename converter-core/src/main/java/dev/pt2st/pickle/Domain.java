package dev.pt2st.pickle;

import dev.pt2st.CheckpointException;
import dev.pt2st.GlobalName;
import dev.pt2st.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the stack machine asks of the world that a pickle belongs to. It answers with data: nothing
 * here runs code of the stream.
 */
public interface Domain {
  /** A global was named. */
  Value global(GlobalName name, GlobalName written, Place place) throws CheckpointException;

  /** A persistent id was given (PERSID, BINPERSID). */
  Value persistent(Value id, Place place) throws CheckpointException;

  /**
   * A call: REDUCE, INST or OBJ.
   *
   * @param callable what is called: a global, an inert record or a value of the domain
   */
  Value call(Value callable, List<Value> arguments, Place place) throws CheckpointException;

  /**
   * An instance without a call: NEWOBJ, NEWOBJ_EX.
   *
   * @param keywords the keyword arguments, or null
   */
  Value instance(Value type, List<Value> arguments, @Nullable DictValue keywords, Place place)
      throws CheckpointException;

  /**
   * An object gets a state (BUILD).
   *
   * @throws CheckpointException if the class of the object writes no such state
   */
  default void checkState(ObjectValue object, Value state, Place place)
      throws CheckpointException {}

  /**
   * An object gets items (APPEND, SETITEM, ADDITEMS and the like).
   *
   * @throws CheckpointException if no pickle gives items to an object of its class
   */
  default void checkItems(ObjectValue object, Place place) throws CheckpointException {}

  /**
   * Whether a global is a function that pickles call and never keep. As a value it could be put
   * where a library calls what it finds: under the name of a method, in a hook, as a factory.
   */
  default boolean isOnlyCalled(GlobalValue global) {
    return false;
  }

  /** Whether the first argument of a call of this is a function, which it calls. */
  default boolean takesFunction(Value callable) {
    return false;
  }

  /**
   * Whether a call of this may have, instead of a tuple of arguments, any one value as its
   * argument. CPython takes none such; some writers that are not Python write them.
   */
  default boolean takesAnyArgument(Value callable) {
    return false;
  }
}
