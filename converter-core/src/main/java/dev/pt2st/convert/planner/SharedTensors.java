package dev.pt2st.convert.planner;

import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.text.Utf8Order;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Decides which tensors of one storage are kept and which are dropped, like {@code
 * _remove_duplicate_names} of safetensors' {@code torch.py}: of each group of overlapping tensors,
 * one complete tensor is kept, the first by name. Unlike there, a tensor that overlaps no other is
 * written even if it does not cover its storage, as nothing is lost.
 */
final class SharedTensors {
  private SharedTensors() {}

  /** A strided tensor with its name. */
  private record Named(String name, TensorView view) {}

  /**
   * The dropped names, each mapped to the name that is kept for it.
   *
   * @throws RefusedException if no tensor of a group covers its storage
   */
  static Map<String, String> dropped(List<NamedTensorData> tensors, Place place)
      throws RefusedException {
    Map<String, String> dropped = new TreeMap<>(Utf8Order.COMPARATOR);
    for (List<Named> sharing : sharing(tensors).values()) {
      for (List<Named> group : overlapping(sharing)) {
        drop(group, dropped, place);
      }
    }
    return dropped;
  }

  /** The tensors of each storage that has several. */
  private static Map<Storage, List<Named>> sharing(List<NamedTensorData> tensors) {
    // Nearly every storage has only one tensor, so no list is made for it.
    IdentityHashMap<Storage, NamedTensorData> first = new IdentityHashMap<>(tensors.size());
    IdentityHashMap<Storage, List<Named>> sharing = new IdentityHashMap<>();
    for (NamedTensorData tensor : tensors) {
      TensorView view = tensor.data().sharedView().orElse(null);
      if (view == null || view.storage().byteSize() == 0) {
        continue;
      }
      NamedTensorData other = first.putIfAbsent(view.storage(), tensor);
      if (other != null) {
        sharing
            .computeIfAbsent(view.storage(), key -> new ArrayList<>(List.of(named(other))))
            .add(named(tensor));
      }
    }
    return sharing;
  }

  private static Named named(NamedTensorData tensor) {
    return new Named(tensor.name(), tensor.data().sharedView().orElseThrow());
  }

  /** Splits the tensors of one storage where one begins after the end of the previous one. */
  private static List<List<Named>> overlapping(List<Named> sharing) {
    List<Named> sorted = new ArrayList<>(sharing);
    sorted.sort(
        Comparator.<Named>comparingLong(tensor -> tensor.view.startByte())
            .thenComparingLong(tensor -> tensor.view.endByte())
            .thenComparing(Named::name, Utf8Order.COMPARATOR));
    List<List<Named>> groups = new ArrayList<>();
    long end = -1;
    for (Named tensor : sorted) {
      if (groups.isEmpty() || tensor.view.startByte() >= end) {
        groups.add(new ArrayList<>());
      }
      groups.getLast().add(tensor);
      // As in safetensors: the end of the last one, though an earlier one may reach further.
      end = tensor.view.endByte();
    }
    return groups;
  }

  private static void drop(List<Named> group, Map<String, String> dropped, Place place)
      throws RefusedException {
    if (group.size() < 2) {
      return;
    }
    String kept =
        group.stream()
            .filter(tensor -> tensor.view.isComplete())
            .map(Named::name)
            .min(Utf8Order.COMPARATOR)
            .orElse(null);
    List<String> names = group.stream().map(Named::name).sorted(Utf8Order.COMPARATOR).toList();
    if (kept == null) {
      throw new RefusedException(
          place,
          "none of the tensors "
              + String.join(", ", names)
              + " covers the storage that they share, so none can stand for the others",
          new Remedy.WriteInFull());
    }
    for (String name : names) {
      if (!name.equals(kept)) {
        dropped.put(name, kept);
      }
    }
  }
}
