package dev.pt2st;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What can be done about a problem, as plain data. A program that shows a remedy words it for its
 * own readers, for example with its options. {@link #advice()} words it for a caller of this
 * library.
 */
public sealed interface Remedy {
  /** There is nothing to add to the problem. */
  Remedy NONE = new None();

  /** The remedy in words that name no option of any program; empty if there is nothing to add. */
  String advice();

  /** Nothing is known to help, or the problem says it already. */
  record None() implements Remedy {
    @Override
    public String advice() {
      return "";
    }
  }

  /**
   * Something to do with the file, or in the program that wrote it.
   *
   * @param advice in words that name no option
   */
  record Advice(String advice) implements Remedy {}

  /**
   * The file is not what its author wrote: it is cut short, damaged, or a placeholder.
   *
   * @param advice in words that name no option
   */
  record FetchAgain(String advice) implements Remedy {}

  /**
   * The file does what only a crafted file does: nothing should load it.
   *
   * @param advice in words that name no option
   */
  record DoNotTrust(String advice) implements Remedy {}

  /** The file would run code of its author's choice when Python loads it. */
  record Attack() implements Remedy {
    @Override
    public String advice() {
      return "do not load this file with anything, and delete it; nothing of it was run here";
    }
  }

  /** Something else changed the file, or its disk failed. */
  record TryAgain() implements Remedy {
    @Override
    public String advice() {
      return "try again when nothing changes it";
    }
  }

  /**
   * The tensors are in a safetensors file already.
   *
   * @param where whether that is this file or one inside it
   * @param name where it is, if the problem is reported for the file around it; else null
   */
  record AlreadyConverted(Where where, @Nullable ResourceName name) implements Remedy {
    @Override
    public String advice() {
      return "nothing needs converting" + (where == Where.INSIDE ? ": unpack it" : "");
    }
  }

  /** Where a safetensors file is. */
  enum Where {
    /** It is the file that was named. */
    THIS_FILE,
    /** It is inside that file, which is an archive or compressed. */
    INSIDE
  }

  /** What else may help, besides the remedy itself. */
  enum Means {
    /** Rules that select or rename tensors. */
    NAME_RULES,
    /** Writing the output in shards. */
    SHARDS,
    /** Removing what is there already. */
    REMOVAL
  }

  /** A damaged record can be read as it is with {@link ReadOptions.Crc#IGNORE}. */
  record IgnoreCrc() implements Remedy {
    @Override
    public String advice() {
      return "the file is damaged: get it again, or read it as it is without checking its CRC-32";
    }
  }

  /**
   * A policy can accept these globals as data; nothing of them is run.
   *
   * @param names module and qualified name of each, joined by a dot, as the policy takes them
   */
  record AcceptGlobals(List<String> names) implements Remedy {
    public AcceptGlobals {
      names = List.copyOf(names);
    }

    @Override
    public String advice() {
      return "nothing was run; if you trust "
          + (names.size() == 1 ? "it" : "them")
          + " as data, accept "
          + (names.size() == 1 ? "it" : "each")
          + " in the policy";
    }
  }

  /**
   * A limit is too low for such a file.
   *
   * @param limit the one to raise
   */
  record RaiseLimit(Limit limit) implements Remedy {
    @Override
    public String advice() {
      return "raise Limit." + limit.name() + " if you trust the file";
    }
  }

  /**
   * An archive holds several checkpoints, and one must be named.
   *
   * @param example how one of them can be named
   */
  record NameMember(ResourceName example) implements Remedy {
    @Override
    public String advice() {
      return "name the one to convert, as in '" + example + "'";
    }
  }

  /**
   * The name given does not exist; these names do.
   *
   * @param where "it holds" or another clause that the names follow
   * @param names the names that exist, as far as they are listed
   * @param more how many more exist
   */
  record NameOneOf(String where, List<String> names, long more) implements Remedy {
    public NameOneOf {
      names = List.copyOf(names);
    }

    @Override
    public String advice() {
      return where + ": " + String.join(", ", names) + (more > 0 ? " and " + more + " more" : "");
    }
  }

  /** A part of the checkpoint can be chosen as the root of the conversion. */
  record ChooseRoot() implements Remedy {
    @Override
    public String advice() {
      return "choose a part of the checkpoint as the root";
    }
  }

  /** The container next to the tensor's own can be chosen as the root. */
  record ChooseSibling() implements Remedy {
    @Override
    public String advice() {
      return "take its container's sibling as the root, or rename the key and save again";
    }
  }

  /**
   * The whole is too large for one header; parts of it can be converted.
   *
   * @param means what helps too: {@link Means#NAME_RULES} that select, {@link Means#SHARDS}
   */
  record ConvertParts(Set<Means> means) implements Remedy {
    public ConvertParts {
      means = Set.copyOf(means);
    }

    @Override
    public String advice() {
      return "convert parts of it"
          + (means.contains(Means.SHARDS) ? ", or split it into shards" : "");
    }
  }

  /** The name rules must change: they leave an empty name. */
  record ChangeNameRules() implements Remedy {
    @Override
    public String advice() {
      return "change the rules for names";
    }
  }

  /** The tensor must be renamed: safetensors allows no tensor of this name. */
  record RenameTensor() implements Remedy {
    @Override
    public String advice() {
      return "give it another by a rule for names, or leave it out";
    }
  }

  /**
   * Two tensors would have the same name.
   *
   * @param means {@link Means#NAME_RULES} if name rules can tell them apart
   * @param roots the paths of the two, in the form in which a root is given; empty if they have
   *     none
   */
  record SeparateNames(Set<Means> means, List<String> roots) implements Remedy {
    public SeparateNames {
      means = Set.copyOf(means);
      roots = List.copyOf(roots);
    }

    @Override
    public String advice() {
      return means.contains(Means.NAME_RULES)
          ? "convert one of them alone, leave one out, or rename a key"
          : "convert one of them alone, or rename a key and save again";
    }
  }

  /**
   * Tensors that safetensors cannot hold can be written in another form, or left out.
   *
   * @param forms the forms that must be allowed to write all of them; empty if none helps
   * @param tensors how many tensors these are
   */
  record WriteOtherwise(List<Form> forms, int tensors) implements Remedy {
    public WriteOtherwise {
      forms = List.copyOf(forms);
    }

    @Override
    public String advice() {
      String them = tensors == 1 ? "it" : "them";
      List<String> words = forms.stream().map(Form::words).toList();
      return (words.isEmpty() ? "" : "write " + them + " " + String.join(" and ", words) + ", or ")
          + "leave "
          + them
          + " out";
    }
  }

  /** How a tensor that safetensors cannot hold can be written. */
  enum Form {
    /** A complex tensor, as real numbers with a last dimension of 2. */
    COMPLEX_AS_REAL("as real numbers"),
    /** A quantized tensor, dequantized or as its components. */
    DEQUANTIZED_OR_COMPONENTS("dequantized or as components"),
    /** A quantized tensor, only as its components. */
    QUANTIZED_COMPONENTS("as components"),
    /** A sparse tensor, dense or as its components. */
    DENSE_OR_COMPONENTS("dense or as components"),
    /** A sparse tensor, only as its components. */
    SPARSE_COMPONENTS("as components"),
    /** A nested tensor, as its components. */
    NESTED_COMPONENTS("as components");

    private final String words;

    Form(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  /** Tensors that share a storage can each be written in full. */
  record WriteInFull() implements Remedy {
    @Override
    public String advice() {
      return "write each in full";
    }
  }

  /**
   * A selection of files can leave this one out.
   *
   * @param advice in words that name no option and end with leaving the file out
   */
  record LeaveOut(String advice) implements Remedy {}

  /**
   * The outputs can be written elsewhere.
   *
   * @param means {@link Means#REMOVAL} if that helps too
   */
  record ChooseTarget(Set<Means> means) implements Remedy {
    public ChooseTarget {
      means = Set.copyOf(means);
    }

    @Override
    public String advice() {
      return (means.contains(Means.REMOVAL) ? "remove it, or " : "")
          + "choose another tree for the outputs";
    }
  }

  /** A conversion of its own can write what this output does not hold. */
  record ConvertTheRest() implements Remedy {
    @Override
    public String advice() {
      return "write that by a conversion of its own, or remove the original by hand";
    }
  }
}
