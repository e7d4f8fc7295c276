package dev.pt2st.pickle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An inert record: what a stream says of an object whose class is not rebuilt. Class, arguments,
 * state and items are kept as data.
 */
public final class ObjectValue implements Value {
  private final Value type;
  private final List<Value> arguments;
  private final List<Value> states = new ArrayList<>(1);
  private final List<Value> listItems = new ArrayList<>(0);
  private @Nullable DictValue dictItems;
  private @Nullable DictValue attributes;

  /**
   * @param type what was called or instantiated: a {@link GlobalValue}, or another inert record
   */
  public ObjectValue(Value type, List<Value> arguments) {
    this.type = type;
    this.arguments = List.copyOf(arguments);
  }

  /** What was called or instantiated. */
  public Value type() {
    return type;
  }

  /** The name of its class, or what stands for it. */
  public String typeName() {
    return type instanceof GlobalValue global ? global.name().toString() : "an inert call's result";
  }

  /** The arguments of the call; keyword arguments, where there are any, are one dict at the end. */
  public List<Value> arguments() {
    return arguments;
  }

  /** What BUILD gave it, in order. */
  public List<Value> states() {
    return Collections.unmodifiableList(states);
  }

  /** Takes a state. */
  public void addState(Value state) {
    states.add(state);
    attributes = null;
  }

  /** What APPEND, APPENDS or ADDITEMS gave it. */
  public List<Value> listItems() {
    return listItems;
  }

  /** What SETITEM or SETITEMS gave it; null if nothing. */
  public @Nullable DictValue dictItems() {
    return dictItems;
  }

  /** The dict that takes SETITEM; made at the first use. */
  public DictValue dictItemsForUpdate() {
    DictValue items = dictItems;
    if (items == null) {
      items = new DictValue(DictValue.Kind.DICT);
      dictItems = items;
    }
    return items;
  }

  /**
   * Its attributes as BUILD sets them without a {@code __setstate__}: the dict of the state, then
   * that of the slots ({@code load_build} in CPython's {@code Modules/_pickle.c}).
   */
  public DictValue attributes() {
    DictValue known = attributes;
    if (known == null) {
      known = mergedStates();
      attributes = known;
    }
    return known;
  }

  private DictValue mergedStates() {
    DictValue all = new DictValue(DictValue.Kind.DICT);
    for (Value state : states) {
      Value ofState = state;
      if (state instanceof TupleValue pair && pair.items().size() == 2) {
        ofState = pair.items().get(0);
        if (pair.items().get(1) instanceof DictValue slots) {
          if (ofState instanceof DictValue dict) {
            all.putAll(dict);
          }
          ofState = slots;
        }
      }
      if (ofState instanceof DictValue dict) {
        all.putAll(dict);
      }
    }
    return all;
  }
}
