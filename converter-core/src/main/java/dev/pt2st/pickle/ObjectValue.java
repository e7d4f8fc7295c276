package dev.pt2st.pickle;

import dev.pt2st.GlobalUse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An inert record: an object whose class is not rebuilt. Its class, arguments, state and items are
 * kept as data.
 */
public final class ObjectValue implements Value {
  /** The attributes of an object without a state; never changed. */
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
   * Notes a use of this value as a class or function. It counts for the global that the value came
   * from, through any number of calls.
   */
  void note(GlobalUse use) {
    if (origin != null) {
      origin.note(use);
    }
  }

  /** The name of its class, or a description if it has none. */
  public String typeName() {
    return type instanceof GlobalValue global ? global.dottedName() : "an inert call's result";
  }

  /** The arguments of the call; keyword arguments, if any, are one dict at the end. */
  public List<Value> arguments() {
    return arguments;
  }

  /**
   * The states that BUILD set, in order. A dict has the items that it had then, since Python copies
   * them.
   */
  public List<Value> states() {
    return Collections.unmodifiableList(states);
  }

  /**
   * Adds a state. Attributes are set as BUILD does without a {@code __setstate__}: from the dict of
   * the state, then from that of the slots ({@code load_build} in CPython's {@code
   * Modules/_pickle.c}).
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
        // These are the attributes of the first state, which must not change.
        attributes = attributes.snapshot();
        merged = true;
      }
      attributes.putAll(more);
    }
  }

  /** The items added by APPEND, APPENDS or ADDITEMS. */
  public List<Value> listItems() {
    return Collections.unmodifiableList(listItems);
  }

  /** Adds list items. */
  public void addListItems(List<Value> items) {
    if (listItems.isEmpty()) {
      listItems = new ArrayList<>(items.size());
    }
    listItems.addAll(items);
  }

  /** The items set by SETITEM or SETITEMS; null if there are none. */
  public @Nullable DictValue dictItems() {
    return dictItems;
  }

  /** The dict for SETITEM; made on first use. */
  public DictValue dictItemsForUpdate() {
    DictValue items = dictItems;
    if (items == null) {
      items = new DictValue(DictValue.Kind.DICT);
      dictItems = items;
    }
    return items;
  }

  /** Its attributes, as set by the states in order. */
  public DictValue attributes() {
    return attributes;
  }
}
