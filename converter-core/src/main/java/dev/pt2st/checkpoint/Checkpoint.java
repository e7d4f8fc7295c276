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
 * A checkpoint as read: its top value, in which the tensors stand as views, and what was met on the
 * way. Valid while the container's file is open.
 *
 * @param container what the file is made of
 * @param top the value of its main pickle
 * @param globals every global that was named, with its standing and use
 * @param tensors how many tensors and arrays were made, named or not
 * @param protocol the pickle protocol
 * @param model what the layout itself says is the model's state, where it says so: parts of the top
 *     under the same names
 * @param storages every storage that a persistent id named, located or not
 * @param end where in its file the checkpoint ends; the file's size for all but a legacy stream,
 *     behind whose storages anything may follow
 * @param furtherGlobals the globals of pickles in the same archive that do not belong to the
 *     checkpoint, those that are listed left out
 * @param openedBytes the keys of bytes that were read as the pickles that they are, with what they
 *     hold in their place in the top
 * @param systemInfo what the writer noted of its machine, where the layout has it: {@code sys_info}
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

  /** A checkpoint that is all of its file. */
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

  /** With what bytes in it hold. */
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

  /** The same pickle, with all else that a layout may say. */
  private Checkpoint with(
      @Nullable Value state,
      Collection<Storage> all,
      long offset,
      List<GlobalValue> further,
      @Nullable Value info) {
    return new Checkpoint(
        container, top, globals, tensors, protocol, state, all, offset, further, openedBytes, info);
  }

  /** Which entries of its archive are storages. */
  public StorageEntries storageEntries() {
    return StorageEntries.of(storages);
  }
}
