package dev.pt2st.pickle;

import dev.pt2st.GlobalUse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An inert record: what a stream says of an object whose class is not rebuilt. Class, arguments,
 * state and items are kept as data.
 */
public final class ObjectValue implements Value {
  /** What most objects have before they get a state; never changed. */
  private static final DictValue NO_ATTRIBUTES = new DictValue(DictValue.Kind.DICT);

  private final Value type;
  private final @Nullable GlobalValue origin;
  private final List<Value> arguments;
  private List<Value> states = List.of();
  private List<Value> listItems = List.of();
  private @Nullable DictValue dictItems;
  private DictValue attributes = NO_ATTRIBUTES;
  private boolean merged;

  /**
   * @param type what was called or instantiated: a {@link GlobalValue}, or another inert record
   */
  public ObjectValue(Value type, List<Value> arguments) {
    this.type = type;
    this.origin =
        switch (type) {
          case GlobalValue global -> global;
          case ObjectValue object -> object.origin;
          default -> null;
        };
    this.arguments = List.copyOf(arguments);
  }

  /** What was called or instantiated. */
  public Value type() {
    return type;
  }

  /**
   * Notes a use of it as if it were a class or function: whatever happens is up to the global that
   * it came from, through calls of calls.
   */
  void note(GlobalUse use) {
    if (origin != null) {
      origin.note(use);
    }
  }

  /** The name of its class, or what stands for it. */
  public String typeName() {
    return type instanceof GlobalValue global ? global.dottedName() : "an inert call's result";
  }

  /** The arguments of the call; keyword arguments, if there are any, are one dict at the end. */
  public List<Value> arguments() {
    return arguments;
  }

  /**
   * What BUILD gave it, in order. A dict is there with the items that it had then: Python copies
   * them.
   */
  public List<Value> states() {
    return Collections.unmodifiableList(states);
  }

  /**
   * Takes a state: as BUILD sets the attributes without a {@code __setstate__}, the dict of the
   * state, then that of the slots ({@code load_build} in CPython's {@code Modules/_pickle.c}).
   */
  public void addState(Value state) {
    if (state instanceof DictValue dict) {
      DictValue now = dict.snapshot();
      add(now);
      addAttributes(now);
      return;
    }
    add(state);
    if (state instanceof TupleValue pair && pair.items().size() == 2) {
      for (Value part : pair.items()) {
        if (part instanceof DictValue dict) {
          addAttributes(dict.snapshot());
        }
      }
    }
  }

  private void add(Value state) {
    if (states.isEmpty()) {
      states = List.of(state);
      return;
    }
    if (states.size() == 1) {
      states = new ArrayList<>(states);
    }
    states.add(state);
  }

  private void addAttributes(DictValue more) {
    if (attributes.size() == 0) {
      attributes = more;
    } else if (more.size() > 0) {
      if (!merged) {
        // Those of the first state: that one stays as it is.
        attributes = attributes.snapshot();
        merged = true;
      }
      attributes.putAll(more);
    }
  }

  /** What APPEND, APPENDS or ADDITEMS gave it. */
  public List<Value> listItems() {
    return Collections.unmodifiableList(listItems);
  }

  /** Takes list items. */
  public void addListItems(List<Value> items) {
    if (listItems.isEmpty()) {
      listItems = new ArrayList<>(items.size());
    }
    listItems.addAll(items);
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

  /** Its attributes, as the states in their order set them. */
  public DictValue attributes() {
    return attributes;
  }
}
