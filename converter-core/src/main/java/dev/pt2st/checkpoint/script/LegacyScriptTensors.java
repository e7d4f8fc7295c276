package dev.pt2st.checkpoint.script;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.archive.ZipArchive;
import dev.pt2st.archive.ZipEntry;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import dev.pt2st.tensor.view.Storage;
import dev.pt2st.tensor.view.TensorView;
import dev.pt2st.torch.value.QuantizedContent;
import dev.pt2st.torch.value.Quantizer;
import dev.pt2st.torch.value.TensorValue;
import dev.pt2st.torch.value.Views;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The table of tensors of TorchScript before PyTorch 1.4: {@code TensorDef} of {@code
 * caffe2/proto/torch.proto} as JSON, read as {@code LEGACY_loadTensor} in {@code
 * torch/csrc/jit/serialization/import_legacy.cpp} does.
 */
public final class LegacyScriptTensors {
  /**
   * {@code TensorProto.DataType} of caffe2/proto/caffe2.proto, without types that tensors do not
   * have.
   */
  private enum DataType {
    FLOAT(1, DType.F32),
    INT32(2, DType.I32),
    BYTE(3, DType.U8),
    BOOL(5, DType.BOOL),
    UINT8(6, DType.U8),
    INT8(7, DType.I8),
    UINT16(8, DType.U16),
    INT16(9, DType.I16),
    INT64(10, DType.I64),
    FLOAT16(12, DType.F16),
    DOUBLE(13, DType.F64);

    private final long number;
    private final DType dtype;

    DataType(long number, DType dtype) {
      this.number = number;
      this.dtype = dtype;
    }
  }

  private final ZipArchive archive;
  private final Map<String, Storage> storages = new HashMap<>();

  public LegacyScriptTensors(ZipArchive archive) {
    this.archive = archive;
  }

  /** The storages of all tensors. */
  public Collection<Storage> storages() {
    return storages.values();
  }

  /** All tensors of the table, in its order. */
  public List<TensorValue> read(List<Value> table, Place place) throws MalformedException {
    List<TensorValue> tensors = new ArrayList<>(table.size());
    for (Value item : table) {
      tensors.add(
          tensor(ProtoFields.of(item, "the tensor " + tensors.size() + " of the table", place)));
    }
    return tensors;
  }

  private TensorValue tensor(ProtoFields fields) throws MalformedException {
    DType dtype = dtypeOf(fields);
    boolean quantized = fields.isSet("isQuantized");
    DType quantizedType = quantized ? quantizedType(dtype) : null;
    if (quantized && quantizedType == null) {
      throw fields.malformed("is quantized, and of " + dtype.torchName());
    }
    DType viewType = quantizedType == null ? dtype : QuantizedContent.integerType(quantizedType);
    Shape shape = Shape.of(fields.integers("dims"));
    Shape strides = Shape.of(fields.integers("strides"));
    long offset = fields.integer("offset", 0);
    if (shape.rank() > Views.MAX_RANK || shape.rank() != strides.rank()) {
      throw fields.malformed("has " + shape.rank() + " sizes and " + strides.rank() + " strides");
    }
    Storage storage = storage(fields, dtype);
    TensorView view = new TensorView(storage, viewType, offset, shape, strides);
    if (offset < 0 || Views.hasNegative(shape) || Views.hasNegative(strides) || !Views.fits(view)) {
      throw fields.malformed(
          "does not fit the " + storage.byteSize() + " bytes of its record " + storage.key());
    }
    return new TensorValue(
        quantizedType == null
            ? new TensorValue.Strided(view)
            : new QuantizedContent(
                quantizedType,
                shape,
                view,
                new Quantizer.PerTensor(fields.real("scale"), fields.integer("zeroPoint", 0))));
  }

  private static DType dtypeOf(ProtoFields fields) throws MalformedException {
    Value given = fields.get("dataType");
    for (DataType type : DataType.values()) {
      if ((given instanceof Value.Text name && name.value().equals(type.name()))
          || (given instanceof Value.Int(long number) && number == type.number)) {
        return type.dtype;
      }
    }
    throw fields.wrong("dataType", "not a type of a tensor");
  }

  /** {@code toQIntType} of c10/core/ScalarType.h. */
  private static @Nullable DType quantizedType(DType dtype) {
    return switch (dtype) {
      case U8 -> DType.QUINT8;
      case I8 -> DType.QINT8;
      case I32 -> DType.QINT32;
      default -> null;
    };
  }

  private Storage storage(ProtoFields fields, DType dtype) throws MalformedException {
    Value data = fields.get("data");
    String key =
        data == null
            ? ""
            : ProtoFields.of(data, "the record of a tensor", fields.place()).text("key");
    Storage known = storages.get(key);
    if (known != null) {
      return known;
    }
    ZipEntry entry = archive.record(key).orElse(null);
    if (entry == null) {
      throw fields.malformed("is in the record \"" + key + "\", which the archive does not have");
    }
    Storage storage = new Storage(key, fields.text("device"), dtype, entry.bytes().size());
    storage.locate(entry.bytes(), ByteOrder.LITTLE_ENDIAN);
    storages.put(key, storage);
    return storage;
  }
}
