package dev.pt2st.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.tensor.DType;
import dev.pt2st.torch.Allowlist.Entry;
import dev.pt2st.torch.Allowlist.Kind;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The one table of names: exact, complete, and each with what Java makes of it. */
class AllowlistTest {

  private static Set<String> namesOf(Kind... kinds) {
    Set<Kind> wanted = Set.of(kinds);
    return Allowlist.entries().stream()
        .filter(entry -> wanted.contains(entry.kind()))
        .map(Entry::name)
        .collect(Collectors.toSet());
  }

  @Test
  void namesAreExact() {
    assertThat(Allowlist.entries())
        .extracting(Entry::name)
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)+"));
  }

  @Test
  void everyEntrySaysWhyAndWhere() {
    assertThat(Allowlist.entries())
        .allSatisfy(entry -> {
          assertThat(entry.why()).isNotBlank();
          assertThat(entry.source()).isNotBlank();
          assertThat(Allowlist.find(entry.name())).isSameAs(entry);
        });
  }

  @Test
  void whatIsRebuiltHasAConstructorAndNothingElseHas() {
    Set<String> rebuilt = namesOf(Kind.REBUILD, Kind.CONSTRUCTOR);
    // Its module became torch._tensor, before the look-up.
    rebuilt.remove("torch.tensor._rebuild_from_type");
    assertThat(TorchDomain.constructorNames()).containsExactlyInAnyOrderElementsOf(rebuilt);
  }

  @Test
  void everyDtypeIsKnown() {
    assertThat(namesOf(Kind.DTYPE)).allMatch(name -> DType.ofTorchName(name) != null);
    Set<String> listed = namesOf(Kind.DTYPE);
    assertThat(DType.values())
        .extracting(DType::torchName)
        .filteredOn(Objects::nonNull) // safetensors has two that PyTorch has not
        .allMatch(listed::contains);
  }

  @Test
  void everyStorageIsOfAKnownDtype() {
    assertThat(namesOf(Kind.STORAGE))
        .allMatch(name -> {
          String type = name.substring(name.lastIndexOf('.') + 1);
          return type.endsWith("UntypedStorage")
              || type.endsWith("TypedStorage")
              || type.equals("_StorageBase")
              || DType.ofStorageClass(type) != null;
        });
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void everyKindIsInUse(Kind kind) {
    assertThat(namesOf(kind)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "builtins.eval",
        "builtins.exec",
        "builtins.getattr",
        "builtins.setattr",
        "builtins.__import__",
        "builtins.open",
        "builtins.map",
        "builtins.object.__reduce__",
        "os.system",
        "posix.system",
        "subprocess.Popen",
        "operator.attrgetter",
        "operator.methodcaller",
        "functools.partial",
        "importlib.import_module",
        "runpy._run_code",
        "torch.load",
        "torch.hub.load",
        "torch.jit.load",
        "torch.utils.cpp_extension.load_inline",
        "torch.serialization.load",
        "torch.nn.modules",
        "torch.nn.modules.linear",
        "numpy.load",
        "numpy.testing._private.utils.runstring",
        "pickle.loads",
        "_pickle.loads",
        "webbrowser.open",
        "collections",
        "",
      })
  void whatCouldRunCodeIsNotOnTheList(String name) {
    assertThat(Allowlist.find(name)).isNull();
  }
}
