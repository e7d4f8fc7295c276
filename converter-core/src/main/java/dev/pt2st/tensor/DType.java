package dev.pt2st.tensor;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every element type that a PyTorch checkpoint or a safetensors file can name.
 *
 * <p>The constants that safetensors knows are in the order of the {@code Dtype} enum of the
 * safetensors crate 0.8 ({@code safetensors/src/tensor.rs}), that is, by alignment. The reference
 * writer orders a file's tensors by the reverse of it. Storage names are those of {@code
 * torch/storage.py} ({@code _dtype_to_storage_type_map}); PyTorch's names and sizes are those of
 * {@code c10/core/ScalarType.h}.
 */
public enum DType {
  /** A boolean, one byte: 0 or 1. */
  BOOL("BOOL", "torch.bool", "BoolStorage", 1, 1),
  /** Two 4-bit floats in a byte; in PyTorch the last dimension of a shape counts bytes. */
  F4("F4", "torch.float4_e2m1fn_x2", null, 1, 1),
  /** Four 6-bit floats in three bytes; PyTorch has no such type. */
  F6_E2M3("F6_E2M3", null, null, 3, 1),
  /** Four 6-bit floats in three bytes; PyTorch has no such type. */
  F6_E3M2("F6_E3M2", null, null, 3, 1),
  /** Unsigned 8-bit integer. */
  U8("U8", "torch.uint8", "ByteStorage", 1, 1),
  /** Signed 8-bit integer. */
  I8("I8", "torch.int8", "CharStorage", 1, 1),
  /** 8-bit float of 5 exponent and 2 mantissa bits, with infinities (OCP). */
  F8_E5M2("F8_E5M2", "torch.float8_e5m2", null, 1, 1),
  /**
   * 8-bit float of 4 exponent and 3 mantissa bits, without infinities (OCP; PyTorch: {@code
   * e4m3fn}).
   */
  F8_E4M3("F8_E4M3", "torch.float8_e4m3fn", null, 1, 1),
  /** 8 exponent bits only: a power of two, used as the scale of a block (OCP MX). */
  F8_E8M0("F8_E8M0", "torch.float8_e8m0fnu", null, 1, 1),
  /** As {@link #F8_E4M3}, with another bias, one NaN and no negative zero. */
  F8_E4M3FNUZ("F8_E4M3FNUZ", "torch.float8_e4m3fnuz", null, 1, 1),
  /** As {@link #F8_E5M2}, with another bias, one NaN, no infinities and no negative zero. */
  F8_E5M2FNUZ("F8_E5M2FNUZ", "torch.float8_e5m2fnuz", null, 1, 1),
  /** Signed 16-bit integer. */
  I16("I16", "torch.int16", "ShortStorage", 2, 2),
  /** Unsigned 16-bit integer. */
  U16("U16", "torch.uint16", null, 2, 2),
  /** IEEE 754 half precision. */
  F16("F16", "torch.float16", "HalfStorage", 2, 2),
  /** The upper 16 bits of a {@link #F32}. */
  BF16("BF16", "torch.bfloat16", "BFloat16Storage", 2, 2),
  /** Signed 32-bit integer. */
  I32("I32", "torch.int32", "IntStorage", 4, 4),
  /** Unsigned 32-bit integer. */
  U32("U32", "torch.uint32", null, 4, 4),
  /** IEEE 754 single precision. */
  F32("F32", "torch.float32", "FloatStorage", 4, 4),
  /** A pair of {@link #F32}: real part, imaginary part. */
  C64("C64", "torch.complex64", "ComplexFloatStorage", 8, 4),
  /** IEEE 754 double precision. */
  F64("F64", "torch.float64", "DoubleStorage", 8, 8),
  /** Signed 64-bit integer. */
  I64("I64", "torch.int64", "LongStorage", 8, 8),
  /** Unsigned 64-bit integer. */
  U64("U64", "torch.uint64", null, 8, 8),

  // Types that safetensors cannot hold.
  /** A pair of {@link #F16}: real part, imaginary part. */
  COMPLEX32(null, "torch.complex32", "ComplexHalfStorage", 4, 2),
  /** A pair of {@link #F64}: real part, imaginary part. */
  COMPLEX128(null, "torch.complex128", "ComplexDoubleStorage", 16, 8),
  /** Signed 8-bit integer of a quantized tensor. */
  QINT8(null, "torch.qint8", "QInt8Storage", 1, 1),
  /** Unsigned 8-bit integer of a quantized tensor. */
  QUINT8(null, "torch.quint8", "QUInt8Storage", 1, 1),
  /** Signed 32-bit integer of a quantized tensor. */
  QINT32(null, "torch.qint32", "QInt32Storage", 4, 4),
  /** Two unsigned 4-bit integers of a quantized tensor in a byte. */
  QUINT4X2(null, "torch.quint4x2", "QUInt4x2Storage", 1, 1),
  /** Four unsigned 2-bit integers of a quantized tensor in a byte. */
  QUINT2X4(null, "torch.quint2x4", "QUInt2x4Storage", 1, 1),
  /** Eight uninterpreted 1-bit values in a byte. */
  BITS1X8(null, "torch.bits1x8", null, 1, 1),
  /** Four uninterpreted 2-bit values in a byte. */
  BITS2X4(null, "torch.bits2x4", null, 1, 1),
  /** Two uninterpreted 4-bit values in a byte. */
  BITS4X2(null, "torch.bits4x2", null, 1, 1),
  /** Eight uninterpreted bits. */
  BITS8(null, "torch.bits8", null, 1, 1),
  /** Sixteen uninterpreted bits. */
  BITS16(null, "torch.bits16", null, 2, 2),
  /** Unsigned 1-bit integer, for subclasses of tensors that pack it. */
  UINT1(null, "torch.uint1", null, 1, 1),
  /** Unsigned 2-bit integer, for subclasses of tensors that pack it. */
  UINT2(null, "torch.uint2", null, 1, 1),
  /** Unsigned 3-bit integer, for subclasses of tensors that pack it. */
  UINT3(null, "torch.uint3", null, 1, 1),
  /** Unsigned 4-bit integer, for subclasses of tensors that pack it. */
  UINT4(null, "torch.uint4", null, 1, 1),
  /** Unsigned 5-bit integer, for subclasses of tensors that pack it. */
  UINT5(null, "torch.uint5", null, 1, 1),
  /** Unsigned 6-bit integer, for subclasses of tensors that pack it. */
  UINT6(null, "torch.uint6", null, 1, 1),
  /** Unsigned 7-bit integer, for subclasses of tensors that pack it. */
  UINT7(null, "torch.uint7", null, 1, 1),
  /** Signed 1-bit integer, for subclasses of tensors that pack it. */
  INT1(null, "torch.int1", null, 1, 1),
  /** Signed 2-bit integer, for subclasses of tensors that pack it. */
  INT2(null, "torch.int2", null, 1, 1),
  /** Signed 3-bit integer, for subclasses of tensors that pack it. */
  INT3(null, "torch.int3", null, 1, 1),
  /** Signed 4-bit integer, for subclasses of tensors that pack it. */
  INT4(null, "torch.int4", null, 1, 1),
  /** Signed 5-bit integer, for subclasses of tensors that pack it. */
  INT5(null, "torch.int5", null, 1, 1),
  /** Signed 6-bit integer, for subclasses of tensors that pack it. */
  INT6(null, "torch.int6", null, 1, 1),
  /** Signed 7-bit integer, for subclasses of tensors that pack it. */
  INT7(null, "torch.int7", null, 1, 1);

  private static final Map<String, DType> BY_SAFETENSORS_NAME = new HashMap<>();
  private static final Map<String, DType> BY_TORCH_NAME = new HashMap<>();
  private static final Map<String, DType> BY_STORAGE_CLASS = new HashMap<>();
  private static final Map<String, DType> BY_SCRIPT_STORAGE = new HashMap<>();

  static {
    for (DType dtype : values()) {
      if (dtype.safetensorsName != null) {
        BY_SAFETENSORS_NAME.put(dtype.safetensorsName, dtype);
      }
      if (dtype.torchName != null) {
        BY_TORCH_NAME.put(dtype.torchName, dtype);
      }
      if (dtype.storageClass != null) {
        BY_STORAGE_CLASS.put(dtype.storageClass, dtype);
      } else if (dtype.torchName != null) {
        String name = dtype.torchName.substring("torch.".length());
        String scalarType =
            name.startsWith("uint")
                ? "UInt" + name.substring("uint".length())
                : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
        BY_SCRIPT_STORAGE.put(scalarType + "Storage", dtype);
      }
    }
    // The aliases that torch itself defines (torch/csrc/utils/tensor_dtypes.cpp, getDtypeNames).
    BY_TORCH_NAME.put("torch.float", F32);
    BY_TORCH_NAME.put("torch.double", F64);
    BY_TORCH_NAME.put("torch.half", F16);
    BY_TORCH_NAME.put("torch.short", I16);
    BY_TORCH_NAME.put("torch.int", I32);
    BY_TORCH_NAME.put("torch.long", I64);
    BY_TORCH_NAME.put("torch.cfloat", C64);
    BY_TORCH_NAME.put("torch.cdouble", COMPLEX128);
    BY_TORCH_NAME.put("torch.chalf", COMPLEX32);
  }

  private final @Nullable String safetensorsName;
  private final @Nullable String torchName;
  private final @Nullable String storageClass;
  private final int byteSize;
  private final int swapSize;

  DType(
      @Nullable String safetensorsName,
      @Nullable String torchName,
      @Nullable String storageClass,
      int byteSize,
      int swapSize) {
    this.safetensorsName = safetensorsName;
    this.torchName = torchName;
    this.storageClass = storageClass;
    this.byteSize = byteSize;
    this.swapSize = swapSize;
  }

  /** The element type of this name in a safetensors header ({@code F32}), or null. */
  public static @Nullable DType ofSafetensorsName(String name) {
    return BY_SAFETENSORS_NAME.get(name);
  }

  /** The element type of this name in PyTorch ({@code torch.float32}), or null. */
  public static @Nullable DType ofTorchName(String name) {
    return BY_TORCH_NAME.get(name);
  }

  /**
   * The element type of a typed storage class ({@code FloatStorage}, without its module), or null.
   */
  public static @Nullable DType ofStorageClass(String name) {
    return BY_STORAGE_CLASS.get(name);
  }

  /**
   * The element type of a storage that TorchScript names after its scalar type alone, such as
   * {@code UInt16Storage}, or null. Python has no class of such a name ({@code
   * Pickler::pushStorageOfTensor} of {@code torch/csrc/jit/serialization/pickler.cpp} writes {@code
   * toString(ScalarType)}).
   */
  public static @Nullable DType ofScriptStorage(String name) {
    return BY_SCRIPT_STORAGE.get(name);
  }

  /** The name in a safetensors header, or null if the format cannot hold the type. */
  public @Nullable String safetensorsName() {
    return safetensorsName;
  }

  /** The name in PyTorch, such as {@code torch.float32}, or null where PyTorch has no such type. */
  public @Nullable String torchName() {
    return torchName;
  }

  /**
   * Bytes of one element in a storage. For a packed type, bytes of the smallest group of elements
   * that fills whole bytes.
   */
  public int byteSize() {
    return byteSize;
  }

  /**
   * Bits of one element as a safetensors header counts them ({@code Dtype::bitsize} in the crate's
   * {@code tensor.rs}).
   */
  public int bitSize() {
    return switch (this) {
      case F4 -> 4;
      case F6_E2M3, F6_E3M2 -> 6;
      default -> byteSize * Byte.SIZE;
    };
  }

  /**
   * Bytes of the unit that a change of byte order reverses: the element, or half of a complex one.
   */
  public int swapSize() {
    return swapSize;
  }

  /** Whether the elements are pairs of a real and an imaginary part. */
  public boolean isComplex() {
    return this == C64 || this == COMPLEX32 || this == COMPLEX128;
  }

  /**
   * The type of the real and the imaginary part.
   *
   * @throws IllegalArgumentException if the elements are not complex
   */
  public DType realPart() {
    return switch (this) {
      case COMPLEX32 -> F16;
      case C64 -> F32;
      case COMPLEX128 -> F64;
      default -> throw new IllegalArgumentException(this + " is not complex");
    };
  }

  /** Whether the elements are integers that a quantizer maps to real numbers. */
  public boolean isQuantized() {
    return switch (this) {
      case QINT8, QUINT8, QINT32, QUINT4X2, QUINT2X4 -> true;
      default -> false;
    };
  }

  /** Whether the elements are real floating-point numbers of a whole number of bytes. */
  public boolean isFloatingPoint() {
    return switch (this) {
      case F16, BF16, F32, F64, F8_E5M2, F8_E4M3, F8_E8M0, F8_E4M3FNUZ, F8_E5M2FNUZ -> true;
      default -> false;
    };
  }

  /** Whether the elements are plain integers (not quantized) of a whole number of bytes. */
  public boolean isInteger() {
    return switch (this) {
      case U8, I8, I16, U16, I32, U32, I64, U64 -> true;
      default -> false;
    };
  }
}
