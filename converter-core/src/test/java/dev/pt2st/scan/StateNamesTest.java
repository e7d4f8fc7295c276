package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An unpickler asks an object, not its class, for the methods that opcodes call. */
class StateNamesTest {
  private static final String OBJECT = "(cargparse\nNamespace\no";
  private static final String LOADER = "ctorch.storage\n_load_from_bytes\n";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"__setstate__", "append", "extend", "add"})
  void aStateMayNotPutAFunctionWhereOpcodesCall(String name) throws IOException {
    String state = "(dS'" + name + "'\n" + LOADER + "s";

    assertThat(scan(OBJECT + state + "b.")).isEqualTo(Verdict.MALFORMED);
    assertThat(scan(OBJECT + "(N" + state + "tb.")).isEqualTo(Verdict.MALFORMED);
  }

  /** A class is data as a value, and so is an object, but either may be called. */
  @ParameterizedTest
  @ValueSource(strings = {"__setstate__", "append", "extend", "add"})
  void aClassOrAnObjectThereIsCalledToo(String name) throws IOException {
    for (String value : List.of("cargparse\nNamespace\n", OBJECT)) {
      for (int more : new int[] {0, 15, 16, 99}) {
        StringBuilder state = new StringBuilder("(d");
        for (int i = 0; i < more; i++) {
          state.append("S'a").append(i).append("'\nI1\ns");
        }
        String harmless = state + "S'name'\n" + value + "s";
        assertThat(scan(OBJECT + harmless + "b.")).isEqualTo(Verdict.SAFE);
        state.append("S'").append(name).append("'\n").append(value).append('s');
        assertThat(scan(OBJECT + state + "b.")).isEqualTo(Verdict.MALFORMED);
        assertThat(scan(OBJECT + "(N" + state + "tb.")).isEqualTo(Verdict.MALFORMED);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"__class__", "__dict__"})
  void aStateOfSlotsMayNotReplaceTheOthers(String name) throws IOException {
    assertThat(scan(OBJECT + "(N(dS'" + name + "'\n(dstb.")).isEqualTo(Verdict.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"append", "add", "name"})
  void plainValuesAreData(String name) throws IOException {
    assertThat(scan(OBJECT + "(dS'" + name + "'\nI01\nsb.")).isEqualTo(Verdict.SAFE);
  }

  private Verdict scan(String pickle) throws IOException {
    Path file = folder.resolve("m.pkl");
    Files.write(file, pickle.getBytes(StandardCharsets.ISO_8859_1));
    return new FileScanner(ScanOptions.STANDARD).scan(file).verdict();
  }
}
