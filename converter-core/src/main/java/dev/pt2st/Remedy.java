package dev.pt2st;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What can be done about a complaint, as plain data: each case says what it asks for, and whoever
 * shows it finds the words that its readers know, such as the options of a program. {@link
 * #advice()} has words for a caller of this library.
 */
public sealed interface Remedy {
  /** The problem says it all. */
  Remedy NONE = new None();

  /** In words that name no option of any program; empty if there is nothing to add. */
  String advice();

  /** Nothing is known that would help, or the problem says it already. */
  record None() implements Remedy {
    @Override
    public String advice() {
      return "";
    }
  }

  /**
   * Something to do with the file, or where it was made.
   *
   * @param advice in words that name no option
   */
  record Advice(String advice) implements Remedy {}

  /**
   * The file is not what its maker wrote: cut short, damaged, or a placeholder for it.
   *
   * @param advice in words that name no option
   */
  record FetchAgain(String advice) implements Remedy {}

  /**
   * The file does what only a made up one does: it is best not loaded by anything.
   *
   * @param advice in words that name no option
   */
  record DoNotTrust(String advice) implements Remedy {}

  /** The file would run code of its maker's choice when Python loads it. */
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
   * @param where whether that is this file or one inside of it
   * @param name where it is, if the complaint is about the file around it; else null
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
    /** It is inside of that, which is an archive or compressed. */
    INSIDE
  }

  /** What else may help, beside what a remedy says of itself. */
  enum Means {
    /** Rules that choose or change names. */
    NAME_RULES,
    /** Shards. */
    SHARDS,
    /** To remove what is there already. */
    REMOVAL
  }

  /** A record is damaged, and could be read as it is with {@link ReadOptions.Crc#IGNORE}. */
  record IgnoreCrc() implements Remedy {
    @Override
    public String advice() {
      return "the file is damaged: get it again, or read it as it is without checking its CRC-32";
    }
  }

  /**
   * A policy could accept these globals, as data of which nothing is run.
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
   * What was named is not there, and this is.
   *
   * @param where "it holds" or another clause that the names follow
   * @param names what is there, as far as it is listed
   * @param more how many more there are
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

  /** Another root than the whole checkpoint can be converted. */
  record ChooseRoot() implements Remedy {
    @Override
    public String advice() {
      return "choose a part of the checkpoint as the root";
    }
  }

  /** The container beside that of a tensor can be the root. */
  record ChooseSibling() implements Remedy {
    @Override
    public String advice() {
      return "take its container's sibling as the root, or rename the key and save again";
    }
  }

  /**
   * The whole is too large for one header.
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

  /** The rules for names leave nothing of one. */
  record ChangeNameRules() implements Remedy {
    @Override
    public String advice() {
      return "change the rules for names";
    }
  }

  /** No tensor may have this name. */
  record RenameTensor() implements Remedy {
    @Override
    public String advice() {
      return "give it another by a rule for names, or leave it out";
    }
  }

  /**
   * Two tensors would have one name.
   *
   * @param means {@link Means#NAME_RULES} if these can tell them apart
   * @param roots the paths of the two, as a root can be given; empty if they have none
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
   * Tensors that safetensors cannot hold can be written as something else, or left out.
   *
   * @param forms what would have to be allowed for all of them; empty if nothing helps
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

  /** As what a tensor can be written that safetensors cannot hold. */
  enum Form {
    /** A complex tensor, as real numbers with a last dimension of 2. */
    COMPLEX_AS_REAL("as real numbers"),
    /** A quantized tensor, as the numbers that it stands for or as its parts. */
    DEQUANTIZED_OR_COMPONENTS("dequantized or as components"),
    /** A quantized tensor, as its parts alone. */
    QUANTIZED_COMPONENTS("as components"),
    /** A sparse tensor, in full or as its parts. */
    DENSE_OR_COMPONENTS("dense or as components"),
    /** A sparse tensor, as its parts alone. */
    SPARSE_COMPONENTS("as components"),
    /** A nested tensor, as its parts. */
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
   * A selection of files can leave one out.
   *
   * @param advice in words that name no option and end with that
   */
  record LeaveOut(String advice) implements Remedy {}

  /**
   * The outputs can go elsewhere.
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

  /** What an output does not hold can be had by a conversion of its own. */
  record ConvertTheRest() implements Remedy {
    @Override
    public String advice() {
      return "write that by a conversion of its own, or remove the original by hand";
    }
  }
}
