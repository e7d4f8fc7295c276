package dev.pt2st.pickle;

import java.util.ArrayList;
import java.util.List;

/** A {@code list}. */
public final class ListValue implements Value {
  private final ArrayList<Value> items;

  /** An empty list. */
  public ListValue() {
    this.items = new ArrayList<>(0);
  }

  public ListValue(List<Value> items) {
    this.items = new ArrayList<>(items);
  }

  /** The items, in order. */
  public List<Value> items() {
    return items;
  }
}
