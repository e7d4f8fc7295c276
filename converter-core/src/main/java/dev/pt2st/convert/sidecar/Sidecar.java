package dev.pt2st.convert.sidecar;

import com.google.gson.FormattingStyle;
import com.google.gson.stream.JsonWriter;
import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.pickle.Value;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * Everything in a checkpoint but the bytes of the tensors, as JSON. The schema is docs/sidecar.md.
 */
public final class Sidecar {
  private static final int VERSION = 1;

  /** Sidecars up to this size are allowed, however small the input. */
  private static final long SMALL = 64L << 20;

  private Sidecar() {}

  /**
   * Writes a sidecar in UTF-8; the stream is flushed and stays open.
   *
   * @param plan the plan of the conversion, which names the tensors
   * @throws LimitException if it would be nested too deeply or be too large in proportion to the
   *     input
   * @throws IOException if the stream fails
   */
  public static void write(Checkpoint checkpoint, Plan plan, Limits limits, OutputStream out)
      throws CheckpointException, IOException {
    SidecarNames names = new SidecarNames(plan);
    Place place = Place.of(checkpoint.container().file().name());
    BoundedWriter bounded =
        new BoundedWriter(
            new OutputStreamWriter(out, StandardCharsets.UTF_8),
            most(checkpoint.container().file().size(), limits));
    try {
      JsonWriter json = new JsonWriter(bounded);
      json.setFormattingStyle(FormattingStyle.PRETTY);
      json.setHtmlSafe(false);
      json.setSerializeNulls(true);
      json.beginObject();
      json.name("format").value("pt2st-sidecar");
      json.name("version").value(VERSION);
      json.name("root").value(plan.root());
      json.name("value");
      Value top = checkpoint.top();
      new SidecarEncoder(json, bounded, limits, place, names, SidecarReferences.in(top)).write(top);
      json.endObject();
      bounded.write("\n");
      bounded.flush();
    } catch (BoundedWriter.TooLongException e) {
      throw new LimitException(
          place,
          Limit.EXPANSION,
          "its values, written out, take more than "
              + limits.get(Limit.EXPANSION)
              + " times the bytes of the file");
    }
  }

  private static long most(long inputBytes, Limits limits) {
    long times = limits.get(Limit.EXPANSION);
    long most = Math.multiplyHigh(inputBytes, times) == 0 ? inputBytes * times : Long.MAX_VALUE;
    return Math.max(SMALL, most < 0 ? Long.MAX_VALUE : most);
  }

  /**
   * Passes on characters up to a limit. An unpaired surrogate, which UTF-8 cannot encode, becomes a
   * JSON escape.
   */
  private static final class BoundedWriter extends Writer {
    private final Writer out;
    private long left;
    private char high;

    BoundedWriter(Writer out, long most) {
      this.out = out;
      this.left = most;
    }

    /** The text exceeds its limit. */
    static final class TooLongException extends IOException {
      private static final long serialVersionUID = 1L;
    }

    @Override
    public void write(char[] text, int offset, int length) throws IOException {
      left -= length;
      if (left < 0) {
        throw new TooLongException();
      }
      int from = offset;
      for (int i = offset; i < offset + length; i++) {
        if (high != 0 || Character.isSurrogate(text[i])) {
          out.write(text, from, i - from);
          from = i + 1;
          surrogate(text[i]);
        }
      }
      out.write(text, from, offset + length - from);
    }

    private void surrogate(char next) throws IOException {
      char first = high;
      high = 0;
      if (first != 0 && Character.isLowSurrogate(next)) {
        out.write(new char[] {first, next});
        return;
      }
      if (first != 0) {
        escape(first);
      }
      if (Character.isHighSurrogate(next)) {
        high = next;
      } else if (Character.isLowSurrogate(next)) {
        escape(next);
      } else {
        out.write(next);
      }
    }

    private void escape(char unpaired) throws IOException {
      out.write(String.format("\\u%04x", (int) unpaired));
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
