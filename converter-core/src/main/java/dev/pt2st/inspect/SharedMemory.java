package dev.pt2st.inspect;

import dev.pt2st.convert.planner.Contents;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.tensor.view.TensorView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;

/** Finds tensors that overlap in memory, and counts the bytes of all tensors once each. */
final class SharedMemory {
  private final String[] sharedWith;
  private long bytes;

  /** A part of a tensor, and the tensor's index in the order of the file. */
  private record Placed(int index, TensorView view) {}

  private SharedMemory(int count) {
    this.sharedWith = new String[count];
  }

  static SharedMemory of(List<Contents.Item> tensors) {
    SharedMemory memory = new SharedMemory(tensors.size());
    IdentityHashMap<Storage, List<Placed>> byStorage = new IdentityHashMap<>(tensors.size());
    for (int i = 0; i < tensors.size(); i++) {
      memory.sharedWith[i] = "";
      for (TensorView view : tensors.get(i).tensor().content().views()) {
        if (view.elementCount() > 0) {
          List<Placed> placed = byStorage.get(view.storage());
          if (placed == null) {
            placed = new ArrayList<>(1);
            byStorage.put(view.storage(), placed);
          }
          placed.add(new Placed(i, view));
        }
      }
    }
    for (List<Placed> placed : byStorage.values()) {
      memory.add(placed, tensors);
    }
    return memory;
  }

  /** Splits the tensors of one storage where one begins after the end of all previous ones. */
  private void add(List<Placed> placed, List<Contents.Item> tensors) {
    if (placed.size() > 1) {
      placed.sort(Comparator.comparingLong(tensor -> tensor.view.startByte()));
    }
    int from = 0;
    long end = 0;
    for (int i = 0; i < placed.size(); i++) {
      TensorView view = placed.get(i).view;
      if (view.startByte() >= end) {
        name(placed.subList(from, i), tensors);
        from = i;
      }
      bytes += Math.max(0, view.endByte() - Math.max(end, view.startByte()));
      end = Math.max(end, view.endByte());
    }
    name(placed.subList(from, placed.size()), tensors);
  }

  private void name(List<Placed> group, List<Contents.Item> tensors) {
    if (group.size() > 1) {
      int first = group.stream().mapToInt(Placed::index).min().orElseThrow();
      for (Placed tensor : group) {
        if (tensor.index != first) {
          sharedWith[tensor.index] = tensors.get(first).name();
        }
      }
    }
  }

  /** The name of the first tensor that shares bytes with this one; empty if this is the first. */
  String sharedWith(int index) {
    return sharedWith[index];
  }

  /** The number of bytes that the tensors span, counting each once. */
  long bytes() {
    return bytes;
  }
}
