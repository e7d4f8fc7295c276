package dev.pt2st.bench.checkpoint;

import dev.pt2st.bench.checkpoint.ShardedSpec.Chunk;
import java.io.IOException;

/** The pickle {@code .metadata}, as {@code torch.distributed.checkpoint} writes it. */
final class DcpMetadata {
  private static final String MODULE = "torch.distributed.checkpoint.metadata";

  private final ShardedSpec spec;
  private final long[] offsets;
  private final long[] lengths;

  /**
   * @param offsets of the pieces in the files, counted from the first of the first tensor
   * @param lengths of the same in bytes
   */
  DcpMetadata(ShardedSpec spec, long[] offsets, long[] lengths) {
    this.spec = spec;
    this.offsets = offsets;
    this.lengths = lengths;
  }

  void write(CheckpointOutput output) throws IOException {
    FramedPickler pickler = new FramedPickler(output);
    pickler.object(MODULE, "Metadata");
    pickler.attributes(each -> {
      pickler.word("state_dict_metadata");
      pickler.dict(
          spec.tensors(),
          tensor -> {
            pickler.text(spec.name(tensor));
            tensor(pickler);
          });
      pickler.word("planner_data");
      pickler.dict(
          spec.tensors(),
          tensor -> {
            pickler.text(spec.name(tensor));
            pickler.texts(spec.name(tensor));
          });
      pickler.word("storage_data");
      pickler.dict(items(), item -> item(pickler, item));
      pickler.word("storage_meta");
      storageMeta(pickler);
      pickler.word("version");
      pickler.word("1.0.0");
    });
    pickler.end();
  }

  private void tensor(FramedPickler pickler) throws IOException {
    pickler.object(MODULE, "TensorStorageMetadata");
    pickler.attributes(each -> {
      pickler.word("properties");
      pickler.object(MODULE, "TensorProperties");
      pickler.tupleState(property -> {
        pickler.global("torch", spec.type().torchName());
        pickler.callOnce("torch.serialization", "_get_layout", i -> pickler.word("torch.strided"));
        pickler.no(); // requires_grad
        pickler.callOnce(MODULE, "_MEM_FORMAT_ENCODING", i -> pickler.number(0));
        pickler.no(); // pin_memory
      });
      pickler.word("size");
      pickler.size(spec.rows(), spec.columns());
      pickler.word("chunks");
      pickler.list(
          spec.filledChunks(),
          number -> {
            Chunk chunk = spec.chunk(number);
            pickler.object(MODULE, "ChunkStorageMetadata");
            pickler.attributes(attribute -> {
              pickler.word("offsets");
              pickler.size(chunk.row(), chunk.column());
              pickler.word("sizes");
              pickler.size(chunk.rows(), chunk.columns());
            });
          });
    });
  }

  private int items() {
    return spec.tensors() * spec.filledChunks();
  }

  private void item(FramedPickler pickler, int number) throws IOException {
    int tensor = number / spec.filledChunks();
    int index = number % spec.filledChunks();
    Chunk chunk = spec.chunk(index);
    pickler.object(MODULE, "MetadataIndex");
    pickler.attributes(each -> {
      pickler.word("fqn");
      pickler.text(spec.name(tensor));
      pickler.word("index");
      pickler.number(index);
      pickler.word("offset");
      pickler.size(chunk.row(), chunk.column());
    });
    int item = tensor * spec.chunks() + index;
    pickler.object("torch.distributed.checkpoint.filesystem", "_StorageInfo");
    pickler.attributes(each -> {
      pickler.word("relative_path");
      pickler.word(DcpFolder.file(spec.rank(index)));
      pickler.word("offset");
      pickler.number(offsets[item]);
      pickler.word("length");
      pickler.number(lengths[item]);
    });
  }

  private static void storageMeta(FramedPickler pickler) throws IOException {
    pickler.object(MODULE, "StorageMeta");
    pickler.attributes(each -> {
      pickler.word("checkpoint_id");
      pickler.call("pathlib", "PosixPath", "checkpoint");
      pickler.word("save_id");
      pickler.text("00000000-0000-4000-8000-000000000000");
      pickler.word("load_id");
      pickler.none();
      pickler.word("modules");
      pickler.list(0, element -> {});
    });
  }
}
