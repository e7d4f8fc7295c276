package dev.pt2st.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links in the target tree that somebody else has made: two outputs may be one file. */
class LinkedTargetTest {
  private static final String WHY =
      " is a symbolic link, and nothing is written through one; remove it, or choose another tree"
          + " for the outputs";

  @TempDir Path temporary;
  private Store store;
  private Path out;

  @BeforeEach
  void makeStore() throws IOException {
    store = new Store(Files.createDirectory(temporary.resolve("store")));
    out = Files.createDirectory(temporary.resolve("out"));
    store.target = out;
    store.model("a/x.pt").model("b/x.pt").file("b/config.json", "{}").migrate();
  }

  @Test
  void aModelThatIsThereAsALinkOfSomebodyElsesIsLeftAlone() throws IOException {
    Files.createSymbolicLink(store.root.resolve("b/x.safetensors"), out.resolve("a/x.safetensors"));
    store.target = store.root;
    store.file("b/x.pt", Store.model("w", 7));
    assertThat(store.migrate())
        .containsEntry("b/x.pt", "left alone: x.safetensors is there beside it");
    Files.delete(store.root.resolve("b/x.safetensors"));
  }

  private static String failed(Path link) {
    return "failed: " + link + ":" + WHY;
  }

  @Test
  void nothingIsWrittenThroughALinkToADirectory() throws IOException {
    for (String name : new String[] {"x.safetensors", "config.json"}) {
      Files.delete(out.resolve("b").resolve(name));
    }
    Files.delete(out.resolve("b"));
    Files.createSymbolicLink(out.resolve("b"), Path.of("a"));
    assertThat(store.migrate())
        .containsEntry("a/x.pt", "already there")
        .containsEntry("b/x.pt", failed(out.resolve("b")))
        .containsEntry("b/config.json", failed(out.resolve("b")));
    store.file("a/x.pt", Store.model("w", 4, 5, 6)).file("b/x.pt", Store.model("w", 7, 8, 9));
    store.with(it -> it.removeOriginals = true).with(it -> it.jobs = 1);
    assertThat(store.migrate())
        .containsEntry("a/x.pt", "converted")
        .containsEntry("b/x.pt", failed(out.resolve("b")));
    assertThat(store.root.resolve("b/x.pt")).exists();
  }

  @Test
  void anOutputThatBecameALinkIsNotTakenForOurs() throws IOException {
    Path link = out.resolve("b/x.safetensors");
    Files.delete(link);
    Files.createSymbolicLink(link, Path.of("../a/x.safetensors"));
    store.with(it -> it.removeOriginals = true).with(it -> it.jobs = 1);
    assertThat(store.migrate().get("b/x.pt")).startsWith("failed: " + link + ": is there already");
    assertThat(store.root.resolve("b/x.pt")).exists();
  }
}
