package dev.pt2st.scan.format;

import static dev.pt2st.scan.format.Protobuf.BYTES;
import static dev.pt2st.scan.format.Protobuf.FIXED32;
import static dev.pt2st.scan.format.Protobuf.VARINT;

import dev.pt2st.scan.format.Protobuf.Field;
import dev.pt2st.scan.format.Protobuf.Part;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Models that are one Protocol Buffers message, which has no magic number. They are recognized by
 * the fields of their schema, and the messages must be valid to their last byte.
 */
final class ProtobufStructures {
  private static final int HIGHEST_VERSION = 100;

  /** From this number on, the fields of a Core ML model are its kinds, of which it has one. */
  private static final int COREML_KIND = 200;

  private static final int HIGHEST_NUMBER = 10_000;

  /** Length-delimited fields of {@code onnx.ModelProto} (onnx/onnx.proto), besides its graph. */
  private static final Set<Integer> ONNX = Set.of(2, 3, 4, 6, 8, 14, 20, 25, 26);

  /** Length-delimited fields of {@code onnx.GraphProto}. */
  private static final Set<Integer> ONNX_GRAPH = Set.of(1, 2, 5, 10, 11, 12, 13, 14, 15, 16);

  private ProtobufStructures() {}

  /**
   * Whether a message consists only of known fields.
   *
   * @param wanted the numbers of the fields that it must have
   */
  private static boolean holds(Part part, Predicate<Field> isKnown, int... wanted) {
    BitSet seen = new BitSet();
    boolean isSound =
        Protobuf.walk(
            part,
            field -> {
              boolean known = isKnown.test(field) && field.number() < HIGHEST_NUMBER;
              if (known) {
                seen.set(field.number());
              }
              return known;
            });
    return isSound && Arrays.stream(wanted).allMatch(seen::get);
  }

  private static boolean isVersion(Field field, int number) {
    return field.is(number, VARINT) && field.value() >= 0 && field.value() <= HIGHEST_VERSION;
  }

  private static boolean isBytes(Field field, int highest) {
    return field.wire() == BYTES && field.number() <= highest;
  }

  static Structure onnx(FormatBytes in) {
    return Structure.whole(
        holds(
            Part.all(in),
            field ->
                isVersion(field, 1)
                    || field.is(5, VARINT)
                    || (field.wire() == BYTES && ONNX.contains(field.number()))
                    || (field.is(7, BYTES) && isOnnxGraph(field.content())),
            1,
            7,
            8));
  }

  private static boolean isOnnxGraph(Part part) {
    return holds(
        part, field -> field.wire() == BYTES && ONNX_GRAPH.contains(field.number()), 1, 12);
  }

  /** {@code sentencepiece.ModelProto} (src/sentencepiece_model.proto). */
  static Structure sentencepiece(FormatBytes in) {
    return Structure.whole(
        holds(
            Part.all(in),
            field -> isBytes(field, 5) && (field.number() != 1 || isPiece(field.content())),
            1,
            2,
            3));
  }

  private static boolean isPiece(Part part) {
    return holds(
        part, field -> field.is(1, BYTES) || field.is(2, FIXED32) || isVersion(field, 3), 1);
  }

  /** {@code tensorflow.SavedModel} (tensorflow/core/protobuf/saved_model.proto). */
  static Structure savedModel(FormatBytes in) {
    return Structure.start(
        holds(
            Part.all(in),
            field -> isVersion(field, 1) || (field.is(2, BYTES) && isMetaGraph(field.content())),
            1,
            2));
  }

  private static boolean isMetaGraph(Part part) {
    return holds(part, field -> isBytes(field, 7), 1, 2);
  }

  /**
   * {@code tensorflow.GraphDef} (tensorflow/core/framework/graph.proto), the format of a frozen
   * graph.
   */
  static Structure graph(FormatBytes in) {
    return Structure.start(
        holds(
            Part.all(in),
            field ->
                isVersion(field, 3)
                    || (isBytes(field, 5)
                        && field.number() != 3
                        && (field.number() != 1 || isNode(field.content()))),
            1));
  }

  private static boolean isNode(Part part) {
    return holds(part, field -> isBytes(field, 7), 1, 2);
  }

  /**
   * {@code third_party.tensorflow.python.keras.protobuf.SavedMetadata}
   * (keras/protobuf/saved_metadata.proto).
   */
  static Structure kerasMetadata(FormatBytes in) {
    return Structure.start(
        holds(Part.all(in), field -> field.is(1, BYTES) && isKerasObject(field.content()), 1));
  }

  private static boolean isKerasObject(Part part) {
    return holds(part, field -> field.is(2, VARINT) || isBytes(field, 6), 3, 4, 5);
  }

  /** {@code CoreML.Specification.Model} (mlmodel/format/Model.proto of coremltools). */
  static Structure coreMl(FormatBytes in) {
    int[] kinds = {0};
    boolean holds =
        holds(
            Part.all(in),
            field -> {
              boolean isKind = field.wire() == BYTES && field.number() >= COREML_KIND;
              kinds[0] += isKind ? 1 : 0;
              return isKind || isVersion(field, 1) || field.is(2, BYTES) || field.is(10, VARINT);
            },
            1,
            2);
    return Structure.whole(holds && kinds[0] == 1);
  }
}
