package dev.pt2st.torch;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.pickle.ValueDescription;
import dev.pt2st.torch.value.DTypeValue;
import dev.pt2st.torch.value.StorageValue;
import java.util.List;

/**
 * A call of a listed global, with its arguments.
 *
 * @param domain the domain that the call belongs to
 * @param global what is called
 */
record Call(TorchDomain domain, GlobalValue global, List<Value> arguments, Place place) {

  int count() {
    return arguments.size();
  }

  /** The argument at a position. */
  Value argument(int index) throws MalformedException {
    if (index >= arguments.size()) {
      throw malformed("is called with " + arguments.size() + " arguments");
    }
    return arguments.get(index);
  }

  /** The argument at a position, or None if the call has fewer. */
  Value optional(int index) {
    return index < arguments.size() ? arguments.get(index) : Value.None.NONE;
  }

  /** Refuses the call if it has more arguments than this. */
  void atMost(int most) throws MalformedException {
    if (arguments.size() > most) {
      throw malformed("is called with " + arguments.size() + " arguments");
    }
  }

  StorageValue storage(int index) throws MalformedException {
    if (argument(index) instanceof StorageValue storage) {
      return storage;
    }
    throw wrong(index, "a storage");
  }

  DTypeValue dtype(int index) throws MalformedException {
    if (argument(index) instanceof DTypeValue dtype) {
      return dtype;
    }
    throw wrong(index, "a dtype");
  }

  /** The call as an inert record. */
  ObjectValue inert() {
    return new ObjectValue(global, arguments);
  }

  MalformedException wrong(int index, String wanted) throws MalformedException {
    return malformed(
        "is called with " + ValueDescription.of(argument(index)) + " where it takes " + wanted);
  }

  MalformedException malformed(String problem) {
    return new MalformedException(place, global.name() + " " + problem);
  }
}
