package dev.pt2st.convert;

import dev.pt2st.convert.Plan.PlannedFile;
import dev.pt2st.convert.Plan.PlannedTensor;
import dev.pt2st.io.AtomicOutput;
import dev.pt2st.safetensors.TensorInfo;
import dev.pt2st.tensor.TensorView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Carries out a plan: cuts a file of the output into pieces of work that any thread can do in any
 * order, since each knows its place in the output.
 *
 * <p>Tensors that lie as they are written are copied through a buffer that stays in cache; runs of
 * small ones share one buffer and one write. Others are gathered block by block. The CRC-32 of a
 * record is taken on the way where one tensor covers it, and by a read of its own where none does.
 */
final class Copier {
  /** Output bytes of one piece of work: large against its cost, small against a file. */
  private static final long PIECE = 4 << 20;

  private final Sources sources;
  private final ProgressListener progress;
  private final WorkBuffers buffers = new WorkBuffers();
  private final Set<Source.RecordCheck> foldedIn;
  private final Set<PlannedTensor> checking;

  /** A tensor whose elements lie as they are written. */
  private record Direct(PlannedTensor tensor, TensorView view) {}

  Copier(Sources sources, ProgressListener progress) {
    this.sources = sources;
    this.progress = progress;
    this.foldedIn = Collections.newSetFromMap(new IdentityHashMap<>());
    this.checking = Collections.newSetFromMap(new IdentityHashMap<>());
  }

  /** Writes a file. */
  void copy(PlannedFile file, AtomicOutput output) throws IOException {
    output.write(ByteBuffer.wrap(file.header().bytes()), 0);
    Workers.run(work(file, output), file.dataBytes(), buffers);
  }

  /** Reads what is to be checked and was not covered by a tensor of any file. */
  void readUnchecked() throws IOException {
    List<Work> work = new ArrayList<>();
    long bytes = 0;
    for (Source.RecordCheck check : sources.checks()) {
      if (!foldedIn.contains(check)) {
        addCheck(work, check);
        bytes += check.source().size();
      }
    }
    Workers.run(work, bytes, buffers);
  }

  private List<Work> work(PlannedFile file, AtomicOutput output) {
    List<Work> work = new ArrayList<>();
    List<Direct> run = new ArrayList<>();
    Sink data = new FileSink(output, file.header().size(), progress);
    for (PlannedTensor tensor : file.tensors()) {
      if (tensor.info().begin() == tensor.info().end()) {
        continue;
      }
      switch (tensor.data()) {
        case TensorData.Strided(TensorView view) -> {
          if (view.isContiguous()) {
            foldIn(tensor, view);
            run.add(new Direct(tensor, view));
          } else {
            addRun(work, run, data);
            long begin = file.header().size() + tensor.info().begin();
            addBlocks(work, view, new FileSink(output, begin, progress));
          }
        }
      }
    }
    addRun(work, run, data);
    return work;
  }

  /** The first tensor that covers a record takes its CRC-32 on the way. */
  private void foldIn(PlannedTensor tensor, TensorView view) {
    Source.RecordCheck check = sources.of(view.storage()).check();
    if (check != null
        && view.offset() == 0
        && view.byteSize() == check.source().size()
        && foldedIn.add(check)) {
      checking.add(tensor);
    }
  }

  /** Cuts a run of tensors that lie one behind the other in the output. */
  private void addRun(List<Work> work, List<Direct> run, Sink sink) {
    List<DirectCopy.Part> parts = new ArrayList<>();
    long size = 0;
    long end = 0;
    for (Direct direct : run) {
      TensorInfo info = direct.tensor.info();
      long length = info.end() - info.begin();
      long done = 0;
      while (done < length) {
        long part = Math.min(length - done, PIECE - size);
        parts.add(part(direct, done, part));
        done += part;
        size += part;
        end = info.begin() + done;
        if (size == PIECE) {
          work.add(new DirectCopy(parts, sink, end - size));
          parts = new ArrayList<>();
          size = 0;
        }
      }
    }
    if (size > 0) {
      work.add(new DirectCopy(parts, sink, end - size));
    }
    run.clear();
  }

  private DirectCopy.Part part(Direct direct, long from, long length) {
    TensorView view = direct.view;
    Source source = sources.of(view.storage());
    return new DirectCopy.Part(
        source,
        view,
        view.offset() * view.dtype().byteSize() + from,
        length,
        checking.contains(direct.tensor) ? source.check() : null);
  }

  private void addBlocks(List<Work> work, TensorView view, Sink sink) {
    StridedBlocks blocks = new StridedBlocks(view);
    Source source = sources.of(view.storage());
    // Small blocks are done several at a time, so that a tensor of many is no list of as many.
    long perPiece = Math.max(1, PIECE / blocks.blockBytes());
    for (long from = 0; from < blocks.count(); from += perPiece) {
      long to = Math.min(blocks.count(), from + perPiece);
      work.add(new GatherCopy(blocks, from, to, source, view, sink));
    }
  }

  private void addCheck(List<Work> work, Source.RecordCheck check) {
    Source source = sources.of(check.storage());
    for (long from = 0; from < check.source().size(); from += PIECE) {
      work.add(new CheckRead(source, check, from, Math.min(PIECE, check.source().size() - from)));
    }
  }
}
