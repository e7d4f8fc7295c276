package dev.pt2st.convert.copy.sink;

import dev.pt2st.convert.plan.OutputDigests;
import dev.pt2st.convert.plan.OutputDigests.FileDigest;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.plan.Plan.PlannedFile;
import dev.pt2st.io.MappedFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The digests of a conversion, computed while it copies. */
public final class CopyDigests {
  private final SourceDigester sources;
  private final List<FileDigester> files = new ArrayList<>();

  /**
   * @param sources the files that are read, by their names in the result
   */
  public CopyDigests(Map<String, MappedFile> sources, Plan plan) {
    List<SourceDigester.Source> read = new ArrayList<>();
    sources.forEach((name, file) -> read.add(new SourceDigester.Source(name, file)));
    this.sources = new SourceDigester(read, plan.dataBytes());
  }

  /** Begins the digests of the next file of the plan. */
  public FileDigester next(String name, PlannedFile file) {
    FileDigester digester = new FileDigester(name, file);
    files.add(digester);
    return digester;
  }

  public SourceDigester sources() {
    return sources;
  }

  /**
   * All digests, once everything has been written.
   *
   * @param index the digest of the index; null if there is none
   * @throws IOException if the rest of the input cannot be read
   */
  public OutputDigests finish(@Nullable FileDigest index) throws IOException {
    return new OutputDigests(
        sources.finish(new ThreadBuffers()),
        files.stream().map(FileDigester::finish).toList(),
        index);
  }
}
