package dev.pt2st.checkpoint;

import dev.pt2st.CheckpointException;
import dev.pt2st.GlobalUse;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.ZipEntry;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Unpickler;
import dev.pt2st.pickle.Value;
import dev.pt2st.torch.PersistentIds;
import dev.pt2st.torch.ReadContext;
import dev.pt2st.torch.TorchDomain;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the pickles of a package: {@code PackageImporter.load_pickle} of {@code
 * torch/package/package_importer.py}, with a record {@code .data/KEY.storage} for each storage. The
 * code of the package is not read. A single pickle is the checkpoint itself; several are under the
 * names of their records.
 */
final class TorchPackageReader {
  private static final String REDUCED = "reduce_package";

  /** The position of the key in the id of a storage. */
  private static final int KEY = 2;

  private final ReadContext reading;

  TorchPackageReader(ReadContext reading) {
    this.reading = reading;
  }

  Checkpoint read(Container.TorchPackage container) throws CheckpointException {
    ZipRecords records = new ZipRecords(container.archive(), container.file(), reading.settings());
    ZipStorages storages =
        new ZipStorages(container.archive(), records.byteOrder(), ".data/", ".storage");
    TorchDomain domain = new TorchDomain(reading, container.file(), ids(storages));
    DictValue all = new DictValue(DictValue.Kind.DICT);
    int protocol = 0;
    for (ZipEntry pickle : container.pickles()) {
      Unpickler.Result result = records.unpickle(pickle, domain, reading.budget());
      String name = pickle.name().substring(pickle.name().indexOf('/') + 1);
      all.put(new Value.Text(name), result.value());
      protocol = Math.max(protocol, result.protocol());
    }
    Value top = all.size() == 1 ? all.value(0) : all;
    return new Checkpoint(container, top, domain.globals(), domain.tensors(), protocol)
        .withStorages(storages.all());
  }

  /** Ids may also be calls of functions of the package, such as that of torch.fx. */
  private static PersistentIds ids(ZipStorages storages) {
    return (id, place) -> {
      if (id instanceof TupleValue tuple
          && tuple.items().size() == 3
          && tuple.items().get(0) instanceof Value.Text kind
          && kind.value().equals(REDUCED)
          && tuple.items().get(1) instanceof GlobalValue function
          && tuple.items().get(2) instanceof TupleValue arguments) {
        function.note(GlobalUse.CALLED);
        return new ObjectValue(function, arguments.items());
      }
      return storages.resolve(withTextKey(id), place);
    };
  }

  /**
   * A package uses integers as keys of storages, where {@code torch.save} uses the number as text.
   */
  private static Value withTextKey(Value id) {
    if (!(id instanceof TupleValue tuple)
        || tuple.items().size() <= KEY
        || !(tuple.items().get(KEY) instanceof Value.Int(long number))) {
      return id;
    }
    List<Value> items = new ArrayList<>(tuple.items());
    items.set(KEY, new Value.Text(Long.toString(number)));
    return new TupleValue(items);
  }
}
