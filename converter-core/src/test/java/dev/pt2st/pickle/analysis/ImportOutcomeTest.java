package dev.pt2st.pickle.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.GlobalName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of an import is what CPython 3.11 does, or more. */
class ImportOutcomeTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "os, system, MAY_SUCCEED",
        "os.path, join, MAY_SUCCEED",
        "os, a b, MAY_SUCCEED",
        "os\\0x, system, MAY_SUCCEED",
        "os\\0.x y, system, MAY_SUCCEED",
        "\\0os, system, FAILS",
        "lib-dynload, x, MAY_SUCCEED",
        "_sysconfigdata__linux_x86_64-linux-gnu, x, MAY_SUCCEED",
        "my-lib, x, FAILS",
        ".os, system, BEGINS",
        ".os.path, join, BEGINS",
        "..os, system, FAILS",
        "., system, FAILS",
        "os., system, BEGINS",
        "os.a b, system, BEGINS",
        "xml.dom.a b, system, BEGINS",
        "nobody.a b, system, FAILS",
        "my folder, __path__, MAY_SUCCEED",
        "my folder, path, FAILS",
        "my/folder, __path__, FAILS",
        "/folder, __path__, FAILS",
        "~~, __path__, FAILS",
      })
  void anImportMaySucceedBeginOrFail(String module, String name, ImportOutcome outcome) {
    assertThat(ImportOutcome.of(new GlobalName(module.replace("\\0", "\0"), name)))
        .isEqualTo(outcome);
  }
}
