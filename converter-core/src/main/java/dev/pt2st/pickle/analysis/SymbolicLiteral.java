package dev.pt2st.pickle.analysis;

import dev.pt2st.GlobalName;
import dev.pt2st.pickle.Opcode;
import java.util.List;

/** Formats values of a {@link SymbolicStack} as Python would, as far as they are known. */
final class SymbolicLiteral {
  private static final int MOST_DEPTH = 4;
  private static final int MOST_ITEMS = 16;

  /** Bytes of one text or number that are shown. */
  private static final int MOST_BYTES = 200;

  /** Characters after which nothing more is shown. */
  private static final int MOST_CHARACTERS = 1000;

  private final StringBuilder text = new StringBuilder();

  private SymbolicLiteral() {}

  /** The arguments of a call, in parentheses. */
  static String ofArguments(List<SymbolicValue> arguments) {
    SymbolicLiteral literal = new SymbolicLiteral();
    literal.appendAll("(", arguments, ", ", ")", 0);
    return literal.text.toString();
  }

  private void append(SymbolicValue value, int depth) {
    Opcode opcode = value.madeBy().opcode();
    switch (opcode) {
      case NONE -> text.append("None");
      case NEWTRUE -> text.append("True");
      case NEWFALSE -> text.append("False");
      case EMPTY_TUPLE -> text.append("()");
      case TUPLE1 -> appendAll("(", value.items(), ", ", ",)", depth);
      case TUPLE2, TUPLE3, TUPLE -> appendAll("(", value.items(), ", ", ")", depth);
      case EMPTY_LIST, LIST -> appendAll("[", value.items(), ", ", "]", depth);
      case EMPTY_DICT, DICT -> appendPairs(value.items(), depth);
      case EMPTY_SET, FROZENSET -> appendAll("{", value.items(), ", ", "}", depth);
      case GLOBAL, STACK_GLOBAL -> text.append(nameOf(value));
      case REDUCE, INST, OBJ, NEWOBJ, NEWOBJ_EX -> {
        text.append(nameOf(value));
        appendAll("(", value.items(), ", ", ")", depth);
      }
      case PERSID, BINPERSID -> text.append("<persistent id>");
      default -> {
        String argument = value.madeBy().argumentText(MOST_BYTES);
        text.append(argument.isEmpty() ? "<" + opcode + ">" : argument);
      }
    }
  }

  private static String nameOf(SymbolicValue value) {
    GlobalName global = value.global();
    return global == null ? "<unknown>" : global.toString();
  }

  private void appendPairs(List<SymbolicValue> items, int depth) {
    appendAll("{", items, ": ", "}", depth);
  }

  /** A dict's keys and values alternate, so its separators alternate between colon and comma. */
  private void appendAll(
      String open, List<SymbolicValue> items, String first, String close, int depth) {
    text.append(open);
    for (int i = 0; i < items.size(); i++) {
      if (i > 0) {
        text.append(i % 2 == 1 ? first : ", ");
      }
      if (i >= MOST_ITEMS || depth >= MOST_DEPTH || text.length() > MOST_CHARACTERS) {
        text.append("...");
        break;
      }
      append(items.get(i), depth + 1);
    }
    text.append(close);
  }
}
