package dev.pt2st.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.migrate.unit.Destination;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.Selection;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.migrate.unit.UnitResult.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Outputs that go on from the target tree. */
class DestinationTest {
  @TempDir Path temporary;
  private Store store;
  private final List<String> taken = new ArrayList<>();

  @BeforeEach
  void makeStore() throws IOException {
    store = new Store(Files.createDirectory(temporary.resolve("store")));
    store.target = temporary.resolve("target");
    store.model("a.pt").model("b.pt").file("notes.md", "notes");
  }

  private Map<String, String> run(Destination destination) throws IOException {
    Map<String, String> results = new TreeMap<>();
    try (Migration migration = Migration.open(store.settings())) {
      migration.plan(Selection.ALL, path -> {});
      migration.run(
          1,
          result ->
              results.put(result.unit().name(), result.verdict().shown() + " " + result.reason()),
          destination);
    }
    return results;
  }

  /** Takes outputs by moving them away; knows what a test says. */
  private class Moving implements Destination {
    @Override
    public @Nullable UnitResult known(MigrationUnit unit) throws IOException {
      return unit.name().equals("a.pt") ? UnitResult.not(unit, Verdict.ALREADY_THERE, "") : null;
    }

    @Override
    public UnitResult take(UnitResult result) throws IOException {
      for (UnitResult.Written written : result.written()) {
        Files.delete(store.target.resolve(written.target()));
        taken.add(written.target());
      }
      return result;
    }
  }

  @Test
  void whatIsKnownIsNotMadeAndTheRestIsTaken() throws IOException {
    assertThat(run(new Moving()))
        .containsEntry("a.pt", "already there ")
        .containsEntry("b.pt", "converted ")
        .containsEntry("notes.md", "side file ");
    assertThat(taken).containsExactlyInAnyOrder("b.safetensors", "notes.md");
    assertThat(store.target.resolve("a.safetensors")).doesNotExist();
  }

  @Test
  void aFailureIsTheResultOfItsUnitAlone() throws IOException {
    Destination failing =
        new Moving() {
          @Override
          public @Nullable UnitResult known(MigrationUnit unit) throws IOException {
            if (unit.name().equals("a.pt")) {
              throw new IOException("the store does not answer");
            }
            return null;
          }

          @Override
          public UnitResult take(UnitResult result) throws IOException {
            if (result.unit().name().equals("notes.md")) {
              throw new IOException("the store is full");
            }
            return super.take(result);
          }
        };
    assertThat(run(failing))
        .containsEntry("a.pt", "failed the store does not answer")
        .containsEntry("b.pt", "converted ")
        .containsEntry("notes.md", "failed the store is full");
  }

  @Test
  void originalsStayIfTheirOutputsGo() {
    store.removeOriginals = true;
    assertThatThrownBy(() -> run(new Moving()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stay in the target tree");
    assertThat(store.root.resolve("a.pt")).exists();
  }
}
