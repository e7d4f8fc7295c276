package dev.pt2st.cli.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.cli.Run;
import dev.pt2st.cli.input.Bounds;
import dev.pt2st.cli.input.Inputs;
import dev.pt2st.cli.input.Location;
import dev.pt2st.io.spill.SortedDirectory;
import dev.pt2st.work.OrderedTasks;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every file that arguments name comes once, in order. */
class FileWalkTest {
  @TempDir Path temporary;

  private Path file(String name) throws IOException {
    Path file = temporary.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.createFile(file);
  }

  private static Inputs inputs() {
    return new Inputs(new Bounds(0, 0, 1, true), Run.terminal(), true);
  }

  private String shown(Location location) {
    return location instanceof Location.OnDisk(Path path) && path.startsWith(temporary)
        ? temporary.relativize(path).toString()
        : location.toString();
  }

  private List<String> walk(String in, Object... arguments) throws IOException {
    List<String> texts = new ArrayList<>();
    for (Object argument : arguments) {
      texts.add(argument.toString());
    }
    return walk(in, null, texts);
  }

  private List<String> walk(String in, @Nullable Predicate<String> wanted, List<String> arguments)
      throws IOException {
    List<String> names = new ArrayList<>();
    InputStream lines = new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8));
    try (FileWalk walk = new FileWalk(arguments, inputs(), lines, StandardCharsets.UTF_8, wanted)) {
      for (FileWalk.Found found = walk.next(); found != null; found = walk.next()) {
        String problem = found.problem() == null ? "" : ": " + found.problem();
        names.add(shown(found.location()) + problem);
      }
    }
    return names;
  }

  @Test
  void directoriesAreWalkedInTheOrderOfNames() throws IOException {
    for (String name : List.of("b/x", "b/a/deep/y", "a.pt", "c", ".hidden/z")) {
      file(name);
    }
    assertThat(walk("", temporary)).containsExactly(".hidden/z", "a.pt", "b/a/deep/y", "b/x", "c");
    assertThat(walk("", temporary.resolve("c"), temporary.resolve("b/x")))
        .containsExactly("c", "b/x");
  }

  @Test
  void patternsAreExpandedWhereNoShellDidIt() throws IOException {
    for (String name : List.of("a.pt", "b.bin", "d/c.pt", "d/e/f.pt")) {
      file(name);
    }
    assertThat(walk("", temporary + "/*.pt")).containsExactly("a.pt");
    assertThat(walk("", temporary + "/**.pt")).containsExactly("a.pt", "d/c.pt", "d/e/f.pt");
    assertThat(walk("", temporary + "/d/?.{pt,bin}")).containsExactly("d/c.pt");
    Path odd = file("[x].pt");
    assertThat(walk("", odd)).containsExactly("[x].pt");
  }

  @Test
  void whatIsNotThereIsSaid() throws IOException {
    assertThat(walk("", temporary.resolve("none"))).containsExactly("none: there is no such file");
    assertThat(walk("", "a\0b")).singleElement().asString().contains("this is not a path");
  }

  @Test
  void aListComesFromStandardInput() throws IOException {
    file("a");
    file("b");
    String list = temporary.resolve("b") + "\n\n" + temporary.resolve("a") + "\n";
    assertThat(walk(list, "-", temporary.resolve("b"))).containsExactly("b", "a", "b");
  }

  /** As a folder does that a shell puts in: {@code scan - < folder}. */
  @Test
  void aListThatBreaksIsSaid() throws IOException {
    file("a");
    byte[] line = (temporary.resolve("a") + "\n").getBytes(StandardCharsets.UTF_8);
    InputStream breaks =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("Is a directory");
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            return read();
          }
        };
    InputStream lines = new SequenceInputStream(new ByteArrayInputStream(line), breaks);
    List<String> arguments = List.of("-", temporary.resolve("a").toString());
    try (FileWalk walk = new FileWalk(arguments, inputs(), lines, StandardCharsets.UTF_8)) {
      assertThat(walk.next()).isNotNull().extracting(FileWalk.Found::problem).isNull();
      assertThat(walk.next())
          .isNotNull()
          .extracting(FileWalk.Found::problem)
          .isEqualTo("the list on standard input cannot be read");
      assertThat(walk.next()).isNotNull().extracting(FileWalk.Found::problem).isNull();
      assertThat(walk.next()).isNull();
    }
  }

  @Test
  void linksAreFollowedOnce() throws IOException {
    file("tree/x");
    file("outside/y");
    Files.createSymbolicLink(temporary.resolve("tree/loop"), temporary.resolve("tree"));
    Files.createSymbolicLink(temporary.resolve("tree/out"), temporary.resolve("outside"));
    Files.createSymbolicLink(temporary.resolve("tree/out2"), temporary.resolve("outside"));
    Files.createSymbolicLink(temporary.resolve("tree/y"), temporary.resolve("outside/y"));
    Files.createSymbolicLink(temporary.resolve("tree/z-gone"), temporary.resolve("gone"));
    assertThat(walk("", temporary.resolve("tree")))
        .containsExactly("tree/out/y", "tree/x", "tree/y", "tree/z-gone");
    for (String link : List.of("loop", "out", "out2", "y", "z-gone")) {
      Files.delete(temporary.resolve("tree").resolve(link));
    }
  }

  /** Two links to the next directory in each of 30: there are 2^30 paths to the last. */
  private void linksThatBranch() throws IOException {
    for (int i = 0; i < 30; i++) {
      Path directory = Files.createDirectories(temporary.resolve("d" + i + "/real"));
      file("d" + i + "/real/x");
      if (i < 29) {
        Files.createSymbolicLink(directory.resolve("a"), temporary.resolve("d" + (i + 1)));
        Files.createSymbolicLink(directory.resolve("b"), temporary.resolve("d" + (i + 1)));
      }
    }
  }

  @Test
  @Timeout(20)
  void linksThatBranchAreNoWorkWithoutEnd() throws IOException {
    linksThatBranch();
    assertThat(walk("", temporary.resolve("d0"))).hasSize(30);
  }

  /** A pattern and a choice by name go by the path on which a file stands, as a shell does. */
  @Test
  void aLinkToASiblingIsWalkedIfOnlyItsPathCounts() throws IOException {
    file("tree/sub/x");
    Files.createSymbolicLink(temporary.resolve("tree/link"), temporary.resolve("tree/sub"));
    Files.createSymbolicLink(temporary.resolve("tree/other"), temporary.resolve("tree/sub"));
    Files.createSymbolicLink(temporary.resolve("tree/up"), temporary.resolve("tree"));
    Path tree = temporary.resolve("tree");
    assertThat(walk("", tree + "/link*/**")).containsExactly("tree/link/x");
    assertThat(walk("", tree + "/other/*")).containsExactly("tree/other/x");
    assertThat(walk("", tree + "/up/other/*")).containsExactly("tree/up/other/x");
    assertThat(walk("", tree + "/**")).containsExactly("tree/link/x");
    for (String name : List.of("link", "other", "sub", "up/link")) {
      assertThat(walk("", (name + "/x")::equals, List.of(tree.toString())))
          .containsExactly("tree/" + name + "/x");
    }
  }

  @Test
  void whatMatchesNothingIsSaid() throws IOException {
    file("tree/x");
    Path tree = temporary.resolve("tree");
    assertThat(walk("", tree + "/*.pt", tree.resolve("x")))
        .containsExactly("tree/*.pt: no file matches this pattern", "tree/x");
    assertThat(walk("\n", "-")).isEmpty(); // nothing has changed, say
  }

  /** The pattern matches nothing, so that no directory is ever done. */
  @Test
  @Timeout(60)
  void linksThatBranchAreNoWorkWithoutEndForAPattern() throws IOException {
    linksThatBranch();
    assertThat(walk("", temporary.resolve("d0") + "/**/x")).hasSize(30);
    assertThat(walk("", temporary.resolve("d0") + "/**/none"))
        .hasSize(2)
        .first()
        .asString()
        .contains("too many links");
  }

  /** The link comes first, to a directory that is walked again from further up. */
  @Test
  void aDirectoryIsWalkedOnceWhicheverWayComesFirst() throws IOException {
    file("outside/sub/x");
    Files.createDirectory(temporary.resolve("tree"));
    Files.createSymbolicLink(temporary.resolve("tree/a"), temporary.resolve("outside/sub"));
    Files.createSymbolicLink(temporary.resolve("tree/b"), temporary.resolve("outside"));
    assertThat(walk("", temporary.resolve("tree"))).containsExactly("tree/a/x");
  }

  @Test
  void aPatternHidesNothingFromTheNextArgument() throws IOException {
    file("tree/sub/x.bin");
    file("tree/sub/y.pt");
    assertThat(walk("", temporary.resolve("tree/sub/*.pt"), temporary.resolve("tree")))
        .containsExactly("tree/sub/y.pt", "tree/sub/x.bin", "tree/sub/y.pt");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 100, 101})
  void aLargeDirectoryIsReadInBatches(int batch) throws IOException {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 100; i < 200; i++) {
      numbers.add(i);
    }
    Collections.shuffle(numbers, new Random(1));
    for (int number : numbers) {
      file("n" + number);
    }
    SortedDirectory directory = new SortedDirectory(temporary, batch);
    List<Path> seen = new ArrayList<>();
    for (Path path = directory.next(); path != null; path = directory.next()) {
      seen.add(path);
    }
    assertThat(seen).hasSize(100).isSorted();
  }

  @Test
  void resultsComeInTheOrderOfTheWork() {
    List<Integer> results = new ArrayList<>();
    int[] next = {0};
    OrderedTasks.run(
        4,
        () -> next[0] < 500 ? next[0]++ : null,
        item -> {
          long spin = System.nanoTime() + (item % 7) * 20_000L;
          while (System.nanoTime() < spin) {
            Thread.onSpinWait();
          }
          return item;
        },
        results::add);
    assertThat(results).hasSize(500).isSorted();
  }
}
