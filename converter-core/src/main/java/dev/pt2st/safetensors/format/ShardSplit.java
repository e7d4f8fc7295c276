package dev.pt2st.safetensors.format;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Splits tensors into shards as Hugging Face does ({@code split_state_dict_into_shards_factory} in
 * {@code huggingface_hub/serialization/_base.py}): in the given order, each shard is filled until
 * the next tensor would not fit. A tensor larger than the maximum gets a shard of its own, placed
 * before the shard that is being filled.
 */
public final class ShardSplit {
  private ShardSplit() {}

  /**
   * The tensors of each shard.
   *
   * @param tensors in the order of the state dict
   * @param bytes gives the size of a tensor's data in bytes
   * @param most the maximum size of a shard's data in bytes; positive
   */
  public static <T> List<List<T>> split(List<T> tensors, ToLongFunction<T> bytes, long most) {
    if (most <= 0) {
      throw new IllegalArgumentException("the size of a shard must be more than 0");
    }
    List<List<T>> shards = new ArrayList<>();
    List<T> filling = new ArrayList<>();
    long room = most;
    for (T tensor : tensors) {
      long size = bytes.applyAsLong(tensor);
      if (size > most) {
        shards.add(List.of(tensor));
        continue;
      }
      if (size > room) {
        shards.add(filling);
        filling = new ArrayList<>();
        room = most;
      }
      filling.add(tensor);
      room -= size;
    }
    if (!filling.isEmpty()) {
      shards.add(filling);
    }
    return shards;
  }
}
