package dev.pt2st.convert.planner;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Place;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.convert.data.TensorData;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.plan.Plan.PlannedFile;
import dev.pt2st.convert.plan.Plan.PlannedTensor;
import dev.pt2st.safetensors.format.DataOrder;
import dev.pt2st.safetensors.format.HeaderWriter;
import dev.pt2st.safetensors.format.ShardSplit;
import dev.pt2st.tensor.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Assigns each tensor its file and its position in that file. */
final class FileLayout {
  /** Outputs up to this size are allowed, however small the input. */
  private static final long SMALL_OUTPUT = 64L << 20;

  private final ConvertOptions options;
  private final Place place;
  private final long inputBytes;
  private long outputBytes;
  private long readBytes;

  /**
   * @param inputBytes the size of the input in bytes, which limits the size of the output
   */
  FileLayout(ConvertOptions options, Place place, long inputBytes) {
    this.options = options;
    this.place = place;
    this.inputBytes = inputBytes;
  }

  /**
   * Lays out the files of an output.
   *
   * @param tensors in the order of the checkpoint; shards are filled in this order
   * @param metadata of each file
   */
  List<PlannedFile> of(List<NamedTensorData> tensors, Map<String, String> metadata)
      throws CheckpointException {
    OptionalLong most = options.maxShardBytes();
    List<List<NamedTensorData>> shards =
        most.isEmpty()
            ? List.of(tensors)
            : ShardSplit.split(tensors, tensor -> tensor.data().byteSize(), most.getAsLong());
    List<PlannedFile> files = new ArrayList<>(shards.size());
    for (List<NamedTensorData> shard : shards) {
      files.add(file(shard, metadata));
    }
    return files;
  }

  private PlannedFile file(List<NamedTensorData> tensors, Map<String, String> metadata)
      throws CheckpointException {
    List<NamedTensorData> sorted = new ArrayList<>(tensors);
    sorted.sort(DataOrder.by(tensor -> tensor.data().dtype(), NamedTensorData::name));
    List<TensorInfo> infos = new ArrayList<>(sorted.size());
    List<PlannedTensor> planned = new ArrayList<>(sorted.size());
    long position = 0;
    for (NamedTensorData tensor : sorted) {
      TensorData data = tensor.data();
      long size = data.byteSize();
      long end = position + size;
      outputBytes += size;
      readBytes += data.workBytes();
      checkExpansion(outputBytes, "its tensors, written in full, take");
      checkExpansion(
          readBytes, "the indices and values of its sparse tensors, if all are read, are");
      TensorInfo info =
          new TensorInfo(
              tensor.name(),
              data.dtype(),
              data instanceof TensorData.Packed
                  ? data.shape()
                  : PlainElements.headerShape(data.dtype(), data.shape()),
              position,
              end);
      infos.add(info);
      planned.add(new PlannedTensor(info, data));
      position = end;
    }
    byte[] header = HeaderWriter.write(infos, metadata);
    if (header.length - Long.BYTES > HeaderWriter.MAX_JSON_BYTES) {
      throw new UnsupportedException(
          place,
          "its names and shapes make a header of "
              + header.length
              + " bytes, and readers of safetensors take "
              + HeaderWriter.MAX_JSON_BYTES,
          new Remedy.ConvertParts(Set.of(Remedy.Means.SHARDS)));
    }
    return new PlannedFile(planned, new Plan.Header(header), position);
  }

  private void checkExpansion(long bytes, String what) throws LimitException {
    if (bytes < 0
        || (bytes > SMALL_OUTPUT
            && !options.read().limits().allowGrowth(Limit.EXPANSION, inputBytes, bytes))) {
      throw new LimitException(
          place,
          Limit.EXPANSION,
          what
              + " more than "
              + options.read().limits().get(Limit.EXPANSION)
              + " times the "
              + inputBytes
              + " bytes of the file");
    }
  }
}
