package dev.pt2st.convert.options;

import static dev.pt2st.testing.Py.dict;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.UnsupportedException;
import dev.pt2st.convert.plan.LeftOut;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tensors are chosen by their names below the root; then the names are changed. */
class NameOptionsTest {
  private final Torch torch = new Torch();

  @TempDir Path temporary;

  private TestConversion convert(Object top, UnaryOperator<NameOptions> names) {
    return TestConversion.of(temporary, torch.zip(top))
        .with(ConvertOptions.STANDARD.withNames(names.apply(NameOptions.NONE)));
  }

  private Object model() {
    return dict(
        "model",
        dict(
            "module.encoder.weight", torch.tensor(1),
            "module.encoder.bias", torch.tensor(2, 3),
            "module.head.weight", torch.tensor(4)),
        "epoch",
        3);
  }

  @Test
  void onlyWhatIsIncludedIsTaken() throws Exception {
    assertThat(convert(model(), names -> names.include("*.bias").include("*head*")).names())
        .containsExactly("module.encoder.bias", "module.head.weight");
  }

  @Test
  void whatIsExcludedIsNotTakenThoughItIsIncludedToo() throws Exception {
    assertThat(convert(model(), names -> names.exclude("*.bias").include("*encoder*")).names())
        .containsExactly("module.encoder.weight");
  }

  @Test
  void whatIsNotTakenIsSaidUnderItsWholePath() throws Exception {
    assertThat(convert(model(), names -> names.exclude("*encoder*")).plan().leftOut())
        .containsExactly(
            new LeftOut("epoch", 0, 0),
            new LeftOut("model.module.encoder.weight", 1, 4, true),
            new LeftOut("model.module.encoder.bias", 1, 8, true));
  }

  @Test
  void globsLookAtTheNamesBeforeTheyAreChanged() throws Exception {
    assertThat(
            convert(model(), names -> names.include("module.head.*").stripPrefix("module."))
                .names())
        .containsExactly("head.weight");
  }

  @Test
  void prefixesAreStrippedOnceEachAndInOrderAndThenNamesChanged() throws Exception {
    Plan plan =
        convert(
                dict("a.a.b.x", torch.tensor(1), "b.y", torch.tensor(2), "z", torch.tensor(3)),
                names ->
                    names
                        .rename("s/^/p./")
                        .rename("s/^p\\.z$/q/")
                        .stripPrefix("a.")
                        .stripPrefix("b."))
            .plan();
    assertThat(plan.tensors())
        .extracting(tensor -> tensor.info().name())
        .containsExactly("p.a.b.x", "p.y", "q");
    assertThat(plan.renamed()).isEqualTo(Map.of("p.a.b.x", "a.a.b.x", "p.y", "b.y", "q", "z"));
  }

  @Test
  void twoTensorsUnderOneNewNameAreRefusedNamingBoth() {
    convert(
            dict("module.a", torch.tensor(1), "a", torch.tensor(2)),
            names -> names.stripPrefix("module."))
        .rejected(RefusedException.class)
        .hasMessageContaining("two tensors would have this name: [\"module.a\"] and [\"a\"]");
  }

  @Test
  void aNameInTheWayMayBeExcludedOrChanged() throws Exception {
    Object top =
        dict(
            "__metadata__",
            torch.tensor(1),
            "a.b",
            torch.tensor(2),
            "a",
            dict("b", torch.tensor(3)));
    assertThat(
            convert(
                    dict("__metadata__", torch.tensor(1), "w", torch.tensor(2)),
                    names -> names.rename("s/^__(.*)__$/\\1/"))
                .names())
        .containsExactly("metadata", "w");
    convert(top, names -> names.exclude("__*")).rejected(RefusedException.class);
  }

  @Test
  void namesThatNoHeaderCanHoldAreRefused() {
    convert(model(), names -> names.include("*.bias").rename("s/.*//"))
        .rejected(RefusedException.class)
        .hasMessageContaining("the tensor at [\"module.encoder.bias\"] would have an empty name");
    convert(model(), names -> names.include("*.bias").rename("s/.*/__metadata__/"))
        .rejected(RefusedException.class)
        .hasMessageContaining("safetensors keeps this name for itself");
    convert(model(), names -> names.include("*.bias").rename("s/.*/\ud800/"))
        .rejected(MalformedException.class)
        .hasMessageContaining("is not Unicode");
    NameOptions growing = NameOptions.NONE.include("*encoder*");
    for (int i = 0; i < 11; i++) {
      growing = growing.rename("s/^/" + "x".repeat(10_000_000) + "/");
    }
    NameOptions grown = growing;
    convert(model(), names -> grown)
        .rejected(UnsupportedException.class)
        .hasMessageContaining("more than any header takes");
  }

  @Test
  void whereNothingIsLeftItIsSaidWhy() {
    convert(model(), names -> names.include("decoder.*"))
        .rejected(UnsupportedException.class)
        .hasMessageContaining(
            "there is no tensor at the root \"model\" that the include and exclude patterns"
                + " leave");
  }

  @Test
  void whatIsExcludedMayBeOfAnyKind() throws Exception {
    Object meta =
        Py.call(
            "torch._utils._rebuild_meta_tensor_no_storage",
            Py.global("torch.float32"),
            Py.tuple(2),
            Py.tuple(1),
            false);
    Object top = dict("meta", meta, "w", torch.tensor(1));
    convert(top, names -> names).rejected(RefusedException.class);
    assertThat(convert(top, names -> names.exclude("meta")).names()).containsExactly("w");
  }
}
