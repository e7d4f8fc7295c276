package dev.pt2st.scan.format;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What TorchScript runs while its archive is loaded is on a list, or is named. */
class TorchScriptCodeTest {
  private static final String MODULE =
      """
      class Net(Module):
        __parameters__ = ["w", ]
        training : bool
        w : Tensor
        q : __torch__.Other
        def forward(self: __torch__.Net,
          x: Tensor) -> Tensor:
          return torch.matmul(x, getattr(self, "0"))
        def __getstate__(self: __torch__.Net) -> Tuple[Tensor, bool]:
          return ((self).packed(), self.training)
        def __setstate__(self: __torch__.Net,
          state: Tuple[Tensor, bool]) -> NoneType:
          w = (state)[0]
          self.training = (state)[1]
      %s
          return None
        def pack(self: __torch__.Net,
          w: Tensor) -> NoneType:
          if torch.eq(self.mode, "os.system('(')"):
            self.p = ops.quantized.linear_prepack(w, None)
          else:
            ops.prim.RaiseException("no")
          return None
        def write(self: __torch__.Net,
          w: Tensor) -> NoneType:
          torch.save(w, "a")
          return None
      """;

  private static String programOf(String... files) {
    TorchScriptCode code = new TorchScriptCode();
    for (String file : files) {
      code.add(file);
    }
    return code.program();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "    _0 = (self).pack(w, )",
        "    self.p = ops.quantized.conv2d_prepack(w, None, [1, 1], [0, 0], [1, 1], 1)",
        "    if isinstance(w, Tensor):\n      self.w = unchecked_cast(Tensor, w)\n    else:\n      pass",
        "    # torch.save(w, 1)",
      })
  void whatRepacksWeightsIsHarmless(String line) {
    assertThat(programOf(MODULE.formatted(line))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "    torch.save(w, \"/root/.profile\")",
        "    ops.aten.save(w, \"a\")",
        "    _0 = (self).write(w, )",
        "    _0 = self.write(w)",
        "    _0 = (self.q).pack(w, )",
        "    _0 = (w).save(\"a\")",
        "    _0 = (torch.save\n    (w, \"a\"))",
        "    _0 = torch . save (w, \"a\")",
        "    _0 = (self.q) . len (w)",
        "    _0 = (self.q).\n  len(w)",
        "    _0 = (self)[0](w)",
        "    _0 = __torch__.f(w)",
        "    _1 = __torch__.f\n    _0 = _1(w)",
        "    annotate = torch.save\n    annotate(w, \"a\")",
        "    for len in [torch.save]:\n      len(w, \"a\")",
        "    torch = __torch__.f\n    torch.eq(w)",
        "    self = self.q\n    _0 = (self).pack(w, )",
        "    a, self = w, self.q\n    _0 = (self).pack(w, )",
        "    with self.q:\n      pass",
        "    _0 = \"\"\"\n  \"\"\"",
        "    _0 = w + \\\n    torch.save(w, \"a\")",
        "    _0 = \u00e9(w)",
      })
  void whatElseIsCalledIsNamed(String line) {
    assertThat(programOf(MODULE.formatted(line)))
        .startsWith("TorchScript of this archive runs when it is loaded (__setstate__)");
  }

  @Test
  void whatIsCalledIsNamed() {
    assertThat(programOf(MODULE.formatted("    _0 = (self).write(w, )")))
        .endsWith(" and calls torch.save");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        class Odd(Module):
            def __setstate__(self: __torch__.Odd, s: int) -> NoneType:
                torch.save(s, "a")
        """,
        """
        class Odd(Module):
          def __setstate__ (self: __torch__.Odd, s: int) -> NoneType:
            torch.save(s, "a")
        """,
        """
        class Odd(Module):
          def __setstate__(self: __torch__.Net, s: int) -> NoneType:
            return (self).pack(s)
          def pack(self: __torch__.Odd, s: int) -> int:
            return s
        """,
        """
        class Odd(Module):
          def __setstate__(this: __torch__.Odd, self: __torch__.Net) -> int:
            return (self).pack(1)
          def pack(self: __torch__.Odd, s: int) -> int:
            return s
        """,
        """
        class Odd(Module):
          def pack(self: __torch__.Odd, s: int) -> int:
            return s
          def __setstate__(self: __torch__.Odd, s: int) -> int:
            return (self).pack(s)
          def pack(self: __torch__.Odd, s: int) -> int:
            torch.save(s, "a")
        """,
      })
  void codeThatPyTorchDoesNotPrintSoIsNotFollowed(String file) {
    assertThat(programOf(file)).isNotNull();
  }

  @Test
  void operatorsOfOtherClassesCountAsCalled() {
    String other =
        """
        class Other:
          def __add__(self: __torch__.Other, o: int) -> int:
            return torch.save(o, "a")
        """;
    String adds = MODULE.formatted("    _0 = self.q + 1");

    assertThat(programOf(adds, other)).endsWith("torch.save");
    assertThat(programOf(other)).isNull();
  }

  @Test
  void aMethodOfAnotherFileIsNoMethodOfThisClass() {
    String other = "class Net(Module):\n  def far(self: __torch__.a.Net) -> int:\n    return 1\n";

    assertThat(programOf(MODULE.formatted("    _0 = (self).far()"), other)).isNotNull();
  }

  @Test
  void codeThatCannotBeReadCountsAsRun() {
    TorchScriptCode code = new TorchScriptCode();
    code.addUnread();

    assertThat(code.program()).isNotNull();
  }
}
