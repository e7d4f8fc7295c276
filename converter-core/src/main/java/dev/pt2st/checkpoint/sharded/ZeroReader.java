package dev.pt2st.checkpoint.sharded;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.sharded.folder.FolderParts;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.TensorValue;
import dev.pt2st.torch.value.Views;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a step of DeepSpeed's ZeRO: the optimizer's float32 weights, from the flat groups of which
 * each rank has a part ({@code deepspeed/utils/zero_to_fp32.py} shows their layout).
 */
final class ZeroReader {
  /** {@code nccl_start_alignment_factor} of stage_1_and_2.py. */
  private static final int ALIGNMENT = 2;

  private final FolderParts parts;
  private final Place place;
  private final ZeroModel model;
  private final ZeroFiles files;
  private final Map<String, TensorValue> found = new LinkedHashMap<>();
  private long used;

  private ZeroReader(FolderParts parts, ZeroFiles files) throws MalformedException {
    this.parts = parts;
    this.place = parts.files().place();
    this.files = files;
    this.model = new ZeroModel(files.models(), place);
  }

  static Checkpoint read(FolderParts parts) throws CheckpointException, IOException {
    return new ZeroReader(parts, ZeroFiles.read(parts)).read();
  }

  private Checkpoint read() throws CheckpointException {
    List<Map<String, Shape>> shapes = model.parameterGroups();
    for (List<Value> groups : files.groups()) {
      if (groups.size() != shapes.size()) {
        throw new MalformedException(
            place,
            "a rank has "
                + groups.size()
                + " groups of parameters, and param_shapes has "
                + shapes.size());
      }
    }
    for (int i = 0; i < shapes.size(); i++) {
      List<TensorView> flat = new ArrayList<>();
      for (List<Value> groups : files.groups()) {
        flat.add(master(groups.get(i)));
      }
      if (files.hasPartitionedWeights()) {
        addPartitioned(shapes.get(i), flat);
      } else {
        addSliced(shapes.get(i), flat);
      }
    }
    model.addOthers(found, files.hasPartitionedWeights());
    DictValue top = new DictValue(DictValue.Kind.DICT);
    found.forEach((name, tensor) -> top.put(new Value.Text(name), tensor));
    parts.leaveOut(
        "optimizer states of " + files.ranks() + " ranks",
        files.stateTensors(),
        files.stateBytes() - used);
    return parts.checkpoint(
        parts.files().opened().getFirst(),
        "DeepSpeed ZeRO-" + files.stage() + " of " + files.ranks() + " ranks",
        top);
  }

  /** A flat group of a rank. */
  private TensorView master(Value value) throws MalformedException {
    TensorView view = ZeroModel.flat(value, place);
    if (view.dtype() != DType.F32) {
      throw new MalformedException(
          place, "a flat group is of dtype " + view.dtype().torchName() + " and not float32");
    }
    return view;
  }

  /** Stages 1 and 2: the concatenated parts of all ranks are the concatenated parameters. */
  private void addSliced(Map<String, Shape> shapes, List<TensorView> flat)
      throws MalformedException {
    long there = 0;
    for (TensorView part : flat) {
      there += part.elementCount();
    }
    long at = 0;
    for (Map.Entry<String, Shape> parameter : shapes.entrySet()) {
      long count = model.count(parameter);
      if (count > there - at) {
        throw new MalformedException(
            place.ofTensor(parameter.getKey()),
            "its group ends before it: the group has "
                + there
                + " elements, and its parameters have more");
      }
      add(parameter, FlatPieces.slice(flat, at, count));
      at += count;
    }
    long step = (long) ALIGNMENT * flat.size();
    if (aligned(at, step) != aligned(there, step)) {
      throw new MalformedException(
          place,
          "a group has "
              + there
              + " elements and its parameters only "
              + at
              + ", which is more than padding");
    }
  }

  private static long aligned(long count, long step) {
    return (count + step - 1) / step * step;
  }

  /** Stage 3: each parameter is cut into as many parts as there are ranks. */
  private void addPartitioned(Map<String, Shape> shapes, List<TensorView> flat)
      throws MalformedException {
    int ranks = flat.size();
    long at = 0;
    for (Map.Entry<String, Shape> parameter : shapes.entrySet()) {
      long count = model.count(parameter);
      long part = count / ranks + (count % ranks == 0 ? 0 : 1);
      List<TensorView> views = new ArrayList<>();
      for (int rank = 0; rank < ranks; rank++) {
        TensorView group = flat.get(rank);
        if (part > group.elementCount() - at) {
          throw new MalformedException(
              place.ofTensor(parameter.getKey()),
              "the group of rank " + rank + " ends before its part of it");
        }
        long begin = Math.min(count, part * rank);
        long size = Math.min(part, count - begin);
        views.addAll(FlatPieces.slice(List.of(group), at, size));
      }
      add(parameter, views);
      at += part;
    }
    for (TensorView group : flat) {
      if (group.elementCount() != at) {
        throw new MalformedException(
            place,
            "a group of a rank has "
                + group.elementCount()
                + " elements, and its parameters take "
                + at);
      }
    }
  }

  private void add(Map.Entry<String, Shape> parameter, List<TensorView> views)
      throws MalformedException {
    TensorValue tensor =
        new TensorValue(FlatPieces.assemble(parameter.getValue(), DType.F32, views));
    if (found.put(parameter.getKey(), tensor) != null) {
      throw new MalformedException(
          place.ofTensor(parameter.getKey()), "it is in two groups of parameters");
    }
    for (TensorView view : views) {
      used += view.byteSize();
    }
  }

  /** Shapes by name, as in {@code param_shapes}. */
  static Map<String, Shape> shapes(Value value, Place place) throws MalformedException {
    if (!(value instanceof DictValue dict)) {
      throw new MalformedException(place, "the sizes of its parameters are not a dict");
    }
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (int i = 0; i < dict.size(); i++) {
      Shape shape = Views.shapeOf(dict.value(i));
      if (!(dict.key(i) instanceof Value.Text name) || shape == null) {
        throw new MalformedException(place, "the sizes of a parameter are not sizes");
      }
      shapes.put(name.value(), shape);
    }
    return shapes;
  }

  /** A list of such dicts; a single dict counts as a list of one. */
  static List<Map<String, Shape>> groups(Value value, Place place) throws MalformedException {
    List<Map<String, Shape>> groups = new ArrayList<>();
    if (value instanceof ListValue list) {
      for (Value group : list.items()) {
        groups.add(shapes(group, place));
      }
    } else {
      groups.add(shapes(value, place));
    }
    return groups;
  }
}
