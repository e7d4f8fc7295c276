package dev.pt2st.torch;

import dev.pt2st.CheckpointException;
import dev.pt2st.GlobalStanding;
import dev.pt2st.GlobalUse;
import dev.pt2st.MalformedException;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.SetValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The containers and plain values of Python's standard library. */
final class PythonConstructors {
  private PythonConstructors() {}

  static void addTo(Map<String, Constructor> table) {
    table.put("collections.OrderedDict", call -> dict(call, DictValue.Kind.ORDERED_DICT, 0));
    table.put("collections.defaultdict", call -> dict(call, DictValue.Kind.DEFAULT_DICT, 1));
    table.put("collections.Counter", call -> dict(call, DictValue.Kind.COUNTER, 0));
    table.put("builtins.dict", call -> dict(call, DictValue.Kind.DICT, 0));
    table.put("builtins.list", call -> new ListValue(items(call)));
    table.put("builtins.tuple", call -> new TupleValue(items(call)));
    table.put("builtins.set", call -> set(call, false));
    table.put("builtins.frozenset", call -> set(call, true));
    table.put("builtins.bytes", PythonConstructors::bytes);
    table.put("builtins.bytearray", PythonConstructors::byteArray);
    table.put("builtins.complex", PythonConstructors::complex);
    table.put("builtins.int", PythonConstructors::scalar);
    table.put("builtins.float", PythonConstructors::scalar);
    table.put("builtins.bool", PythonConstructors::scalar);
    table.put("builtins.str", PythonConstructors::scalar);
    table.put("_codecs.encode", PythonConstructors::encode);
    table.put("copyreg._reconstructor", PythonConstructors::reconstruct);
    table.put("copyreg.__newobj__", PythonConstructors::newObject);
  }

  /** A dict from nothing, another dict, or pairs. */
  private static Value dict(Call call, DictValue.Kind kind, int contentAt)
      throws MalformedException {
    call.atMost(contentAt + 1);
    DictValue dict = new DictValue(kind);
    if (contentAt > 0 && call.count() > 0) {
      // The factory of a default dict is kept as a value and never called.
      dict.addState(call.argument(0));
    }
    if (call.count() <= contentAt) {
      return dict;
    }
    if (call.argument(contentAt) instanceof DictValue source) {
      dict.putAll(source);
      return dict;
    }
    for (Value item : iterable(call, contentAt)) {
      List<Value> pair = sequence(item);
      if (pair == null || pair.size() != 2) {
        // A Counter counts the items of an argument; no genuine pickle of a Counter does that.
        throw call.wrong(contentAt, "a dict or a list of pairs");
      }
      if (!dict.put(pair.get(0), pair.get(1))) {
        throw call.malformed("gets a key of a kind that cannot be one");
      }
    }
    return dict;
  }

  private static Value set(Call call, boolean frozen) throws MalformedException {
    SetValue set = frozen ? SetValue.frozen() : SetValue.mutable();
    for (Value item : items(call)) {
      if (!set.add(item)) {
        throw call.malformed("gets an item of a kind that cannot be one");
      }
    }
    return set;
  }

  private static List<Value> items(Call call) throws MalformedException {
    call.atMost(1);
    return call.count() == 0 ? List.of() : iterable(call, 0);
  }

  private static List<Value> iterable(Call call, int index) throws MalformedException {
    Value value = call.argument(index);
    List<Value> items = sequence(value);
    if (items != null) {
      return items;
    }
    return switch (value) {
      case SetValue set -> List.copyOf(set.items());
      case DictValue dict -> dict.entries().stream().map(DictValue.Entry::key).toList();
      default -> throw call.wrong(index, "a list");
    };
  }

  private static @Nullable List<Value> sequence(Value value) {
    return switch (value) {
      case ListValue list -> list.items();
      case TupleValue tuple -> tuple.items();
      default -> null;
    };
  }

  private static Value bytes(Call call) throws MalformedException {
    if (call.count() == 0) {
      return new Value.Bytes(MemorySegment.ofArray(new byte[0]));
    }
    return switch (call.argument(0)) {
      case Value.Bytes bytes -> bytes;
      case Value.Text text -> encoded(call, text, call.optional(1));
      // A number would be a size, so the stream could claim any amount of memory.
      default -> throw call.wrong(0, "bytes");
    };
  }

  /**
   * Protocols up to 4 write a {@code bytearray} as a call with a text and an encoding, or with
   * bytes.
   */
  private static Value byteArray(Call call) throws MalformedException {
    if (call.count() == 0) {
      return new Value.MutableBytes(new Value.Bytes(MemorySegment.ofArray(new byte[0])));
    }
    return switch (call.argument(0)) {
      case Value.Bytes bytes -> new Value.MutableBytes(bytes);
      case Value.Text text -> new Value.MutableBytes(encoded(call, text, call.optional(1)));
      default -> throw call.wrong(0, "bytes");
    };
  }

  /** A call with a value of the class gives that value; any other call stays an inert record. */
  private static Value scalar(Call call) throws MalformedException {
    call.atMost(1);
    if (call.count() == 0) {
      return call.inert();
    }
    return switch (call.argument(0)) {
      case Value.Int number -> number;
      case Value.Text text -> text;
      case Value.Bool bool -> call.inert();
      case Value.Real real -> call.inert();
      case Value.BigInt number -> call.inert();
      default -> throw call.wrong(0, "a number or a text");
    };
  }

  private static Value complex(Call call) throws MalformedException {
    call.atMost(2);
    for (int i = 0; i < call.count(); i++) {
      if (!(call.argument(i) instanceof Value.Real) && !(call.argument(i) instanceof Value.Int)) {
        throw call.wrong(i, "a number");
      }
    }
    return call.inert();
  }

  /** How protocol 2 writes {@code bytes}: {@code _codecs.encode(text, 'latin1')}. */
  private static Value encode(Call call) throws MalformedException {
    if (call.argument(0) instanceof Value.Text text) {
      return encoded(call, text, call.optional(1));
    }
    throw call.wrong(0, "a str");
  }

  private static Value.Bytes encoded(Call call, Value.Text text, Value encoding)
      throws MalformedException {
    if (text.python2() != null) {
      return text.python2();
    }
    call.atMost(2);
    // Protocols 0 to 2 write bytes this way. They may be a large array, which stays in the stream.
    // Other codecs run code of their own, and some expand a small input enormously.
    if (!(encoding instanceof Value.Text name)
        || (!name.value().equals("latin1") && !name.value().equals("latin-1"))) {
      throw call.malformed("is called with an encoding that no pickle needs");
    }
    Value.Bytes bytes = text.latin1();
    if (bytes == null) {
      throw call.malformed("is called with a text that " + name.value() + " cannot express");
    }
    return bytes;
  }

  /** {@code copyreg._reconstructor(class, base, state)}: how protocols 0 and 1 make an object. */
  private static Value reconstruct(Call call) throws CheckpointException {
    Value type = call.argument(0);
    Value base = call.argument(1);
    if (!(type instanceof GlobalValue) && !(type instanceof ObjectValue)) {
      throw call.wrong(0, "a class");
    }
    GlobalValue.note(type, GlobalUse.INSTANTIATED);
    if (base instanceof ObjectValue object) {
      ObjectValue _ = TorchDomain.unlisted(object, call.place());
    } else if (!(base instanceof GlobalValue)) {
      throw call.wrong(1, "a class");
    }
    if (!isListed(base)) {
      // Python calls its __new__ and its __init__ with the state.
      GlobalValue.note(base, GlobalUse.CALLED);
    }
    Value made = call.domain().instance(type, List.of(), null, call.place());
    if (made instanceof ObjectValue object
        && !(base instanceof GlobalValue global && global.dottedName().equals("builtins.object"))) {
      // The content of the base class: the items of a dict or a list, or a plain value.
      switch (call.optional(2)) {
        case DictValue dict -> object.dictItemsForUpdate().putAll(dict);
        case ListValue list -> object.addListItems(list.items());
        case Value other -> object.addListItems(List.of(other));
      }
    }
    return made;
  }

  private static boolean isListed(Value type) {
    return type instanceof GlobalValue global && global.standing() == GlobalStanding.LISTED;
  }

  /** {@code copyreg.__newobj__(class, *arguments)}: what NEWOBJ does, in protocols that lack it. */
  private static Value newObject(Call call) throws CheckpointException {
    Value type = call.argument(0);
    GlobalValue.note(type, GlobalUse.INSTANTIATED);
    return call.domain()
        .instance(type, call.arguments().subList(1, call.count()), null, call.place());
  }
}
