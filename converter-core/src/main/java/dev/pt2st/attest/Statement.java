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
 * A statement about a conversion, as pure data: an in-toto statement of version 1.
 *
 * @param subjects the files that were written: those with tensors, then the index if there are
 *     several
 * @param converter the program that wrote them
 * @param sources the files that were read, in the order of their names
 * @param options of the conversion, without the limits, which never change what is written
 * @param checkpoint what the sources contain
 * @param content the tensors that were written, however they are split into files
 * @param omissions tensors that were not written, or were written under another name
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

  /** The predicate type: a conversion by this program. */
  public static final String PREDICATE_TYPE = "https://pt2st.dev/attestation/conversion/v1";

  /**
   * A file of the output.
   *
   * @param name without a folder
   * @param sha256 of the file, in hexadecimal
   * @param content the {@link dev.pt2st.verify.ModelDigest} of the tensors in it; empty for an
   *     index
   */
  public record Subject(String name, String sha256, String content) {}

  /**
   * The program that made the conversion.
   *
   * @param version its version number
   * @param allowlist the SHA-256 of its allowlist of globals
   */
  public record Converter(String version, String allowlist) {}

  /**
   * What the sources contain, and which part of them was converted.
   *
   * @param layout the layout of the checkpoint in words
   * @param member the archive member that was converted; empty if it was the source itself
   * @param otherMembers other members of the archive that hold tensors
   * @param root the path of the root that was converted; empty for the top
   * @param rootRule why that root was chosen
   * @param openedBytes keys of byte strings that are pickles themselves and were read as such
   * @param inert unlisted globals that were kept as inert records, each with its use
   * @param foreignModules how many modules have a class that is not on the allowlist
   * @param hooks the hooks that PyTorch would have called to name the tensors of a module
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
   * A global that is not on the allowlist.
   *
   * @param name as resolved
   * @param use in lower case, as reports write it
   */
  public record InertGlobal(String name, String use) {}

  /**
   * The tensors that were written.
   *
   * @param tensors how many there are
   * @param bytes the size of all of them
   * @param digest their {@link dev.pt2st.verify.ModelDigest}
   */
  public record Content(long tensors, long bytes, String digest) {}

  /**
   * Intended differences between the output and the source.
   *
   * @param leftOut parts of the checkpoint that were not converted
   * @param skipped tensors that safetensors cannot hold
   * @param dropped names of tensors that share the storage of another tensor, mapped to its name
   * @param renamed new names, mapped to the old ones
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

  /** How an output was compared with its source when it was made. */
  public enum Comparison {
    /** Every element was compared, by code that is independent of the conversion. */
    EVERY_ELEMENT,
    /** Nothing was compared. */
    NONE
  }

  public Statement {
    subjects = List.copyOf(subjects);
    sources = List.copyOf(sources);
    tensors = List.copyOf(tensors);
  }
}
