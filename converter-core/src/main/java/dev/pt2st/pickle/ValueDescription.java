package dev.pt2st.pickle;

/** Names the kinds of values in messages. */
public final class ValueDescription {
  private ValueDescription() {}

  /** What a value is, in Python's terms. */
  public static String of(Value value) {
    return switch (value) {
      case Value.None none -> "None";
      case Value.Bool bool -> "a bool";
      case Value.Int number -> "an int";
      case Value.BigInt number -> "an int";
      case Value.Real number -> "a float";
      case Value.Text text -> "a str";
      case Value.Bytes bytes -> "a bytes";
      case Value.MutableBytes bytes -> "a bytearray";
      case ListValue list -> "a list";
      case TupleValue tuple -> "a tuple";
      case DictValue dict -> "a dict";
      case SetValue set -> set.isFrozen() ? "a frozenset" : "a set";
      case GlobalValue global -> "the global " + global.name();
      case ObjectValue object -> "an object of " + object.typeName();
      case DomainValue domain -> "a value of PyTorch";
    };
  }
}
