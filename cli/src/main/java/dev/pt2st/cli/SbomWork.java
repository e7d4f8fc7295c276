package dev.pt2st.cli;

import dev.pt2st.CheckpointException;
import dev.pt2st.GlobalStanding;
import dev.pt2st.ReadOptions;
import dev.pt2st.ResourceName;
import dev.pt2st.TracedGlobal;
import dev.pt2st.cli.report.Failure;
import dev.pt2st.cli.report.sbom.DeclaredFacts;
import dev.pt2st.cli.report.sbom.ModelComponent;
import dev.pt2st.cli.report.sbom.ModelComponent.PartFile;
import dev.pt2st.cli.report.scan.FileSha256;
import dev.pt2st.cli.report.scan.ReportBase;
import dev.pt2st.inspect.DTypeTotal;
import dev.pt2st.inspect.GlobalSummary;
import dev.pt2st.inspect.Inspection;
import dev.pt2st.inspect.Inspector;
import dev.pt2st.inspect.ModelFiles;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.FileScanner;
import dev.pt2st.scan.Finding;
import dev.pt2st.scan.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Makes a component of a bill from the files of what may be a model. May be used by threads. */
final class SbomWork {
  /** Formats of models that a scan knows, and whose tensors are not read. */
  static final Set<String> MODEL_FORMATS =
      Set.of(
          "GGUF model",
          "ONNX model",
          "TensorFlow Lite model",
          "Core ML model",
          "TensorFlow SavedModel",
          "TensorFlow graph",
          "MessagePack file",
          "HDF5 file");

  private static final String SAFETENSORS = "safetensors";

  private final FileScanner scanner;
  private final ReadOptions options;
  private final ReportBase base;

  /** By the folder that they stand in. */
  private final ConcurrentMap<Path, DeclaredFacts> declared = new ConcurrentHashMap<>();

  SbomWork(FileScanner scanner, ReadOptions options, ReportBase base) {
    this.scanner = scanner;
    this.options = options;
    this.base = base;
  }

  /**
   * What became of it.
   *
   * @param component null if it holds neither a model nor a pickle
   * @param isWhole whether all of it could be read
   */
  record Result(ModelWalk.Found found, @Nullable ModelComponent component, boolean isWhole) {}

  Result on(ModelWalk.Found found) {
    if (found.problem() != null) {
      return new Result(found, null, false);
    }
    Making making = new Making(found);
    ModelComponent component = making.component();
    return new Result(found, component, making.problems.isEmpty());
  }

  /** What tells whether a file is still the same one. */
  private record Stamp(long size, @Nullable FileTime time, @Nullable Object key) {
    static Stamp of(Path path) throws IOException {
      BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
      return new Stamp(now.size(), now.lastModifiedTime(), now.fileKey());
    }

    /** Of a file that cannot be looked at, which the scan says too. */
    static Stamp ofAny(Path path) {
      try {
        return of(path);
      } catch (IOException e) {
        return new Stamp(0, null, null);
      }
    }
  }

  private final class Making {
    private final ModelWalk.Found found;
    private final TreeSet<String> globals = new TreeSet<>();
    private final TreeSet<String> unlisted = new TreeSet<>();
    private final List<String> findings = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private List<DTypeTotal> totals = List.of();
    private String format = "";
    private Verdict verdict = Verdict.NO_PICKLE;

    Making(ModelWalk.Found found) {
      this.found = found;
    }

    /** Null if there is neither a model nor a pickle in it. */
    @Nullable ModelComponent component() {
      List<Stamp> stamps = new ArrayList<>();
      for (Path file : found.files()) {
        stamps.add(Stamp.ofAny(file));
        scan(file);
      }
      boolean isOther = MODEL_FORMATS.contains(format);
      if (!isOther && isAlone() && isOfNoInterest()) {
        return null;
      }
      if (!isOther && verdict != Verdict.UNREADABLE) {
        inspect();
      }
      List<PartFile> files = new ArrayList<>();
      for (int i = 0; i < stamps.size(); i++) {
        files.add(file(found.files().get(i), stamps.get(i)));
      }
      return new ModelComponent(
          name(found.model()),
          isOther || totals.stream().anyMatch(total -> total.tensors() > 0),
          files,
          format,
          totals,
          globals,
          unlisted,
          verdict,
          findings,
          problems,
          declared());
    }

    private boolean isAlone() {
      return found.files().size() == 1 && !ModelFiles.isNamedAsIndex(found.model());
    }

    private boolean isOfNoInterest() {
      return (verdict == Verdict.NO_PICKLE && !format.equals(SAFETENSORS))
          || verdict == Verdict.UNRECOGNIZED;
    }

    private void scan(Path file) {
      FileReport report = scanner.scan(file);
      verdict = verdict.worse(report.verdict());
      format = report.kind();
      for (Finding finding : report.findings()) {
        findings.add(shown(finding.place().toString()) + ": " + finding.message());
        TracedGlobal global = finding.global();
        if (global != null) {
          globals.add(global.name().toString());
          unlisted.add(global.name().toString());
        }
      }
    }

    /** A sentence or a place with the file's name in the bill for the path that it begins with. */
    private String shown(String text) {
      for (Path file : found.files()) {
        if (text.startsWith(file.toString())) {
          return name(file) + text.substring(file.toString().length());
        }
      }
      return text;
    }

    private void inspect() {
      try {
        Inspection inspection = Inspector.inspect(found.model(), options);
        format = inspection.layout();
        totals = inspection.totals();
        for (GlobalSummary global : inspection.globals()) {
          globals.add(global.name().toString());
          if (global.standing() == GlobalStanding.UNLISTED) {
            unlisted.add(global.name().toString());
          }
        }
        if (inspection.problem() != null) {
          problems.add(shown(Failure.of(inspection.problem()).message()));
        }
      } catch (CheckpointException | IOException e) {
        problems.add(shown(Failure.of(e).message()));
      }
    }

    /** A digest of other bytes than those that were read would be worse than none. */
    private PartFile file(Path file, Stamp before) {
      try {
        String sha256 = FileSha256.of(file);
        if (before.equals(Stamp.of(file))) {
          return new PartFile(name(file), before.size, sha256);
        }
        problems.add(name(file) + ": it was written to while it was read");
      } catch (IOException e) {
        problems.add(shown(Failure.of(e).message()));
      }
      return new PartFile(name(file), before.size, null);
    }

    private DeclaredFacts declared() {
      Path model = found.model();
      Path folder = found.files().contains(model) ? model.resolveSibling("") : model;
      return declared.computeIfAbsent(folder, this::declaredIn);
    }

    private DeclaredFacts declaredIn(Path folder) {
      try {
        return DeclaredFacts.in(folder);
      } catch (IOException e) {
        problems.add(Failure.of(e).message());
        return DeclaredFacts.NONE;
      }
    }
  }

  private String name(Path file) {
    return base.name(ResourceName.of(file));
  }
}
