package dev.pt2st.convert;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.convert.Plan.PlannedTensor;
import dev.pt2st.io.AtomicOutput;
import dev.pt2st.io.RecordBytes;
import dev.pt2st.safetensors.TensorInfo;
import dev.pt2st.tensor.Storage;
import dev.pt2st.tensor.TensorView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Carries out a plan: cuts the output into pieces of work that any thread can do in any order,
 * since each knows its place in the output.
 *
 * <p>Tensors that lie as they are written are copied through a buffer that stays in cache; runs of
 * small ones share one buffer and one write. Others are gathered block by block. The CRC-32 of a
 * record is taken on the way where one tensor covers it, and by a read of its own where none does.
 */
final class Copier {
  /** Output bytes of one piece of work: large against its cost, small against a file. */
  private static final long PIECE = 4 << 20;

  private final Plan plan;
  private final Sources sources;
  private final AtomicOutput output;
  private final ProgressListener progress;
  private final Set<Source.RecordCheck> foldedIn;
  private final Set<PlannedTensor> checking;

  /** A tensor whose elements lie as they are written. */
  private record Direct(PlannedTensor tensor, TensorView view) {}

  private Copier(Plan plan, Sources sources, AtomicOutput output, ProgressListener progress) {
    this.plan = plan;
    this.sources = sources;
    this.output = output;
    this.progress = progress;
    int size = plan.tensors().size();
    this.foldedIn = Collections.newSetFromMap(new IdentityHashMap<>(size));
    this.checking = Collections.newSetFromMap(new IdentityHashMap<>(size));
  }

  /**
   * Writes what a plan says.
   *
   * @param input names the checkpoint in messages
   * @param target the output's final name
   */
  static void copy(
      Plan plan,
      Path input,
      Path target,
      AtomicOutput output,
      ConvertOptions options,
      ProgressListener progress)
      throws CheckpointException, IOException {
    progress.planned(plan.dataBytes());
    output.write(ByteBuffer.wrap(plan.header().bytes()), 0);
    try (Sources sources = Sources.open(plan, input, target, options)) {
      List<Work> work = new Copier(plan, sources, output, progress).work();
      Workers.run(work, plan.dataBytes());
      for (Source.RecordCheck check : sources.checks()) {
        RecordBytes.checkCrc(
            check.source(), check.sum().value(), Place.of(input).inEntry(check.source().name()));
      }
    }
  }

  private List<Work> work() {
    List<Work> work = new ArrayList<>();
    List<Direct> run = new ArrayList<>();
    for (PlannedTensor tensor : plan.tensors()) {
      if (tensor.info().begin() == tensor.info().end()) {
        continue;
      }
      switch (tensor.data()) {
        case TensorData.Strided(TensorView view) -> {
          if (view.isContiguous()) {
            foldIn(tensor, view);
            run.add(new Direct(tensor, view));
          } else {
            addRun(work, run);
            addBlocks(work, tensor, view);
          }
        }
      }
    }
    addRun(work, run);
    for (Source.RecordCheck check : sources.checks()) {
      if (!foldedIn.contains(check)) {
        addCheck(work, check);
      }
    }
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
  private void addRun(List<Work> work, List<Direct> run) {
    List<DirectCopy.Part> parts = new ArrayList<>();
    long size = 0;
    for (Direct direct : run) {
      TensorInfo info = direct.tensor.info();
      long length = info.end() - info.begin();
      long done = 0;
      while (done < length) {
        long part = Math.min(length - done, PIECE - size);
        parts.add(part(direct, done, part));
        done += part;
        size += part;
        if (size == PIECE) {
          work.add(direct(parts));
          parts = new ArrayList<>();
          size = 0;
        }
      }
    }
    if (size > 0) {
      work.add(direct(parts));
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
        plan.header().size() + direct.tensor.info().begin() + from,
        checking.contains(direct.tensor) ? source.check() : null);
  }

  private Work direct(List<DirectCopy.Part> parts) {
    return new DirectCopy(parts, output, progress);
  }

  private void addBlocks(List<Work> work, PlannedTensor tensor, TensorView view) {
    StridedBlocks blocks = new StridedBlocks(view);
    Source source = sources.of(view.storage());
    long position = plan.header().size() + tensor.info().begin();
    // Small blocks are done several at a time, so that a tensor of many is no list of as many.
    long perPiece = Math.max(1, PIECE / blocks.blockBytes());
    for (long from = 0; from < blocks.count(); from += perPiece) {
      long to = Math.min(blocks.count(), from + perPiece);
      work.add(new GatherCopy(blocks, from, to, source, view, position, output, progress));
    }
  }

  private void addCheck(List<Work> work, Source.RecordCheck check) {
    Storage storage = check.storage();
    Source source = sources.of(storage);
    for (long from = 0; from < check.source().size(); from += PIECE) {
      work.add(new CheckRead(source, check, from, Math.min(PIECE, check.source().size() - from)));
    }
  }
}
