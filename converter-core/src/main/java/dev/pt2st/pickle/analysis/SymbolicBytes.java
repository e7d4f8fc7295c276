package dev.pt2st.pickle.analysis;

import dev.pt2st.GlobalName;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a {@code bytes} value of a {@link SymbolicStack}, as far as the stream shows them.
 */
final class SymbolicBytes {
  /** The maximum text of one pickle that is decoded to bytes, as that takes memory. */
  private static final int MOST_TEXT_BYTES = 64 << 20;

  private int left = MOST_TEXT_BYTES;

  /** The bytes; null if the value has none, or if not enough of it was kept. */
  @Nullable MemorySegment of(SymbolicValue value) {
    Instruction made = value.madeBy();
    return switch (made.opcode()) {
      case SHORT_BINBYTES, BINBYTES, BINBYTES8, BYTEARRAY8, SHORT_BINSTRING, BINSTRING ->
          made.argument() instanceof Argument.Counted(MemorySegment bytes) ? bytes : null;
      case STRING -> latin1(made);
      // How protocols 0 to 2 write bytes.
      case REDUCE -> isEncode(value.global()) ? ofFirst(value.items()) : null;
      default -> null;
    };
  }

  private static boolean isEncode(@Nullable GlobalName global) {
    return global != null && global.toString().equals("_codecs.encode");
  }

  private @Nullable MemorySegment ofFirst(List<SymbolicValue> arguments) {
    return arguments.isEmpty() || !arguments.getFirst().madeBy().isText()
        ? null
        : latin1(arguments.getFirst().madeBy());
  }

  private @Nullable MemorySegment latin1(Instruction made) {
    String text = made.text(left);
    if (text == null || !text.chars().allMatch(c -> c < 0x100)) {
      return null;
    }
    left -= text.length();
    return MemorySegment.ofArray(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
