package dev.pt2st.pickle;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attributes that opcodes call on an object, so that a state could put a function there. {@code
 * Modules/_pickle.c} and {@code Lib/pickle.py} look up {@code __setstate__} (BUILD), {@code append}
 * and {@code extend} (APPEND, APPENDS) and {@code add} (ADDITEMS) on the object, not on its class.
 * No library saves a callable under these names.
 */
final class StateNames {
  private static final List<String> CALLED = List.of("__setstate__", "append", "extend", "add");

  /** A slots state is set attribute by attribute, and these attributes replace all others. */
  private static final List<String> REPLACING = List.of("__class__", "__dict__");

  /** Up to this many attributes, a scan is faster than four look-ups. */
  private static final int FEW = 16;

  private StateNames() {}

  /**
   * An attribute of a state that would be called or would replace the others; null if there is
   * none.
   */
  static @Nullable String calledOf(Value state) {
    if (state instanceof DictValue dict) {
      return calledOf(dict);
    }
    if (!(state instanceof TupleValue pair)) {
      return null;
    }
    for (Value part : pair.items()) {
      if (part instanceof DictValue dict) {
        String name = calledOf(dict);
        if (name == null) {
          name = REPLACING.stream().filter(key -> dict.get(key) != null).findFirst().orElse(null);
        }
        if (name != null) {
          return name;
        }
      }
    }
    return null;
  }

  private static @Nullable String calledOf(DictValue dict) {
    if (dict.size() <= FEW) {
      for (int i = 0; i < dict.size(); i++) {
        if (mayBeCalled(dict.value(i))
            && dict.key(i) instanceof Value.Text key
            && CALLED.contains(key.value())) {
          return key.value();
        }
      }
      return null;
    }
    for (String name : CALLED) {
      if (mayBeCalled(dict.get(name))) {
        return name;
      }
    }
    return null;
  }

  private static boolean mayBeCalled(@Nullable Value value) {
    return value instanceof GlobalValue
        || value instanceof ObjectValue
        || value instanceof DomainValue;
  }
}
