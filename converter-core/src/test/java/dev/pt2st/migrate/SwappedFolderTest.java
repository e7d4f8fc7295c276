package dev.pt2st.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody else may write into the tree too, and puts a link in the place of a folder while files
 * are written into it: nothing comes to be where the link leads.
 */
class SwappedFolderTest {
  private static final int MODELS = 40;

  @TempDir Path temporary;
  private Path outside;
  private Store store;
  private final Set<String> strangers = new ConcurrentSkipListSet<>();
  private final AtomicBoolean done = new AtomicBoolean();

  /** Set when a plan has been made, so that there is something to be done. */
  private final AtomicBoolean active = new AtomicBoolean();

  @BeforeEach
  void makeStore() throws IOException {
    outside = Files.createDirectory(temporary.resolve("outside"));
    store = new Store(Files.createDirectory(temporary.resolve("store")));
    store.onPlan = plan -> active.set(true);
    for (int i = 0; i < MODELS; i++) {
      store.model("sub/below/model" + i + ".pt");
    }
  }

  /** Swaps a folder for a link to another one, and back, until all is done. */
  private Callable<Integer> swap(Path folder, Path otherFolder) {
    Path real = folder.resolveSibling("real");
    return () -> {
      int swaps = 0;
      while (!done.get()) {
        if (!active.get()) {
          Thread.onSpinWait();
          continue;
        }
        try {
          Files.move(folder, real);
        } catch (NoSuchFileException e) {
          // The migration has removed it, since nothing was in it.
          Files.createDirectories(folder);
          continue;
        }
        putInPlace(folder, () -> Files.createSymbolicLink(folder, otherFolder));
        LockSupport.parkNanos(1_000);
        Files.delete(folder);
        putInPlace(folder, () -> Files.move(real, folder));
        note(otherFolder);
        swaps++;
      }
      return swaps;
    };
  }

  /** What is missing for a moment is made anew by the migration, and then is set aside. */
  private void putInPlace(Path folder, Callable<Path> put) throws Exception {
    while (true) {
      try {
        Path _ = put.call();
        return;
      } catch (FileSystemException e) {
        try {
          Files.move(folder, Files.createTempDirectory(temporary, "aside").resolve("made"));
        } catch (NoSuchFileException gone) {
          // The migration has removed what it had made.
        }
      }
    }
  }

  private void note(Path folder) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (Files.isDirectory(entry)) {
          note(entry);
        } else {
          strangers.add(entry.toString());
        }
      }
    } catch (NoSuchFileException e) {
      // It has just been removed.
    }
  }

  private List<Path> outputs() throws IOException {
    try (Stream<Path> files = Files.walk(store.target)) {
      return files.filter(file -> file.toString().endsWith(".safetensors")).toList();
    }
  }

  private void migrateWhileSwapping(Path folder, Path otherFolder) throws Exception {
    try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
      Future<Integer> swaps = executor.submit(swap(folder, otherFolder));
      try {
        for (int round = 0; round < 5; round++) {
          for (Path output : outputs()) {
            Files.delete(output);
          }
          store.migrate();
          active.set(false);
          Thread.sleep(20); // the swap that has begun comes to its end
        }
      } finally {
        done.set(true);
      }
      assertThat(swaps.get()).isPositive();
    }
    note(otherFolder);
    assertThat(strangers).isEmpty();
  }

  @Test
  void nothingIsWrittenOutsideOfATreeThatIsConvertedInPlace() throws Exception {
    migrateWhileSwapping(store.root.resolve("sub/below"), outside);
    assertThat(store.migrate().values())
        .allMatch(result -> result.equals("converted") || result.equals("already there"));
  }

  /** The folder above those that are written into. */
  @Test
  void norThroughAFolderFurtherUp() throws Exception {
    Files.createDirectory(outside.resolve("below"));
    migrateWhileSwapping(store.root.resolve("sub"), outside);
  }

  @Test
  void norOutsideOfAnotherTree() throws Exception {
    store.target = Files.createDirectory(temporary.resolve("out"));
    Files.createDirectories(store.target.resolve("sub/below"));
    migrateWhileSwapping(store.target.resolve("sub/below"), outside);
  }

  /** What is removed is what was converted, not a file of the same name elsewhere. */
  @Test
  void noOriginalElsewhereIsRemoved() throws Exception {
    for (int i = 0; i < MODELS; i++) {
      Files.copy(
          store.root.resolve("sub/below/model" + i + ".pt"), outside.resolve("model" + i + ".pt"));
    }
    store.removeOriginals = true;
    store.durable = true;
    try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
      Future<Integer> swaps = executor.submit(swap(store.root.resolve("sub/below"), outside));
      try {
        Map<String, String> results = store.migrate();
        assertThat(results).isNotEmpty();
      } finally {
        done.set(true);
      }
      assertThat(swaps.get()).isPositive();
    }
    for (int i = 0; i < MODELS; i++) {
      assertThat(outside.resolve("model" + i + ".pt")).exists();
    }
  }
}
