package dev.pt2st.torch;

import dev.pt2st.CheckpointException;
import dev.pt2st.GlobalUse;
import dev.pt2st.MalformedException;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.pickle.ValueDescription;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.NumpyValue;
import dev.pt2st.torch.value.StorageValue;
import dev.pt2st.torch.value.TensorValue;
import dev.pt2st.torch.value.Views;
import java.util.List;
import java.util.Map;

/**
 * The functions with which PyTorch pickles tensors ({@code torch/_utils.py} and {@code
 * torch/_tensor.py}). Each takes the same arguments as the function of that name there.
 */
final class TensorConstructors {
  private TensorConstructors() {}

  static void addTo(Map<String, Constructor> table) {
    table.put("torch._utils._rebuild_tensor", call -> strided(call, 4, -1, -1));
    table.put("torch._utils._rebuild_tensor_v2", call -> strided(call, 6, -1, 6));
    table.put("torch._utils._rebuild_tensor_v3", call -> strided(call, 7, 6, 7));
    // The last argument is the tensor's layout on an NPU; the storage is on the CPU.
    table.put("torch_npu.utils.storage._rebuild_npu_tensor", call -> strided(call, 7, -1, -1));
    table.put("torch._utils._rebuild_parameter", TensorConstructors::parameter);
    table.put("torch._utils._rebuild_parameter_with_state", TensorConstructors::parameter);
    table.put("torch._utils._rebuild_meta_tensor_no_storage", TensorConstructors::meta);
    table.put("torch._utils._rebuild_wrapper_subclass", TensorConstructors::wrapper);
    table.put("torch._utils._rebuild_device_tensor_from_numpy", TensorConstructors::converted);
    table.put("torch._utils._rebuild_xla_tensor", TensorConstructors::converted);
    table.put("torch._utils._rebuild_device_tensor_from_cpu_tensor", TensorConstructors::converted);
    table.put("torch._tensor._rebuild_from_type", TensorConstructors::fromType);
    table.put("torch._tensor._rebuild_from_type_v2", TensorConstructors::fromType);
    table.put("torch.serialization._get_layout", TensorConstructors::layout);
    table.put("torch.device", TensorConstructors::device);
    table.put("torch.nn.backends.thnn._get_thnn_function_backend", TensorConstructors::backend);
    table.put("torch.Size", TensorConstructors::size);
  }

  private static Value strided(Call call, int required, int dtypeAt, int metadataAt)
      throws MalformedException {
    if (call.count() < required || call.count() > Math.max(required, metadataAt + 1)) {
      throw call.malformed("is called with " + call.count() + " arguments");
    }
    StorageValue storage = call.storage(0);
    DType dtype = dtypeAt < 0 ? storage.storage().dtype() : call.dtype(dtypeAt).dtype();
    boolean conjugated = false;
    boolean negated = false;
    if (metadataAt >= 0 && call.optional(metadataAt) instanceof DictValue metadata) {
      // The presence of the key sets the bit, whatever its value: torch::utils::setTensorMetadata.
      conjugated = dtype.isComplex() && metadata.get("conj") != null;
      negated = metadata.get("neg") != null;
    }
    TensorView view =
        Views.of(
            storage,
            dtype,
            call.argument(1),
            call.argument(2),
            call.argument(3),
            conjugated,
            negated);
    if (view == null) {
      throw call.malformed(
          "describes a tensor that does not fit its storage \""
              + storage.storage().key()
              + "\" of "
              + storage.storage().byteSize()
              + " bytes");
    }
    TensorValue tensor = new TensorValue(content(view));
    if (required > 4) {
      Value hooks = call.argument(5);
      if (!(hooks instanceof Value.None)
          && !(hooks instanceof DictValue dict && dict.entries().isEmpty())) {
        tensor.with(hooks);
      }
    }
    tensor.withAll(storage.parts());
    return tensor;
  }

  /** The content of a tensor; tensors on the meta device have no elements. */
  private static TensorValue.Content content(TensorView view) {
    return view.storage().location().equals("meta")
        ? new TensorValue.Other(
            "a meta tensor, which has no data", view.shape(), view.dtype(), List.of())
        : new TensorValue.Strided(view);
  }

  private static Value parameter(Call call) throws MalformedException {
    Value data = call.argument(0);
    if (data instanceof TensorValue tensor) {
      TensorValue parameter = tensor.alias();
      if (call.count() > 3) {
        parameter.withAttributes(call.argument(3));
      }
      if (call.optional(2) instanceof DictValue hooks && !hooks.entries().isEmpty()) {
        parameter.with(hooks);
      }
      return parameter;
    }
    return ofNoTensor(call, 0);
  }

  /**
   * Handles an argument that should be a tensor but is not: an inert record is kept, anything else
   * is malformed.
   */
  private static Value ofNoTensor(Call call, int index) throws MalformedException {
    if (call.argument(index) instanceof ObjectValue object) {
      TorchDomain.unlisted(object, call.place());
      return call.inert();
    }
    throw call.wrong(index, "a tensor");
  }

  private static Value meta(Call call) throws MalformedException {
    return new TensorValue(
        new TensorValue.Other(
            "a meta tensor, which has no data",
            Views.shapeOf(call.argument(1)),
            call.dtype(0).dtype(),
            List.of()));
  }

  private static Value wrapper(Call call) throws MalformedException {
    String type = call.argument(0) instanceof GlobalValue global ? " " + global.name() : "";
    boolean isPart = type.endsWith(".DTensor") || type.endsWith(".ShardedTensor");
    return new TensorValue(
        new TensorValue.Other(
            isPart
                ? TensorValue.RANK_PART + " (" + type.strip() + ")"
                : "a tensor of the wrapper class" + type,
            Views.shapeOf(call.argument(2)),
            call.dtype(1).dtype(),
            ComponentParts.of(call)));
  }

  /** {@code data.to(dtype)}: the data unchanged if it has that dtype. */
  private static Value converted(Call call) throws MalformedException {
    TensorValue data =
        switch (call.argument(0)) {
          case TensorValue tensor -> tensor;
          case NumpyValue array -> array.tensor();
          default -> null;
        };
    if (data == null) {
      return ofNoTensor(call, 0);
    }
    DType wanted = call.dtype(1).dtype();
    if (data.content() instanceof TensorValue.Strided(TensorView view) && view.dtype() != wanted) {
      return new TensorValue(
          new TensorValue.Other(
              "a tensor stored as " + view.dtype().torchName() + " for " + wanted.torchName(),
              view.shape(),
              wanted,
              List.of(data)));
    }
    return data.alias();
  }

  /** A tensor with Python attributes, or of a subclass. */
  private static Value fromType(Call call) throws CheckpointException {
    Value function = call.argument(0);
    Value type = call.argument(1);
    if (!(call.argument(2) instanceof TupleValue arguments)) {
      throw call.wrong(2, "a tuple");
    }
    if (function instanceof GlobalValue global) {
      Allowlist.Entry entry = Allowlist.find(global.dottedName());
      boolean rebuilds =
          entry == null
              || (entry.kind() == Allowlist.Kind.REBUILD && !call.domain().takesFunction(global));
      if (!rebuilds) {
        throw call.malformed("is given " + global.dottedName() + ", which rebuilds no tensor");
      }
    }
    GlobalValue.note(function, GlobalUse.CALLED);
    Value made = call.domain().call(function, arguments.items(), call.place());
    if (made instanceof TensorValue tensor) {
      TensorValue typed = tensor.alias().withAttributes(call.argument(3));
      return type instanceof GlobalValue ? typed.with(type) : typed;
    }
    if (!(made instanceof ObjectValue object)) {
      throw call.malformed("rebuilds " + ValueDescription.of(made) + " where it takes a tensor");
    }
    TorchDomain.unlisted(object, call.place());
    return call.inert();
  }

  private static Value layout(Call call) throws MalformedException {
    call.atMost(1);
    if (!(call.argument(0) instanceof Value.Text name) || !name.value().startsWith("torch.")) {
      throw call.wrong(0, "the name of a layout");
    }
    return call.inert();
  }

  private static Value device(Call call) throws MalformedException {
    call.atMost(2);
    boolean indexed = call.optional(1) instanceof Value.Int || call.count() < 2;
    if (!(call.argument(0) instanceof Value.Text) || !indexed) {
      throw call.malformed("is called with arguments that are not a device");
    }
    return call.inert();
  }

  private static Value backend(Call call) throws MalformedException {
    call.atMost(0);
    return call.inert();
  }

  private static Value size(Call call) throws MalformedException {
    call.atMost(1);
    return switch (call.optional(0)) {
      case TupleValue tuple -> tuple;
      case ListValue list -> new TupleValue(list.items());
      case Value.None none when call.count() == 0 -> new TupleValue(List.of());
      default -> throw call.wrong(0, "a list of sizes");
    };
  }
}
