package dev.pt2st.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Names with dots are modules in one another. */
class ModuleTreeTest {

  private static ModuleTree treeOf(String... names) {
    return ModuleTree.of(Arrays.stream(names).map(ModuleTreeTest::tensor).toList());
  }

  private static TensorSummary tensor(String name) {
    return new TensorSummary(name, "", DType.F32, Shape.of(2, 3), null, 24, "", "", "");
  }

  @Test
  void eachModuleSumsUpWhatIsInIt() {
    ModuleTree top = treeOf("a.0.weight", "a.0.bias", "a.1.weight", "b");
    assertThat(top.tensors()).isEqualTo(4);
    assertThat(top.elements()).isEqualTo(24);
    assertThat(top.bytes()).isEqualTo(96);
    assertThat(top.children()).extracting(ModuleTree::name).containsExactly("a", "b");
    ModuleTree a = List.copyOf(top.children()).getFirst();
    assertThat(a.tensors()).isEqualTo(3);
    assertThat(a.hasModules()).isTrue();
    assertThat(a.children()).extracting(ModuleTree::name).containsExactly("0", "1");
    assertThat(a.children()).noneMatch(ModuleTree::hasModules).allMatch(ModuleTree::isModule);
  }

  @Test
  void aTensorStandsBesideTheModules() {
    ModuleTree b = List.copyOf(treeOf("a.w", "b").children()).getLast();
    assertThat(b.isModule()).isFalse();
    assertThat(b.tensor()).isEqualTo(tensor("b"));
  }

  @Test
  void aNameMayBeOfAModuleAndOfATensor() {
    ModuleTree a = List.copyOf(treeOf("a", "a.b").children()).getFirst();
    assertThat(a.tensors()).isEqualTo(2);
    assertThat(a.tensor()).isEqualTo(tensor("a"));
    assertThat(a.isModule()).isTrue();
  }

  @Test
  void emptyPartsAreParts() {
    ModuleTree top = treeOf("", ".a", "b..c");
    assertThat(top.tensors()).isEqualTo(3);
    assertThat(top.children()).extracting(ModuleTree::name).containsExactly("", "b");
  }

  @Test
  void aNameOfAMillionDotsIsNoDeeperThanAThousand() {
    ModuleTree at = treeOf(".".repeat(1_000_000));
    int depth = 0;
    while (at.isModule()) {
      at = List.copyOf(at.children()).getFirst();
      depth++;
    }
    assertThat(depth).isEqualTo(1000);
  }
}
