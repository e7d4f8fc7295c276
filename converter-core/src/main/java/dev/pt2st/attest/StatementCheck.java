package dev.pt2st.attest;

import com.google.gson.JsonObject;
import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.Remedy;
import dev.pt2st.attest.Statement.Comparison;
import dev.pt2st.attest.Statement.Content;
import dev.pt2st.attest.Statement.Converter;
import dev.pt2st.attest.Statement.Subject;
import dev.pt2st.attest.StatementResult.Signature;
import dev.pt2st.convert.OutputStatement.Made;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.torch.Allowlist;
import dev.pt2st.verify.DerivedOutput;
import dev.pt2st.verify.ModelDigest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A statement that has been read and can be compared with files. It is untrusted: nothing in it is
 * believed, and a conversion by its options runs no code of the source.
 */
public final class StatementCheck {
  private final Statement statement;
  private final Signature signature;
  private final String version;
  private final Set<Leniency> lenient;

  /** Fields that may differ without being reported. */
  public enum Leniency {
    /** The names of files. */
    NAMES,
    /** The version of the program and its allowlist of globals. */
    VERSION
  }

  private StatementCheck(
      Statement statement, Signature signature, String version, Set<Leniency> lenient) {
    this.statement = statement;
    this.signature = signature;
    this.version = version;
    this.lenient = Set.copyOf(lenient);
  }

  /**
   * Reads a statement.
   *
   * @param file the statement, or a DSSE envelope around it
   * @param key the key to check the signature with; null to leave it unchecked
   * @param version the version of this program
   * @throws MalformedException if it is not a statement about a conversion, or has unknown fields
   * @throws IOException if the file cannot be read
   */
  public static StatementCheck read(
      Path file, @Nullable VerifyingKey key, String version, Set<Leniency> lenient)
      throws MalformedException, IOException {
    Place place = Place.of(file);
    byte[] bytes;
    try (InputStream stream = Files.newInputStream(file)) {
      bytes = stream.readNBytes(Attestation.LARGEST + 1);
    }
    if (bytes.length > Attestation.LARGEST) {
      throw new MalformedException(place, "it is too large for a statement", Remedy.NONE);
    }
    JsonObject json = StrictJson.read(bytes, place);
    Signature signature = key == null ? Signature.NONE : Signature.BAD;
    if (Envelope.isOne(json)) {
      Envelope envelope = Envelope.read(json, place);
      bytes = envelope.payload();
      signature =
          key == null
              ? Signature.UNCHECKED
              : envelope.isSignedBy(key) ? Signature.GOOD : Signature.BAD;
    }
    return new StatementCheck(StatementReader.read(bytes, place), signature, version, lenient);
  }

  /** The statement as it was read. Only the comparisons show whether it is true. */
  public Statement statement() {
    return statement;
  }

  /**
   * Derives the statement again from the source and compares both it and the output with this one.
   *
   * @param output the safetensors file, the index of several, their folder, or the path that their
   *     names were derived from
   * @param progress receives the number of bytes read
   * @throws CheckpointException if the source is refused or malformed
   * @throws IOException if a file cannot be read
   */
  public StatementResult compare(Path source, Path output, Limits limits, ProgressListener progress)
      throws CheckpointException, IOException {
    OutputFiles files = OutputFiles.of(output);
    ConvertOptions options = statement.options();
    options = options.withRead(options.read().withLimits(limits));
    DerivedOutput derived = DerivedOutput.of(source, options, files.base(), progress);
    Statement own =
        StatementMaker.of(
            new Made(
                derived.plan(),
                options,
                derived.digests(),
                statement.comparison() == Comparison.EVERY_ELEMENT),
            version,
            !statement.tensors().isEmpty());
    TreeComparison trees = new TreeComparison();
    trees.compare("", StatementJson.write(statement), StatementJson.write(accepting(own)));
    compareFiles(trees, files, progress);
    return result(trees, List.of("predicate.comparison"));
  }

  /**
   * Compares the output with the statement without the source. The statement's fields about the
   * source and the conversion are accepted unchecked.
   *
   * @param output as for {@link #compare}
   * @param progress receives the number of bytes read
   * @throws CheckpointException if the output is malformed
   * @throws IOException if a file cannot be read
   */
  public StatementResult compareOutput(Path output, ProgressListener progress)
      throws CheckpointException, IOException {
    OutputFiles files = OutputFiles.of(output);
    TreeComparison trees = new TreeComparison();
    compareFiles(trees, files, progress);
    ModelDigest model = ModelDigest.of(files.toOpen(), ConvertOptions.STANDARD, progress);
    long bytes = files.dataBytes();
    Statement own =
        new Statement(
            withContents(files, progress),
            statement.converter(),
            statement.sources(),
            statement.options(),
            statement.checkpoint(),
            new Content(model.tensors().size(), bytes, model.sha256()),
            statement.omissions(),
            statement.comparison(),
            statement.tensors().isEmpty() ? List.of() : model.tensors());
    trees.compare("", StatementJson.write(statement), StatementJson.write(own));
    return result(
        trees,
        List.of(
            "predicate.converter",
            "predicate.sources",
            "predicate.options",
            "predicate.checkpoint",
            "predicate.leftOut",
            "predicate.skipped",
            "predicate.dropped",
            "predicate.renamed",
            "predicate.comparison"));
  }

  private StatementResult result(TreeComparison trees, List<String> unchecked) {
    List<String> all = new ArrayList<>(unchecked);
    if (lenient.contains(Leniency.NAMES)) {
      all.add("names");
    }
    if (lenient.contains(Leniency.VERSION) && !all.contains("predicate.converter")) {
      all.add("predicate.converter");
    }
    return new StatementResult(
        trees.differences(),
        all,
        signature,
        statement.subjects().size(),
        statement.content().tensors());
  }

  /** Replaces the fields that are not to be compared by those of the statement itself. */
  private Statement accepting(Statement own) throws IOException {
    boolean anyName = lenient.contains(Leniency.NAMES);
    Converter converter =
        lenient.contains(Leniency.VERSION)
            ? statement.converter()
            : new Converter(version, Allowlist.sha256());
    return new Statement(
        anyName ? namedAs(own.subjects()) : own.subjects(),
        converter,
        anyName ? Renamed.sources(own.sources(), statement.sources()) : own.sources(),
        own.options(),
        own.checkpoint(),
        own.content(),
        own.omissions(),
        own.comparison(),
        own.tensors());
  }

  private List<Subject> namedAs(List<Subject> own) {
    return Renamed.subjects(own, statement.subjects());
  }

  /** Compares the files on the disk with those that the statement names. */
  private void compareFiles(TreeComparison trees, OutputFiles files, ProgressListener progress)
      throws IOException {
    List<Subject> subjects = statement.subjects();
    int shards = OutputFiles.shards(subjects);
    for (int i = 0; i < subjects.size(); i++) {
      String at = "subject[" + i + "]";
      Path file = files.of(subjects.size(), shards, i);
      if (file == null) {
        trees.add(at + ".name", subjects.get(i).name(), "");
        continue;
      }
      String found = OutputFiles.sha256(file, progress);
      if (!found.equals(subjects.get(i).sha256())) {
        trees.add(at + ".digest.sha256 of " + file, subjects.get(i).sha256(), found);
      }
    }
  }

  /**
   * The subjects with the content digests of the files, whose own digests have been compared
   * already.
   */
  private List<Subject> withContents(OutputFiles files, ProgressListener progress)
      throws CheckpointException, IOException {
    List<Subject> found = new ArrayList<>();
    List<Subject> subjects = statement.subjects();
    int shards = OutputFiles.shards(subjects);
    for (int i = 0; i < subjects.size(); i++) {
      Subject subject = subjects.get(i);
      Path file = files.of(subjects.size(), shards, i);
      String content =
          file == null || subject.content().isEmpty()
              ? subject.content()
              : ModelDigest.of(file, ConvertOptions.STANDARD, progress).sha256();
      String name =
          file == null || lenient.contains(Leniency.NAMES)
              ? subject.name()
              : String.valueOf(file.getFileName());
      found.add(new Subject(name, subject.sha256(), content));
    }
    return found;
  }
}
