package dev.pt2st.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.migrate.journal.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several directories that are migrated into one: none overwrites what was made of another. */
class OtherSourceTest {
  private static final String BIN = "pytorch_model.bin";

  @TempDir Path temporary;
  private Path out;

  @BeforeEach
  void makeTarget() throws IOException {
    out = Files.createDirectory(temporary.resolve("out"));
  }

  private Store store(String name) throws IOException {
    Store store = new Store(Files.createDirectories(temporary.resolve(name)).toRealPath());
    store.target = out;
    return store;
  }

  private Store model(String name, float... values) throws IOException {
    return store(name).file(BIN, Store.model("w", values)).file("config.json", "of " + name);
  }

  private String isOf(String file, String source) throws IOException {
    return "failed: "
        + out.resolve(file)
        + ": is there already: an earlier run has made it from "
        + temporary.toRealPath().resolve(source)
        + "; choose another tree for the outputs";
  }

  @Test
  void theOutputsAndTheCopiesOfTheFirstOneStay() throws IOException {
    assertThat(model("bert", 1).with(it -> it.removeOriginals = true).migrate())
        .containsOnly(Map.entry(BIN, "converted"), Map.entry("config.json", "side file"));
    Map<String, String> first = Store.content(out);
    for (String name : List.of("gpt", "t5")) {
      Store other = model(name, 2).with(it -> it.removeOriginals = true);
      for (int run = 0; run < 2; run++) {
        assertThat(other.migrate())
            .containsOnly(
                Map.entry(BIN, isOf("model.safetensors", "bert/" + BIN)),
                Map.entry("config.json", isOf("config.json", "bert/config.json")));
      }
      assertThat(other.root.resolve(BIN)).exists();
    }
    assertThat(Store.content(out)).isEqualTo(first);
  }

  @Test
  void whatIsTheSameIsThereAlreadyAndStaysTheOthersToo() throws IOException {
    model("bert", 1).with(it -> it.removeOriginals = true).migrate();
    Store gpt = model("gpt", 1).file("config.json", "of bert");
    assertThat(gpt.migrate().values()).containsOnly("already there");
    Map<String, String> first = Store.content(out);
    gpt.file(BIN, Store.model("w", 2)).file("config.json", "of gpt");
    assertThat(gpt.migrate())
        .containsOnly(
            Map.entry(BIN, isOf("model.safetensors", "bert/" + BIN)),
            Map.entry("config.json", isOf("config.json", "bert/config.json")));
    assertThat(Store.content(out)).isEqualTo(first);
  }

  /** It has the same name and size, and so the journal's word on the first one would fit it. */
  @Test
  void whatWasRemovedAndMadeAnewOfAnotherIsNotTakenForTheFirsts() throws IOException {
    Store bert = model("bert", 1);
    bert.migrate();
    Files.delete(out.resolve("model.safetensors"));
    assertThat(model("gpt", 2).migrate()).containsEntry(BIN, "converted");
    assertThat(bert.migrate()).containsEntry(BIN, isOf("model.safetensors", "gpt/" + BIN));
  }

  @Test
  void eachGoesOnWithItsOwn() throws IOException {
    Store bert = store("bert").model("a.pt").file("bad.pt", new byte[] {'P', 'K', 3, 4});
    Store gpt = store("gpt").model("b.pt").file("bad.pt", new byte[] {'P', 'K', 3, 4});
    bert.migrate();
    gpt.migrate();
    assertThat(bert.plan()).containsExactly("KEEP CHECKPOINT a.pt", "CONVERT CHECKPOINT bad.pt");
    bert.file("a.pt", Store.model("w", 4, 5, 6));
    assertThat(bert.migrate()).containsEntry("a.pt", "converted");
  }

  @Test
  void aModelOfWhichOnlyAPartIsThereIsNotCompletedFromAnother() throws IOException {
    String index = "m.bin.index.json";
    List<Store> both = List.of(store("bert"), store("gpt"));
    for (Store store : both) {
      store.file("one.bin", Store.model("a", 1)).file("two.bin", Store.model("b", 2));
      store.file(index, Store.index("a", "one.bin", "b", "two.bin"));
    }
    both.getFirst().migrate();
    Files.delete(out.resolve("two.safetensors"));
    Files.delete(out.resolve("m.safetensors.index.json"));
    Map<String, String> before = Store.content(out);
    assertThat(both.getLast().migrate())
        .containsOnly(Map.entry(index, isOf("one.safetensors", "bert/" + index)));
    assertThat(Store.content(out)).isEqualTo(before);
  }

  @Test
  void aDirectoryThatWasMovedIsComparedAndGoesOn() throws IOException {
    Store bert = model("bert", 1).link("l/x.bin", "../" + BIN);
    bert.migrate();
    Files.move(bert.root, temporary.resolve("moved"));
    Store moved = store("moved");
    assertThat(moved.plan()).contains("CONVERT CHECKPOINT " + BIN);
    assertThat(moved.migrate().values()).containsOnly("already there");
    assertThat(moved.plan()).contains("KEEP CHECKPOINT " + BIN);
    moved.with(it -> it.removeOriginals = true).migrate();
    assertThat(moved.root.resolve(BIN)).doesNotExist();
  }

  @Test
  void aStoreThatWasMovedWithItsOutputsIsDoneStill() throws IOException {
    Store bert = model("bert", 1);
    bert.target = bert.root;
    bert.migrate();
    Store moved = new Store(Files.move(bert.root, temporary.resolve("moved")));
    assertThat(moved.plan()).containsExactly("KEEP CHECKPOINT " + BIN);
    moved.file(BIN, Store.model("w", 2));
    assertThat(moved.migrate()).containsExactly(Map.entry(BIN, "converted"));
  }

  /** Whose the outputs are was not written down then. */
  @Test
  void theJournalOfAnOlderVersionMakesNothingOurs() throws IOException {
    Store bert = model("bert", 1);
    bert.migrate();
    Path journal = out.resolve(Journal.NAME);
    Files.writeString(journal, Files.readString(journal).replaceAll("\"root\":\"[^\"]*\",", ""));
    bert.file(BIN, Store.model("w", 2)).file("config.json", "another");
    String why =
        " of a directory that its journal does not name; choose another tree for the outputs";
    Map<String, String> before = Store.content(out);
    assertThat(bert.migrate())
        .hasEntrySatisfying(BIN, text -> assertThat(text).endsWith(BIN + why))
        .hasEntrySatisfying("config.json", text -> assertThat(text).endsWith("config.json" + why));
    assertThat(Store.content(out)).isEqualTo(before);
    bert.file(BIN, Store.model("w", 1)).file("config.json", "of bert");
    assertThat(bert.migrate().values()).containsOnly("already there");
  }
}
