package dev.pt2st.verify;

import dev.pt2st.CheckpointException;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.OutputDigests;
import dev.pt2st.convert.plan.OutputDigests.FileDigest;
import dev.pt2st.convert.plan.OutputDigests.SourceDigest;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.plan.Plan.PlannedFile;
import dev.pt2st.convert.planner.IndexBytes;
import dev.pt2st.convert.source.SourceFiles;
import dev.pt2st.convert.source.TensorSource;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.Input;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.text.Sha256;
import dev.pt2st.work.ParallelTasks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The digests of what a conversion would write. They are computed from the input by the code that
 * compares models, without the code that converts them.
 *
 * @param plan the plan of the conversion
 * @param digests of the input's files and of the files that would be written
 */
public record DerivedOutput(Plan plan, OutputDigests digests) {

  /**
   * Computes the digests.
   *
   * @param options the options of the conversion
   * @param output the path of the output as a single file; only its name is used
   * @param progress receives the number of bytes read
   * @throws CheckpointException if the input is refused, malformed or over a limit
   * @throws IOException if it cannot be read
   */
  public static DerivedOutput of(
      Path input, ConvertOptions options, Path output, ProgressListener progress)
      throws CheckpointException, IOException {
    try (TensorSource source =
        TensorSource.open(Input.of(input), options, ScratchFolder.TEMPORARY, progress)) {
      Plan plan = source.plan(options);
      return source.guarded(() -> {
        try (SourceFiles files = SourceFiles.of(source);
            Model model = Model.of(plan, source.files(), options.read(), ScratchFolder.TEMPORARY)) {
          return new DerivedOutput(plan, new Sums(plan, model, files).run(output, progress));
        }
      });
    }
  }

  /** Computes all digests, each as one piece of work. */
  private static final class Sums {
    private final Plan plan;
    private final List<ModelTensor> tensors;
    private final List<ByteSource.Stored> records;
    private final List<Map.Entry<String, MappedFile>> sources;
    private final SourceDigest[] sourceDigests;
    private final String[] fileDigests;
    private final String[] tensorDigests;
    private final RecordChecks checks = new RecordChecks();

    Sums(Plan plan, Model model, SourceFiles files) {
      this.plan = plan;
      this.tensors = model.tensors();
      this.records = ModelDigest.recordsOf(tensors);
      this.sources = List.copyOf(files.byName().entrySet());
      this.sourceDigests = new SourceDigest[sources.size()];
      this.fileDigests = new String[plan.files().size()];
      this.tensorDigests = new String[tensors.size()];
    }

    OutputDigests run(Path output, ProgressListener progress)
        throws CheckpointException, IOException {
      long bytes = 2 * plan.dataBytes();
      for (Map.Entry<String, MappedFile> source : sources) {
        bytes += source.getValue().size();
      }
      progress.planned(bytes);
      int whole = fileDigests.length + sourceDigests.length;
      ParallelTasks.run(
          whole + tensorDigests.length + records.size(),
          bytes,
          Runtime.getRuntime().availableProcessors(),
          () -> {
            CopyBuffers buffers = new CopyBuffers();
            MessageDigest digest = Sha256.start();
            return piece -> {
              digest.reset();
              // The longest pieces of work come first.
              if (piece < fileDigests.length) {
                fileDigests[piece] = ofFile(piece, digest, buffers, progress);
              } else if (piece < whole) {
                int source = piece - fileDigests.length;
                sourceDigests[source] = ofSource(sources.get(source), digest, buffers, progress);
              } else if (piece < whole + tensorDigests.length) {
                ModelTensor tensor = tensors.get(piece - whole);
                RecordChecks.check(tensor.ownRecords(), buffers);
                tensorDigests[piece - whole] =
                    ModelDigest.sumUp(tensor, digest, buffers, progress).sha256();
              } else {
                checks.read(records.get(piece - whole - tensorDigests.length), buffers);
              }
            };
          });
      checks.check();
      return digests(output);
    }

    /** The digest of a file that a plan describes: its header, then its tensors in order. */
    private String ofFile(
        int number, MessageDigest digest, CopyBuffers buffers, ProgressListener progress)
        throws CheckpointException, IOException {
      int first = 0;
      for (int i = 0; i < number; i++) {
        first += plan.files().get(i).tensors().size();
      }
      PlannedFile file = plan.files().get(number);
      digest.update(file.header().bytes());
      for (ModelTensor tensor : tensors.subList(first, first + file.tensors().size())) {
        ModelDigest.feed(tensor, digest, buffers, progress);
      }
      return Sha256.hex(digest);
    }

    private static SourceDigest ofSource(
        Map.Entry<String, MappedFile> source,
        MessageDigest digest,
        CopyBuffers buffers,
        ProgressListener progress)
        throws IOException {
      MappedFile file = source.getValue();
      for (long at = 0; at < file.size(); at += CopyBuffers.SIZE) {
        int length = (int) Math.min(CopyBuffers.SIZE, file.size() - at);
        file.read(ByteBuffer.wrap(buffers.firstArray(), 0, length), at);
        digest.update(buffers.firstArray(), 0, length);
        progress.written(length);
      }
      return new SourceDigest(source.getKey(), file.size(), Sha256.hex(digest));
    }

    private OutputDigests digests(Path output) {
      List<FileDigest> files = new ArrayList<>();
      List<String> names =
          plan.paths(output).stream().map(path -> String.valueOf(path.getFileName())).toList();
      int tensor = 0;
      for (int i = 0; i < names.size(); i++) {
        PlannedFile file = plan.files().get(i);
        int end = tensor + file.tensors().size();
        files.add(
            new FileDigest(
                names.get(i),
                file.fileBytes(),
                fileDigests[i],
                Arrays.asList(tensorDigests).subList(tensor, end)));
        tensor = end;
      }
      Path path = plan.indexPath(output).orElse(null);
      FileDigest index = null;
      if (path != null) {
        byte[] bytes = IndexBytes.of(plan, names);
        index =
            new FileDigest(
                String.valueOf(path.getFileName()), bytes.length, Sha256.hex(bytes), List.of());
      }
      return new OutputDigests(List.of(sourceDigests), files, index);
    }
  }
}
