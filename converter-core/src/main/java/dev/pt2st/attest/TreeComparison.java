package dev.pt2st.attest;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares two statements field by field; a new field needs no further code. */
final class TreeComparison {
  private final List<FieldDifference> differences = new ArrayList<>();

  /**
   * Notes the differences of two trees. The recursion is as deep as a statement, which is bounded.
   */
  void compare(String path, @Nullable JsonElement claimed, @Nullable JsonElement found) {
    switch (claimed) {
      case JsonObject one when found instanceof JsonObject other -> {
        Set<String> names = new LinkedHashSet<>(one.keySet());
        names.addAll(other.keySet());
        for (String name : names) {
          compare(path.isEmpty() ? name : path + "." + name, one.get(name), other.get(name));
        }
      }
      case JsonArray one when found instanceof JsonArray other -> {
        for (int i = 0; i < Math.max(one.size(), other.size()); i++) {
          compare(
              path + "[" + i + "]",
              i < one.size() ? one.get(i) : null,
              i < other.size() ? other.get(i) : null);
        }
      }
      case null, default -> {
        if (claimed == null ? found != null : !claimed.equals(found)) {
          add(path, shown(claimed), shown(found));
        }
      }
    }
  }

  void add(String path, String claimed, String found) {
    if (differences.size() < StatementResult.MOST) {
      differences.add(new FieldDifference(path, claimed, found));
    }
  }

  private static String shown(@Nullable JsonElement element) {
    return element == null
        ? ""
        : element instanceof JsonPrimitive primitive ? primitive.getAsString() : element.toString();
  }

  List<FieldDifference> differences() {
    return differences;
  }
}
