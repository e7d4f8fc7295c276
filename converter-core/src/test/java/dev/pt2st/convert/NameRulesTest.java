package dev.pt2st.convert;

import static dev.pt2st.testing.Py.call;
import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.list;
import static dev.pt2st.testing.Py.object;
import static dev.pt2st.testing.Py.orderedDict;
import static dev.pt2st.testing.Py.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.ReadOptions;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.LeftOut;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys on the way to a tensor, joined by dots, are its name; what gives none is refused. */
class NameRulesTest {
  private final Torch torch = new Torch();

  @TempDir Path temporary;

  private TestConversion convert(Object top) {
    return TestConversion.of(temporary, torch.zip(top));
  }

  @Test
  void keysIndicesAndAttributesAreJoined() throws Exception {
    Object top =
        dict(
            "blocks",
            list(dict("weight", torch.tensor(1)), tuple(torch.tensor(2), torch.tensor(3))),
            "config",
            object("argparse.Namespace", dict("scale", torch.tensor(4))),
            "ordered",
            orderedDict("x.y", torch.tensor(5)));
    assertThat(convert(top).names())
        .containsExactly(
            "blocks.0.weight", "blocks.1.0", "blocks.1.1", "config.scale", "ordered.x.y");
  }

  @Test
  void integersAreWrittenInDecimal() throws Exception {
    Object top =
        dict(
            0,
            torch.tensor(1),
            -3,
            torch.tensor(2),
            Long.MAX_VALUE,
            torch.tensor(3),
            new Py.Raw("\u008a\12\0\0\0\0\0\0\0\0\1\0"),
            torch.tensor(4));
    assertThat(convert(top).names())
        .containsExactlyInAnyOrder("0", "-3", "9223372036854775807", "18446744073709551616");
  }

  /** A shared container is walked under each of its names, and all that is in it with it. */
  @Test
  void everyPlaceThatIsVisitedCounts() throws Exception {
    Map<Object, Object> shared = new java.util.LinkedHashMap<>();
    for (int i = 0; i < 1000; i++) {
      shared.put("number " + i, i);
    }
    shared.put("w", torch.tensor(1));
    Object[] references = new Object[100];
    Arrays.fill(references, shared);
    Object top = list(references);
    assertThat(convert(top).names()).hasSize(100);
    convert(top)
        .with(
            ConvertOptions.STANDARD.withRead(
                ReadOptions.STANDARD.withLimits(Limits.STANDARD.with(Limit.NAMES, 10_000))))
        .rejected(LimitException.class)
        .hasMessageContaining("more than 10000 names");
  }

  static Stream<Object> otherKeys() {
    return Stream.of(true, 1.5, new byte[] {65}, tuple("a", "b"), new Py.Raw("N"));
  }

  @ParameterizedTest
  @MethodSource("otherKeys")
  void aKeyOfAnotherKindIsRefusedWhereItLeadsToATensor(Object key) throws Exception {
    convert(dict("a", dict("w", torch.tensor(1), "b", dict(key, list(torch.tensor(2))))))
        .rejected(RefusedException.class)
        .hasMessageContaining("under a key that is")
        .hasMessageContaining("in the container at \"a.b\"");
    assertThat(convert(dict("w", torch.tensor(1), key, "no tensor")).names()).containsExactly("w");
  }

  @Test
  void aBareTensorIsCalledTensor() throws Exception {
    assertThat(convert(torch.tensor(1)).tensors())
        .containsExactly(Map.entry("tensor", "F32[1] 0000803f"));
  }

  @Test
  void twoTensorsOfOneNameAreRefusedNamingBothPaths() {
    convert(dict("a.b", torch.tensor(1), "a", dict("b", torch.tensor(2))))
        .rejected(RefusedException.class)
        .hasMessageContaining("tensor \"a.b\"")
        .hasMessageContaining("[\"a.b\"] and [\"a\"][\"b\"]");
    convert(dict("m", dict("0", torch.tensor(1), 0, torch.tensor(2)), "n", 1))
        .rejected(RefusedException.class)
        .hasMessageContaining("two tensors would have this name: [\"0\"] and [0]")
        .satisfies(e ->
            assertThat(((RefusedException) e).remedy())
                .isEqualTo(
                    new Remedy.SeparateNames(Set.of(), List.of("[\"m\"][\"0\"]", "[\"m\"][0]"))));
  }

  @ParameterizedTest
  @CsvSource({
    "'[\"m\"][\"0\"]', 0000803f",
    "'[\"m\"][0]', 00000040",
    "'[\"a.b\"]', 00004040",
    "'[\"a\"][\"b\"]', 00008040"
  })
  void aRootInBracketsTellsApartWhatHasOneName(String root, String hex) throws Exception {
    Object top =
        dict(
            "m", dict("0", torch.tensor(1), 0, torch.tensor(2)),
            "a.b", torch.tensor(3),
            "a", dict("b", torch.tensor(4)));
    TestConversion conversion = convert(top).root(root);
    assertThat(conversion.tensors()).containsExactly(Map.entry("tensor", "F32[1] " + hex));
    assertThat(conversion.plan().leftOut().stream().mapToLong(LeftOut::tensors).sum()).isEqualTo(3);
  }

  @Test
  void theSameTensorUnderOneNameByTwoWaysIsOneTensor() throws Exception {
    Object shared = torch.tensor(1);
    Object output =
        new Py.WithItems(object("zoo.ModelOutput", dict("logits", shared)), dict("logits", shared));
    assertThat(convert(dict("o", output)).names()).containsExactly("o.logits");
  }

  @Test
  void theSameTensorUnderTwoNamesIsWrittenTwice() throws Exception {
    Object shared = torch.tensor(1);
    Object box = dict("w", shared);
    assertThat(convert(dict("a", box, "b", box)).names()).containsExactly("a.w", "b.w");
  }

  @Test
  void theNameOfTheMetadataIsTaken() {
    convert(dict("__metadata__", torch.tensor(1)))
        .rejected(RefusedException.class)
        .hasMessageContaining("keeps this name for itself");
  }

  @Test
  void aNameMustBeUnicode() {
    convert(dict(new Py.Raw("V\\ud800\n"), torch.tensor(1)))
        .rejected(MalformedException.class)
        .hasMessageContaining("is not Unicode");
  }

  @Test
  void namesAreOrderedByTheirUtf8AfterTheWidthOfTheirElements() throws Exception {
    List<String> names = List.of("", " ", "A", "a", "a.b", "aa", "é", "z", "\uff21", "😀");
    Map<Object, Object> top = dict();
    names.reversed().forEach(name -> top.put(name, torch.tensor(1)));
    top.put("byte", torch.byteTensor(1));
    List<String> expected =
        Stream.concat(
                names.stream()
                    .sorted(
                        Comparator.comparing(
                            name -> name.getBytes(StandardCharsets.UTF_8),
                            Arrays::compareUnsigned)),
                Stream.of("byte"))
            .toList();
    assertThat(convert(top).names()).isEqualTo(expected);
  }

  @Test
  void whatLeadsBackToAContainerOnTheWayIsSkippedAndSaid() throws Exception {
    List<Object> ring = list();
    ring.add(ring);
    ring.add(torch.tensor(1));
    TestConversion conversion = convert(dict("ring", ring));
    assertThat(conversion.names()).containsExactly("ring.1");
    assertThat(conversion.plan().leftOut())
        .extracting(LeftOut::key)
        .containsExactly("ring.0 (refers back to what contains it)");
    List<Object> empty = list();
    empty.add(empty);
    assertThat(convert(dict("w", torch.tensor(1), "ring", empty)).names()).containsExactly("w");
  }

  @Test
  void argumentsListItemsAndSetsGiveNoNames() throws Exception {
    Object top =
        dict(
            "w",
            torch.tensor(1),
            "o",
            call("collections.deque", list(torch.tensor(2))),
            "s",
            Py.set(torch.tensor(3)));
    assertThat(convert(top).names()).containsExactly("w");
    assertThat(convert(top).plan().leftOut())
        .containsExactly(new LeftOut("o", 1, 4), new LeftOut("s", 1, 4));
  }

  @Test
  void anInertMappingIsNamedByItsStateAndItsItems() throws Exception {
    Object config =
        new Py.WithItems(
            object("argparse.Namespace", dict("attribute", torch.tensor(1))),
            dict("item", torch.tensor(2)));
    assertThat(convert(dict("c", config)).names()).containsExactly("c.attribute", "c.item");
  }

  @Test
  void slotsAreAttributesToo() throws Exception {
    Object slots =
        object("argparse.Namespace", tuple(dict("a", torch.tensor(1)), dict("b", torch.tensor(2))));
    Object onlySlots = object("argparse.Namespace", tuple(null, dict("c", torch.tensor(3))));
    assertThat(convert(dict("x", slots, "y", onlySlots)).names())
        .containsExactly("x.a", "x.b", "y.c");
  }

  @Test
  void nestingAndNamesAreBounded() throws Exception {
    Object deep = torch.tensor(1);
    for (int i = 0; i < 30; i++) {
      deep = list(deep);
    }
    Limits limits = Limits.STANDARD.with(Limit.NESTING, 30);
    assertThat(
            convert(deep)
                .with(ConvertOptions.STANDARD.withRead(ReadOptions.STANDARD.withLimits(limits)))
                .names())
        .hasSize(1);
    convert(list(deep))
        .with(ConvertOptions.STANDARD.withRead(ReadOptions.STANDARD.withLimits(limits)))
        .rejected(LimitException.class)
        .hasMessageContaining("Limit.NESTING");
    Object wide = torch.tensor(1);
    for (int i = 0; i < 12; i++) {
      wide = list(wide, wide, wide, wide, wide, wide, wide, wide, wide);
    }
    convert(wide)
        .with(
            ConvertOptions.STANDARD.withRead(
                ReadOptions.STANDARD.withLimits(Limits.STANDARD.with(Limit.NAMES, 10_000))))
        .rejected(LimitException.class)
        .hasMessageContaining("Limit.NAMES");
  }
}
