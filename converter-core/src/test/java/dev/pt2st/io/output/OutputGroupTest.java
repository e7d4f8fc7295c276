package dev.pt2st.io.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.Durability;
import dev.pt2st.IfExists;
import dev.pt2st.io.AtomicOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several files appear all or none, and what they replace comes back where they do not. */
class OutputGroupTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void untilTheCommitNoneHasItsNameAndThenAll(Durability durability) throws IOException {
    try (OutputGroup group = new OutputGroup(IfExists.REFUSE)) {
      write(group, "a", "new a");
      write(group, "b", "new b");
      assertThat(content().keySet()).hasSize(2).allMatch(name -> name.startsWith(".pt2st-"));
      group.commit(durability);
    }
    assertThat(content()).isEqualTo(Map.of("a", "new a", "b", "new b"));
  }

  @Test
  void withoutACommitNothingIsLeft() throws IOException {
    try (OutputGroup group = new OutputGroup(IfExists.REFUSE)) {
      write(group, "a", "new a");
      write(group, "b", "new b").finish(Durability.WRITTEN);
    }
    assertThat(content()).isEmpty();
  }

  @Test
  void whatIsThereIsRefusedAtOnce() throws IOException {
    old("b");
    try (OutputGroup group = new OutputGroup(IfExists.REFUSE)) {
      write(group, "a", "new a");
      assertThatThrownBy(() -> group.create(folder.resolve("b")))
          .isInstanceOf(FileAlreadyExistsException.class);
    }
    assertThat(content()).isEqualTo(Map.of("b", "old b"));
  }

  /** Somebody else's file comes up while the group is written. */
  @ParameterizedTest
  @ValueSource(strings = {"a", "b", "c"})
  void whatComesUpInTheMeantimeIsNotReplacedAndTheOthersAreTakenBack(String taken)
      throws IOException {
    try (OutputGroup group = new OutputGroup(IfExists.REFUSE)) {
      write(group, "a", "new a");
      write(group, "b", "new b");
      write(group, "c", "new c");
      old(taken);
      assertThatThrownBy(() -> group.commit(Durability.WRITTEN))
          .isInstanceOf(FileAlreadyExistsException.class);
    }
    assertThat(content()).isEqualTo(Map.of(taken, "old " + taken));
  }

  @Test
  void overwriteReplacesAll() throws IOException {
    old("a");
    old("c");
    try (OutputGroup group = new OutputGroup(IfExists.REPLACE)) {
      write(group, "a", "new a");
      write(group, "b", "new b");
      write(group, "c", "new c");
      assertThat(content()).containsEntry("a", "old a").containsEntry("c", "old c");
      group.commit(Durability.WRITTEN);
    }
    assertThat(content()).isEqualTo(Map.of("a", "new a", "b", "new b", "c", "new c"));
  }

  /** A directory cannot be replaced by a file: the rename fails. */
  @ParameterizedTest
  @ValueSource(strings = {"b", "c"})
  void whereARenameFailsWhatWasReplacedComesBack(String directory) throws IOException {
    old("a");
    old("retired");
    try (OutputGroup group = new OutputGroup(IfExists.REPLACE)) {
      write(group, "a", "new a");
      write(group, "b", "new b");
      write(group, "c", "new c");
      group.retire(folder.resolve("retired"));
      Files.createDirectories(folder.resolve(directory).resolve("full"));
      assertThatThrownBy(() -> group.commit(Durability.WRITTEN)).isInstanceOf(IOException.class);
    }
    assertThat(content()).isEqualTo(Map.of("a", "old a", "retired", "old retired", directory, "/"));
  }

  @Test
  void retiredFilesGoWithTheCommitAndNotBefore() throws IOException {
    old("index");
    old("stale");
    try (OutputGroup group = new OutputGroup(IfExists.REPLACE)) {
      write(group, "a", "new a");
      write(group, "index", "new index");
      group.retire(folder.resolve("index"));
      group.retire(folder.resolve("stale"));
      group.retire(folder.resolve("was never there"));
      assertThat(content()).containsEntry("index", "old index").containsEntry("stale", "old stale");
      group.commit(Durability.WRITTEN);
    }
    assertThat(content()).isEqualTo(Map.of("a", "new a", "index", "new index"));
  }

  @ParameterizedTest
  @EnumSource
  void aNameIsGivenOnlyOnce(IfExists ifExists) throws IOException {
    Path sub = Files.createDirectory(folder.resolve("sub"));
    try (OutputGroup group = new OutputGroup(ifExists)) {
      write(group, "a", "new a");
      assertThatThrownBy(() -> group.create(sub.resolve("..").resolve("a")))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("two outputs would have this name");
      write(group, "sub/a", "other a");
      group.commit(Durability.WRITTEN);
    }
    assertThat(folder.resolve("a")).hasContent("new a");
    assertThat(sub.resolve("a")).hasContent("other a");
  }

  @Test
  void aLinkIsReplacedAndNotWhatItLeadsTo() throws IOException {
    Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "mine");
    Files.createSymbolicLink(folder.resolve("a"), elsewhere);
    try (OutputGroup group = new OutputGroup(IfExists.REPLACE)) {
      write(group, "a", "new a");
      write(group, "b", "new b");
      group.commit(Durability.WRITTEN);
    }
    assertThat(folder.resolve("a")).isRegularFile().hasContent("new a");
    assertThat(folder.resolve("a")).matches(path -> !Files.isSymbolicLink(path));
    assertThat(elsewhere).hasContent("mine");
  }

  private AtomicOutput write(OutputGroup group, String name, String text) throws IOException {
    AtomicOutput output = group.create(folder.resolve(name));
    output.write(ByteBuffer.wrap(text.getBytes(UTF_8)), 0);
    return output;
  }

  private void old(String name) throws IOException {
    Files.writeString(folder.resolve(name), "old " + name);
  }

  /** The names in the folder with what is in the files; directories are marked. */
  private Map<String, String> content() throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        content.put(
            file.getFileName().toString(), Files.isDirectory(file) ? "/" : Files.readString(file));
      }
    }
    return content;
  }
}
