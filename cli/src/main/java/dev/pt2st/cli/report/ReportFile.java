package dev.pt2st.cli.report;

import dev.pt2st.Durability;
import dev.pt2st.IfExists;
import dev.pt2st.archive.Containers;
import dev.pt2st.io.AtomicOutput;
import dev.pt2st.io.DiskFull;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFile;
import dev.pt2st.io.output.OutputGroup;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A report in a file. It is written incrementally to a nameless file and gets its name when it is
 * complete; then it replaces an older report. If the program is killed before, nothing is left.
 */
public final class ReportFile implements AutoCloseable {
  private final Path target;
  private final ScratchFile scratch;
  private final OutputStream stream;

  /** The first failure, kept because a writer on top of the stream may swallow it. */
  private @Nullable IOException failure;

  /**
   * @throws IOException if no file can be written there, or an existing file may be a model
   */
  public ReportFile(Path target) throws IOException {
    AtomicOutput.check(target, IfExists.REPLACE);
    if (Files.exists(target)) {
      refuseModel(target);
    }
    this.target = target;
    this.scratch = ScratchFile.beside(target);
    this.stream = new BufferedOutputStream(new Pieces(), 1 << 16);
  }

  /**
   * Refuses to replace a possible model after a mistyped name: every report begins with a brace or
   * a tag.
   */
  private static void refuseModel(Path target) throws IOException {
    byte[] first;
    try (InputStream in = Files.newInputStream(target)) {
      first = in.readNBytes(Containers.SNIFFED);
    }
    if (Containers.isSafetensors(first) || Containers.mayBeCheckpoint(first)) {
      throw new FileSystemException(
          target.toString(),
          null,
          "is there already and may be a model, so no report replaces it; name another file");
    }
  }

  private final class Pieces extends OutputStream {
    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        scratch.append(ByteBuffer.wrap(bytes, offset, length));
      } catch (IOException e) {
        IOException named = DiskFull.explain(e, target, "the report", length);
        failure = failure == null ? named : failure;
        throw named;
      }
    }
  }

  /** The stream for the report; closing it does nothing. */
  public OutputStream stream() {
    return stream;
  }

  /**
   * Gives the report its name, once all of it has been written to the stream.
   *
   * @throws IOException if the name cannot be given, or the report could not be written completely
   */
  public void commit() throws IOException {
    stream.flush();
    if (failure != null) {
      throw failure;
    }
    try (OutputGroup group = new OutputGroup(IfExists.REPLACE);
        MappedFile written = scratch.map()) {
      try {
        OutputStream out = group.create(target).stream();
        written.stream().transferTo(out);
        out.flush();
        group.commit(Durability.WRITTEN);
      } catch (IOException e) {
        throw group.explain(e, scratch.size());
      }
    }
  }

  @Override
  public void close() throws IOException {
    scratch.close();
  }
}
