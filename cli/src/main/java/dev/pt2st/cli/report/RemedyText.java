package dev.pt2st.cli.report;

import dev.pt2st.Limit;
import dev.pt2st.Remedy;
import dev.pt2st.Remedy.Means;
import dev.pt2st.ResourceName;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Words a remedy with the options of the command line. */
public final class RemedyText {
  /** How many names a remedy lists in the report of a migration. */
  private static final int MOST_GLOBALS = 5;

  private RemedyText() {}

  /** The option for a limit. */
  public static String option(Limit limit) {
    return "--max-" + limit.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The remedy as a clause; empty if there is nothing to say. */
  public static String of(Remedy remedy) {
    return switch (remedy) {
      case Remedy.None none -> "";
      case Remedy.Advice(String advice) -> advice;
      case Remedy.FetchAgain(String advice) -> advice;
      case Remedy.DoNotTrust(String advice) -> advice;
      case Remedy.Attack attack -> attack.advice();
      case Remedy.TryAgain again -> again.advice();
      case Remedy.AlreadyConverted done -> alreadyConverted(done);
      case Remedy.IgnoreCrc ignore ->
          "the file is damaged: get it again, or convert it as it is with --no-crc";
      case Remedy.AcceptGlobals(List<String> names) ->
          "nothing was run; if you trust "
              + (names.size() == 1 ? "it" : "them")
              + " as data, accept "
              + (names.size() == 1 ? "it" : "each")
              + " with --allow NAME or all with --inert";
      case Remedy.RaiseLimit(Limit limit) ->
          "raise it with " + option(limit) + " if you trust the file";
      case Remedy.NameMember member -> member.advice();
      case Remedy.NameOneOf names -> names.advice();
      case Remedy.ChooseRoot root -> "choose a part of the checkpoint with --root";
      case Remedy.ChooseSibling sibling ->
          "name its container's sibling with --root, or rename the key and save again";
      case Remedy.ConvertParts(Set<Means> means) ->
          "convert parts of it with --root"
              + (means.contains(Means.NAME_RULES) ? " or --include" : "")
              + (means.contains(Means.SHARDS) ? ", or split it with --max-shard-size" : "");
      case Remedy.ChangeNameRules rules -> "change --strip-prefix or --rename";
      case Remedy.RenameTensor rename ->
          "give it another with --rename, or leave it out with --exclude";
      case Remedy.SeparateNames(Set<Means> means, List<String> roots) ->
          separateNames(means.contains(Means.NAME_RULES), roots);
      case Remedy.WriteOtherwise(List<Remedy.Form> forms, int tensors) ->
          writeOtherwise(forms, tensors == 1 ? "it" : "them");
      case Remedy.WriteInFull full -> "write each in full with --shared keep";
      case Remedy.LeaveOut(String advice) -> advice + " with --exclude";
      case Remedy.ChooseTarget(Set<Means> means) ->
          (means.contains(Means.REMOVAL) ? "remove it, or " : "") + "choose another --out";
      case Remedy.ConvertTheRest rest ->
          "write that with pt2st convert (--root, --sidecar), or remove the original by hand";
    };
  }

  /** The same for a place without a list of globals below it: the clause names them. */
  public static String onOneLine(Remedy remedy) {
    if (!(remedy instanceof Remedy.AcceptGlobals(List<String> names))) {
      return of(remedy);
    }
    StringBuilder text = new StringBuilder("if you trust it as data:");
    for (String name : names.subList(0, Math.min(MOST_GLOBALS, names.size()))) {
      text.append(" --allow ").append(name);
    }
    return names.size() > MOST_GLOBALS
        ? text.append(" and ").append(names.size() - MOST_GLOBALS).append(" more").toString()
        : text.toString();
  }

  private static String separateNames(boolean byRules, List<String> roots) {
    if (byRules) {
      return "leave one out with --exclude, or rename a key with --rename";
    }
    String alone =
        roots.stream()
            .map(root -> "--root " + Failure.word(root))
            .collect(Collectors.joining(" or "));
    return (alone.isEmpty() ? "" : "convert one of them alone with " + alone + ", or ")
        + "rename a key and save again";
  }

  private static String alreadyConverted(Remedy.AlreadyConverted done) {
    ResourceName name = done.name();
    return name == null
        ? done.advice()
        : done.advice() + "; inspect, verify and checksum take it as '" + name + "'";
  }

  private static String writeOtherwise(List<Remedy.Form> forms, String them) {
    List<String> options = forms.stream().map(RemedyText::option).toList();
    return (options.isEmpty()
            ? ""
            : "convert " + them + " with " + String.join(" and ", options) + ", or ")
        + "leave "
        + them
        + " out with --unsupported skip";
  }

  private static String option(Remedy.Form form) {
    return switch (form) {
      case COMPLEX_AS_REAL -> "--complex real";
      case DEQUANTIZED_OR_COMPONENTS -> "--quantized dequantize|components";
      case QUANTIZED_COMPONENTS -> "--quantized components";
      case DENSE_OR_COMPONENTS -> "--sparse dense|components";
      case SPARSE_COMPONENTS -> "--sparse components";
      case NESTED_COMPONENTS -> "--nested components";
    };
  }
}
