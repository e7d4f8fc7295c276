package dev.pt2st.cli.report;

import dev.pt2st.Durability;
import dev.pt2st.IfExists;
import dev.pt2st.archive.Containers;
import dev.pt2st.io.AtomicOutput;
import dev.pt2st.io.DiskFull;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.OutputGroup;
import dev.pt2st.io.ScratchFile;
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
 * A report that goes into a file: written bit by bit, and under its name when it is complete. Until
 * then it is in a nameless file, of which nothing is left if the program is killed. A report that
 * was there before is replaced by the complete one.
 */
public final class ReportFile implements AutoCloseable {
  private final Path target;
  private final ScratchFile scratch;
  private final OutputStream stream;

  /** What went wrong first: a writer above the stream may have kept it to itself. */
  private @Nullable IOException failure;

  /**
   * @throws IOException if no file can be written there, or one is there that may be a model
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

  /** A mistyped name costs nobody a model: every report begins with a brace or a tag. */
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

  /** Where the report is written to; closing it does nothing. */
  public OutputStream stream() {
    return stream;
  }

  /**
   * Gives the report its name, once all of it has been written to the stream.
   *
   * @throws IOException if it cannot have it, or if not all could be written
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
