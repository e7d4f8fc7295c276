package dev.pt2st.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.Limit;
import dev.pt2st.Remedy;
import dev.pt2st.Remedy.Form;
import dev.pt2st.ResourceName;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What can be done, as the command line says it: with its options, which the library has not. */
class RemedyTextTest {
  static Stream<Arguments> wordings() {
    return Stream.of(
        Arguments.of(Remedy.NONE, ""),
        Arguments.of(new Remedy.Advice("name the file alone"), "name the file alone"),
        Arguments.of(new Remedy.FetchAgain("get it again"), "get it again"),
        Arguments.of(new Remedy.DoNotTrust("do not load it"), "do not load it"),
        Arguments.of(new Remedy.TryAgain(), "try again when nothing changes it"),
        Arguments.of(
            new Remedy.AlreadyConverted(Remedy.Where.THIS_FILE, null), "nothing needs converting"),
        Arguments.of(
            new Remedy.AlreadyConverted(Remedy.Where.INSIDE, null),
            "nothing needs converting: unpack it"),
        Arguments.of(
            new Remedy.AlreadyConverted(
                Remedy.Where.INSIDE, new ResourceName("a.zip!b.safetensors")),
            "nothing needs converting: unpack it; inspect, verify and checksum take it as"
                + " 'a.zip!b.safetensors'"),
        Arguments.of(
            new Remedy.IgnoreCrc(),
            "the file is damaged: get it again, or convert it as it is with --no-crc"),
        Arguments.of(
            new Remedy.Attack(),
            "do not load this file with anything, and delete it; nothing of it was run here"),
        Arguments.of(
            new Remedy.AcceptGlobals(List.of("a.b")),
            "nothing was run; if you trust it as data, accept it with --allow NAME or all with"
                + " --inert"),
        Arguments.of(
            new Remedy.AcceptGlobals(List.of("a.b", "c.d")),
            "nothing was run; if you trust them as data, accept each with --allow NAME or all with"
                + " --inert"),
        Arguments.of(
            new Remedy.RaiseLimit(Limit.PICKLE_BYTES),
            "raise it with --max-pickle-bytes if you trust the file"),
        Arguments.of(
            new Remedy.NameMember(new ResourceName("a.zip!b.pt")),
            "name the one to convert, as in 'a.zip!b.pt'"),
        Arguments.of(
            new Remedy.NameOneOf("it holds", List.of("a", "b"), 3), "it holds: a, b and 3 more"),
        Arguments.of(new Remedy.ChooseRoot(), "choose a part of the checkpoint with --root"),
        Arguments.of(
            new Remedy.ChooseSibling(),
            "name its container's sibling with --root, or rename the key and save again"),
        Arguments.of(new Remedy.ConvertParts(Set.of()), "convert parts of it with --root"),
        Arguments.of(
            new Remedy.ConvertParts(Set.of(Remedy.Means.NAME_RULES, Remedy.Means.SHARDS)),
            "convert parts of it with --root or --include, or split it with --max-shard-size"),
        Arguments.of(new Remedy.ChangeNameRules(), "change --strip-prefix or --rename"),
        Arguments.of(
            new Remedy.RenameTensor(),
            "give it another with --rename, or leave it out with --exclude"),
        Arguments.of(
            new Remedy.SeparateNames(Set.of(Remedy.Means.NAME_RULES), List.of("[\"a\"]", "[0]")),
            "leave one out with --exclude, or rename a key with --rename"),
        Arguments.of(
            new Remedy.SeparateNames(Set.of(), List.of("[\"a\"]", "[0]")),
            "convert one of them alone with --root '[\"a\"]' or --root '[0]', or rename a key and save"
                + " again"),
        Arguments.of(new Remedy.SeparateNames(Set.of(), List.of()), "rename a key and save again"),
        Arguments.of(
            new Remedy.WriteOtherwise(List.of(Form.COMPLEX_AS_REAL, Form.SPARSE_COMPONENTS), 2),
            "convert them with --complex real and --sparse components, or leave them out with"
                + " --unsupported skip"),
        Arguments.of(
            new Remedy.WriteOtherwise(List.of(), 1), "leave it out with --unsupported skip"),
        Arguments.of(new Remedy.WriteInFull(), "write each in full with --shared keep"),
        Arguments.of(
            new Remedy.LeaveOut("rename one, or leave it out"),
            "rename one, or leave it out with --exclude"),
        Arguments.of(
            new Remedy.ChooseTarget(Set.of(Remedy.Means.REMOVAL)),
            "remove it, or choose another --out"),
        Arguments.of(new Remedy.ChooseTarget(Set.of()), "choose another --out"),
        Arguments.of(
            new Remedy.ConvertTheRest(),
            "write that with pt2st convert (--root, --sidecar), or remove the original by hand"));
  }

  @ParameterizedTest
  @MethodSource("wordings")
  void aRemedyIsWordedWithOptionsHereAndWithoutInTheLibrary(Remedy remedy, String text) {
    assertThat(RemedyText.of(remedy)).isEqualTo(text);
    assertThat(remedy.advice()).doesNotContain("--");
    assertThat(remedy.advice().isEmpty()).isEqualTo(text.isEmpty());
  }

  @Test
  void everyRemedyHasAWording() {
    Stream<Class<?>> worded = wordings().map(arguments -> arguments.get()[0].getClass());
    assertThat(worded.collect(Collectors.toSet()))
        .isEqualTo(Set.of(Remedy.class.getPermittedSubclasses()));
  }

  @ParameterizedTest
  @EnumSource
  void everyFormHasAnOption(Form form) {
    Remedy remedy = new Remedy.WriteOtherwise(List.of(form), 1);
    assertThat(RemedyText.of(remedy)).startsWith("convert it with --");
    assertThat(remedy.advice()).startsWith("write it ").doesNotContain("--");
  }

  @Test
  void onOneLineTheGlobalsAreNamedUpToFive() {
    List<String> names = List.of("a.a", "a.b", "a.c", "a.d", "a.e", "a.f", "a.g");
    assertThat(RemedyText.onOneLine(new Remedy.AcceptGlobals(names)))
        .isEqualTo(
            "if you trust it as data: --allow a.a --allow a.b --allow a.c --allow a.d --allow a.e"
                + " and 2 more");
    assertThat(RemedyText.onOneLine(new Remedy.WriteInFull()))
        .isEqualTo(RemedyText.of(new Remedy.WriteInFull()));
  }

  @Test
  void everyLimitHasAnOptionOfItsOwn() {
    assertThat(Arrays.stream(Limit.values()).map(RemedyText::option)).doesNotHaveDuplicates();
  }
}
