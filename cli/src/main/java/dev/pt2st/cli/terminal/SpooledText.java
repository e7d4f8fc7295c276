package dev.pt2st.cli.terminal;

import dev.pt2st.ResourceName;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFile;
import dev.pt2st.io.ScratchFolder;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Text that is kept until it is its turn: in memory as long as it is short, then in a nameless
 * file.
 */
public final class SpooledText implements AutoCloseable {
  private static final int IN_MEMORY = 1 << 18;
  private static final int PIECE = 1 << 16;

  private final StringBuilder text = new StringBuilder();
  private @Nullable ScratchFile file;

  /** Adds a line. */
  public void line(String line) throws IOException {
    text.append(line).append('\n');
    if (text.length() > IN_MEMORY) {
      spill();
    }
  }

  private void spill() throws IOException {
    if (file == null) {
      file = ScratchFolder.TEMPORARY.create();
    }
    file.append(ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8)));
    text.setLength(0);
  }

  /** Gives all that was added, piece by piece, and forgets it. */
  public void drainTo(Consumer<String> out) throws IOException {
    ScratchFile spilled = file;
    if (spilled == null) {
      out.accept(text.toString());
      return;
    }
    spill();
    file = null;
    try (MappedFile all = spilled.map(new ResourceName("spool"))) {
      long at = 0;
      while (at < all.size()) {
        int length = (int) Math.min(PIECE, all.size() - at);
        // A piece ends with a character: the bytes behind the first one of it begin with 10.
        while (at + length < all.size()
            && (all.segment().get(ValueLayout.JAVA_BYTE, at + length) & 0xc0) == 0x80) {
          length--;
        }
        byte[] piece = all.segment().asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
        out.accept(new String(piece, StandardCharsets.UTF_8));
        at += length;
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
