package dev.pt2st.attest;

import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.LeftOut;
import dev.pt2st.convert.plan.OutputDigests.SourceDigest;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.plan.RootRule;
import dev.pt2st.verify.ModelDigest.TensorDigest;
import java.util.List;
import java.util.Map;

/**
 * What is said of a conversion, as pure data: an in-toto statement of version 1.
 *
 * @param subjects the files that were written: those of tensors, then the index of several
 * @param converter what made them
 * @param sources the files that were read, in the order of their names
 * @param options of the conversion; limits do not count, as they never change what is written
 * @param checkpoint what was found in the sources
 * @param content what was written, whatever files it is in
 * @param omissions what was not written, or under another name
 * @param comparison whether the output was compared with its source before it got its name
 * @param tensors a digest of each tensor, by name; empty if the statement has none
 */
public record Statement(
    List<Subject> subjects,
    Converter converter,
    List<SourceDigest> sources,
    ConvertOptions options,
    Found checkpoint,
    Content content,
    Omissions omissions,
    Comparison comparison,
    List<TensorDigest> tensors) {

  /** The type of every in-toto statement of version 1. */
  public static final String TYPE = "https://in-toto.io/Statement/v1";

  /** The type of what is said: a conversion by this program. */
  public static final String PREDICATE_TYPE = "https://pt2st.dev/attestation/conversion/v1";

  /**
   * A file of the output.
   *
   * @param name without a folder
   * @param sha256 of the file, in hexadecimal
   * @param content the digest of the tensors in it, as {@link dev.pt2st.verify.ModelDigest} takes
   *     it; empty for an index
   */
  public record Subject(String name, String sha256, String content) {}

  /**
   * The program.
   *
   * @param version its number
   * @param allowlist the SHA-256 of its list of globals that are data
   */
  public record Converter(String version, String allowlist) {}

  /**
   * What the sources are, and what of them was taken.
   *
   * @param layout in words
   * @param member of an archive; empty if the source itself was converted
   * @param otherMembers that hold tensors too
   * @param root the path of what was taken; empty for the top
   * @param rootRule why it was that
   * @param openedBytes keys of bytes that were read as the pickles that they are
   * @param inert globals off the list that were kept as inert records, each with its use
   * @param foreignModules how many modules are of classes off the list
   * @param hooks what PyTorch would have called for the names of a module
   */
  public record Found(
      String layout,
      String member,
      List<String> otherMembers,
      String root,
      RootRule rootRule,
      List<String> openedBytes,
      List<InertGlobal> inert,
      long foreignModules,
      List<Plan.Hook> hooks) {
    public Found {
      otherMembers = List.copyOf(otherMembers);
      openedBytes = List.copyOf(openedBytes);
      inert = List.copyOf(inert);
      hooks = List.copyOf(hooks);
    }
  }

  /**
   * A global off the list.
   *
   * @param name as resolved
   * @param use in lower case, as reports write it
   */
  public record InertGlobal(String name, String use) {}

  /**
   * The tensors that were written.
   *
   * @param tensors how many there are
   * @param bytes of all of them
   * @param digest as {@link dev.pt2st.verify.ModelDigest} takes it
   */
  public record Content(long tensors, long bytes, String digest) {}

  /**
   * What differs from the source on purpose.
   *
   * @param leftOut parts of the checkpoint that were not taken
   * @param skipped tensors that safetensors cannot hold
   * @param dropped names of tensors that share the storage of another, with the name of that
   * @param renamed new names, with those before
   */
  public record Omissions(
      List<LeftOut> leftOut,
      List<Plan.Skipped> skipped,
      Map<String, String> dropped,
      Map<String, String> renamed) {
    public Omissions {
      leftOut = List.copyOf(leftOut);
      skipped = List.copyOf(skipped);
    }
  }

  /** Whether an output was compared with its source when it was made. */
  public enum Comparison {
    /** Every element was, by code that does not convert. */
    EVERY_ELEMENT,
    /** Nothing was. */
    NONE
  }

  public Statement {
    subjects = List.copyOf(subjects);
    sources = List.copyOf(sources);
    tensors = List.copyOf(tensors);
  }
}
