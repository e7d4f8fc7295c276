package dev.pt2st.checkpoint;

import dev.pt2st.archive.Container;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.view.Storage;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint as read: its top value, in which tensors are views, and what was found while reading
 * it. Valid while the container's file is open.
 *
 * @param container the layout of the file
 * @param top the value of its main pickle
 * @param globals every global that is named, with its standing and use
 * @param tensors how many tensors and arrays there are, named or not
 * @param protocol the pickle protocol
 * @param model the model's state, if the layout itself defines it: parts of the top under the same
 *     names; else null
 * @param storages every storage that a persistent id names, located or not
 * @param end the end of the checkpoint in its file: the file's size, except for a legacy stream,
 *     whose storages may be followed by other bytes
 * @param furtherGlobals the unlisted globals of pickles in the same archive that do not belong to
 *     the checkpoint
 * @param openedBytes the keys of byte strings that are pickles themselves and were read as such;
 *     the top has their values in their place
 * @param systemInfo the writer's notes about its machine, if the layout has them: {@code sys_info}
 *     of {@code _legacy_save} in {@code torch/serialization.py}
 */
public record Checkpoint(
    Container container,
    Value top,
    List<GlobalValue> globals,
    long tensors,
    int protocol,
    @Nullable Value model,
    Collection<Storage> storages,
    long end,
    List<GlobalValue> furtherGlobals,
    List<String> openedBytes,
    @Nullable Value systemInfo) {
  public Checkpoint {
    globals = List.copyOf(globals);
    openedBytes = List.copyOf(openedBytes);
    storages = Collections.unmodifiableCollection(storages);
    furtherGlobals = List.copyOf(furtherGlobals);
  }

  /** A checkpoint that spans its whole file. */
  Checkpoint(
      Container container, Value top, List<GlobalValue> globals, long tensors, int protocol) {
    this(
        container,
        top,
        globals,
        tensors,
        protocol,
        null,
        List.of(),
        container.file().size(),
        List.of(),
        List.of(),
        null);
  }

  Checkpoint withModel(@Nullable Value state) {
    return with(state, storages, end, furtherGlobals, systemInfo);
  }

  Checkpoint withStorages(Collection<Storage> all) {
    return with(model, all, end, furtherGlobals, systemInfo);
  }

  Checkpoint withEnd(long offset) {
    return with(model, storages, offset, furtherGlobals, systemInfo);
  }

  Checkpoint withFurtherGlobals(List<GlobalValue> further) {
    return with(model, storages, end, further, systemInfo);
  }

  Checkpoint withSystemInfo(Value info) {
    return with(model, storages, end, furtherGlobals, info);
  }

  /** A copy with the values of byte strings that are pickles. */
  Checkpoint withOpened(List<String> keys, List<GlobalValue> allGlobals, long allTensors) {
    return new Checkpoint(
        container,
        top,
        allGlobals,
        allTensors,
        protocol,
        model,
        storages,
        end,
        furtherGlobals,
        keys,
        systemInfo);
  }

  /** A copy with the additional properties of a layout. */
  private Checkpoint with(
      @Nullable Value state,
      Collection<Storage> all,
      long offset,
      List<GlobalValue> further,
      @Nullable Value info) {
    return new Checkpoint(
        container, top, globals, tensors, protocol, state, all, offset, further, openedBytes, info);
  }

  /** The entries of its archive that are storages. */
  public StorageEntries storageEntries() {
    return StorageEntries.of(storages);
  }
}
