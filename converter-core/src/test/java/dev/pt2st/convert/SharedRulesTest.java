package dev.pt2st.convert;

import static dev.pt2st.testing.Py.dict;
import static dev.pt2st.testing.Py.tuple;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.RefusedException;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.options.ConvertOptions.Shared;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tensors of one storage are written in full, or one stands for the others: the tables hold what
 * {@code safetensors.torch} 0.8 removes.
 */
class SharedRulesTest {
  private static final ConvertOptions DROP = ConvertOptions.STANDARD.withShared(Shared.DROP);

  private final Torch torch = new Torch();

  @TempDir Path temporary;

  /** Views of a storage of four floats, each as {@code name offset:length} or with a stride. */
  private TestConversion views(String views) {
    Object storage = torch.floats(0, 1, 2, 3);
    Map<Object, Object> top = dict();
    for (String view : views.split(" ", -1)) {
      String[] parts = view.split("[=:*]", -1);
      int stride = parts.length > 3 ? Integer.parseInt(parts[3]) : 1;
      top.put(
          parts[0],
          Torch.view(
              storage,
              Integer.parseInt(parts[1]),
              tuple(Integer.parseInt(parts[2])),
              tuple(stride)));
    }
    return TestConversion.of(temporary, torch.zip(top));
  }

  @ParameterizedTest
  @CsvSource({
    "b=0:4 a=0:4, b>a",
    "a=0:2 b=0:4, a>b",
    "a=0:2 b=2:2 c=0:4, a>c b>c",
    "a=0:4 b=0:4*0, b>a",
    "a=0:4 b=0:1 c=3:1, b>a c>a",
    "a=0:4, ''",
  })
  void oneCompleteTensorStaysForItsGroup(String views, String dropped) throws Exception {
    Plan plan = views(views).with(DROP).plan();
    Map<String, String> expected =
        Stream.of(dropped.split(" ", -1))
            .filter(pair -> !pair.isEmpty())
            .collect(
                Collectors.toMap(pair -> pair.split(">", -1)[0], pair -> pair.split(">", -1)[1]));
    assertThat(plan.dropped()).isEqualTo(expected);
    Map<String, String> metadata = new TreeMap<>(expected);
    metadata.put("format", "pt");
    assertThat(plan.metadata()).isEqualTo(metadata);
    assertThat(plan.tensors().stream().map(tensor -> tensor.info().name()).toList())
        .hasSize(views.split(" ", -1).length - expected.size())
        .noneMatch(expected::containsKey);
  }

  @ParameterizedTest
  @CsvSource({"a=0:2 b=0:2, 'a, b'", "a=0:2 b=1:2, 'a, b'", "x=1:3 a=0:3, 'a, x'"})
  void aGroupWithoutACompleteTensorIsRefused(String views, String names) {
    views(views)
        .with(DROP)
        .rejected(RefusedException.class)
        .hasMessageContaining("none of the tensors " + names + " covers the storage")
        .hasMessageContaining("write each in full");
  }

  @Test
  void keepWritesEachInFull() throws Exception {
    assertThat(views("b=0:4 a=0:2 c=2:2 d=0:2*2").tensors())
        .containsExactly(
            Map.entry("a", "F32[2] 000000000000803f"),
            Map.entry("b", "F32[4] 000000000000803f0000004000004040"),
            Map.entry("c", "F32[2] 0000004000004040"),
            Map.entry("d", "F32[2] 0000000000000040"));
  }

  @Test
  void equalBytesInTwoStoragesAreNotShared() throws Exception {
    byte[] zip = torch.zip(dict("a", torch.tensor(1), "b", torch.tensor(1)));
    assertThat(TestConversion.of(temporary, zip).with(DROP).plan().dropped()).isEmpty();
  }
}
