package dev.pt2st.cli.work;

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
import dev.pt2st.safetensors.ShardNames;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes a component of a bill of materials from the files of a possible model. Safe for use by
 * several threads.
 */
public final class SbomWork {
  /** Model formats that a scan recognizes but whose tensors are not read. */
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

  /** How many recent folders are cached; files come folder by folder. */
  private static final int MOST_FOLDERS = 64;

  /** The declared facts by folder. */
  private final Map<Path, Declared> declared =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Declared> eldest) {
          return size() > MOST_FOLDERS;
        }
      };

  public SbomWork(FileScanner scanner, ReadOptions options, ReportBase base) {
    this.scanner = scanner;
    this.options = options;
    this.base = base;
  }

  /**
   * The result for a possible model.
   *
   * @param component null if there is neither a model nor a pickle
   * @param isWhole whether everything could be read
   */
  public record Result(
      ModelWalk.Found found, @Nullable ModelComponent component, boolean isWhole) {}

  public Result on(ModelWalk.Found found) {
    if (found.problem() != null) {
      return new Result(found, null, false);
    }
    Making making = new Making(found);
    ModelComponent component = making.component();
    return new Result(found, component, making.problems.isEmpty());
  }

  /**
   * What the files of a folder declare about each model in it.
   *
   * @param problem why they could not be read; empty if they could
   */
  private record Declared(DeclaredFacts facts, String problem) {
    static Declared in(Path folder) {
      try {
        return new Declared(DeclaredFacts.in(folder), "");
      } catch (IOException e) {
        return new Declared(DeclaredFacts.NONE, Failure.of(e).message());
      }
    }
  }

  /** Attributes that show whether a file is still the same. */
  private record Stamp(long size, @Nullable FileTime time, @Nullable Object key) {
    static Stamp of(Path path) throws IOException {
      BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
      return new Stamp(now.size(), now.lastModifiedTime(), now.fileKey());
    }

    /** The stamp for a file whose attributes cannot be read, which the scan reports too. */
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

    /**
     * The result for a possible model; its component is null if there is neither a model nor a
     * pickle.
     */
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
      return switch (verdict) {
        case NO_PICKLE -> !format.equals(SAFETENSORS);
        // A broken checkpoint may not be recognized at all.
        case UNRECOGNIZED -> !isNamedAsModel();
        case SAFE, ACCEPTED, UNREADABLE, UNKNOWN, MALFORMED, DANGEROUS -> false;
      };
    }

    private boolean isNamedAsModel() {
      String name = String.valueOf(found.model().getFileName());
      return name.endsWith(ShardNames.EXTENSION)
          || ConvertTarget.isNamedAsCheckpoint(found.model());
    }

    private void scan(Path file) {
      FileReport report = scanner.scan(file);
      verdict = verdict.worse(report.verdict());
      format = isAlone() ? report.kind() : ""; // what one of several files is, the model is not
      for (Finding finding : report.findings()) {
        findings.add(shown(finding.place().toString()) + ": " + finding.message());
        TracedGlobal global = finding.global();
        if (global != null) {
          globals.add(global.name().toString());
          unlisted.add(global.name().toString());
        }
      }
    }

    /** A text in which a leading path is replaced by the file's name in the bill. */
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

    /**
     * The file with its digest; no digest if the file has changed, since one of other bytes would
     * be worse than none.
     */
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

    /** What the files next to the model declare; the same for all models of a folder. */
    private DeclaredFacts declared() {
      Path model = found.model();
      Path folder = found.files().contains(model) ? model.resolveSibling("") : model;
      Declared beside = declaredIn(folder);
      if (!beside.problem.isEmpty()) {
        problems.add(shownIn(folder, beside.problem));
      }
      return beside.facts;
    }

    /** As {@link #shown}, for a file that does not belong to the model. */
    private String shownIn(Path folder, String sentence) {
      for (String file : DeclaredFacts.FILES) {
        String path = folder.resolve(file).toString();
        if (sentence.startsWith(path)) {
          return name(folder.resolve(file)) + sentence.substring(path.length());
        }
      }
      return sentence;
    }
  }

  private Declared declaredIn(Path folder) {
    synchronized (declared) {
      Declared known = declared.get(folder);
      if (known != null) {
        return known;
      }
    }
    Declared read = Declared.in(folder); // two threads may both read it, with the same result
    synchronized (declared) {
      declared.put(folder, read);
    }
    return read;
  }

  private String name(Path file) {
    return base.name(ResourceName.of(file));
  }
}
