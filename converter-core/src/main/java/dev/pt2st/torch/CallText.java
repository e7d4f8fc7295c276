package dev.pt2st.torch;

import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.pickle.ValueDescription;
import dev.pt2st.pickle.analysis.PythonLiteral;
import java.util.List;

/** Formats a call as Python source for messages: {@code os.system('id')}. */
final class CallText {
  private static final int MOST_ARGUMENTS = 4;
  private static final int MOST_CHARACTERS = 80;
  private static final int MOST_DEPTH = 3;

  private CallText() {}

  static String of(GlobalValue global, List<Value> arguments) {
    return global.dottedName() + "(" + items(arguments, MOST_DEPTH) + ")";
  }

  private static String items(List<Value> values, int depth) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(values.size(), MOST_ARGUMENTS); i++) {
      text.append(i == 0 ? "" : ", ").append(text(values.get(i), depth - 1));
    }
    return text.append(values.size() > MOST_ARGUMENTS ? ", ..." : "").toString();
  }

  private static String text(Value value, int depth) {
    return switch (value) {
      case Value.None none -> "None";
      case Value.Bool(boolean truth) -> truth ? "True" : "False";
      case Value.Int(long number) -> Long.toString(number);
      case Value.Real(double number) -> PythonLiteral.real(number);
      case Value.Text text -> literal(text.value());
      case GlobalValue global -> global.dottedName();
      case ListValue list when depth > 0 -> "[" + items(list.items(), depth) + "]";
      case TupleValue tuple when depth > 0 -> "(" + items(tuple.items(), depth) + ")";
      default -> "<" + ValueDescription.of(value) + ">";
    };
  }

  private static String literal(String text) {
    return text.length() <= MOST_CHARACTERS
        ? PythonLiteral.text(text)
        : PythonLiteral.text(text.substring(0, MOST_CHARACTERS)) + "...";
  }
}
