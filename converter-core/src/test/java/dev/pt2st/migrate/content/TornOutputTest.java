package dev.pt2st.migrate.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.migrate.Store;
import dev.pt2st.migrate.journal.Journal;
import dev.pt2st.testing.Wrap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is under the name of an output after the system went down under a run. */
class TornOutputTest {
  @TempDir Path temporary;
  private Store store;

  @BeforeEach
  void makeStore() {
    store = new Store(temporary).file("x.pt", Store.model("w", 1, 2, 3));
  }

  /** Says that the system went down under a run that had begun before all that is there. */
  private void goDown() {
    store.file(
        Journal.NAME,
        "{\"record\":\"run\",\"owner\":\"dead\",\"boot\":\"earlier\",\"time\":\"2026-01-01T00:00:00Z\"}\n");
  }

  private Path output() {
    return temporary.resolve("x.safetensors");
  }

  private byte[] whole() throws IOException {
    store.migrate();
    byte[] whole = Files.readAllBytes(output());
    Files.delete(output());
    return whole;
  }

  private void isMadeAgain(byte[] torn, byte[] whole) throws IOException {
    goDown();
    store.file("x.safetensors", torn);
    assertThat(store.migrate()).containsEntry("x.pt", "converted");
    assertThat(output()).hasBinaryContent(whole);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 30, 60, -1})
  void anOutputThatIsCutShortIsMadeAgain(int length) throws IOException {
    byte[] whole = whole();
    isMadeAgain(Arrays.copyOf(whole, length < 0 ? whole.length - 1 : length), whole);
  }

  @Test
  void anOutputWithBlocksOfZerosIsMadeAgain() throws IOException {
    byte[] whole = whole();
    isMadeAgain(new byte[whole.length], whole);
    byte[] torn = whole.clone();
    Arrays.fill(torn, 40, torn.length, (byte) 0);
    isMadeAgain(torn, whole);
  }

  /** So long a header begins with the two bytes that a pickle begins with. */
  @Test
  void anOutputWhoseLengthReadsAsAPickleIsMadeAgain() throws IOException {
    for (int length = 1; length < 300; length++) {
      store.file("x.pt", Store.model("w".repeat(length), 1, 2, 3));
      byte[] whole = whole();
      if (whole[0] == FileKind.PROTO && whole[1] <= FileKind.HIGHEST_PROTOCOL) {
        isMadeAgain(Arrays.copyOf(whole, whole.length - 1), whole);
        return;
      }
    }
    throw new AssertionError("no header was so long");
  }

  @Test
  void nothingThatSomebodyCouldReadIsReplaced() throws IOException {
    for (byte[] theirs :
        List.of(
            Store.model("w", 7, 8, 9),
            "cos\nsystem\n(S'id'\ntR.".getBytes(StandardCharsets.UTF_8),
            Wrap.zip(Map.of("a", new byte[9])),
            "version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.UTF_8),
            "<html>".getBytes(StandardCharsets.UTF_8),
            new byte[] {1, 2, 3})) {
      goDown();
      store.file("x.safetensors", theirs);
      assertThat(store.migrate().get("x.pt"))
          .startsWith("failed: ")
          .contains("is there already and is not what the checkpoint holds");
      assertThat(output()).hasBinaryContent(theirs);
    }
  }
}
