package dev.pt2st.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.UnsupportedException;
import dev.pt2st.archive.OpenSource;
import dev.pt2st.archive.WrappedFiles;
import dev.pt2st.inspect.pickle.PickleListener;
import dev.pt2st.inspect.pickle.PickleListing;
import dev.pt2st.io.Input;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.pickle.analysis.Disassembler;
import dev.pt2st.testing.Corpus;
import dev.pt2st.testing.CorpusFiles;
import dev.pt2st.testing.Disassembly;
import dev.pt2st.testing.Faults;
import dev.pt2st.testing.TestSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is in a source that is read by ranges is what is in the same file on the disk. */
@Timeout(300)
class RangedInspectTest {
  private static final ReadOptions OPTIONS =
      Faults.unhurried().withPolicy(Policy.STANDARD.allowAll());

  private static final int MOST_READS = 40;
  private static final int MOST_CHARACTERS = 100_000;

  static List<Path> files() {
    return CorpusFiles.all().stream()
        // An index names files beside it, which nobody finds beside a source.
        .filter(file -> !file.toString().endsWith(".json"))
        .toList();
  }

  /** All that is said of an input, as text; its complaint if it is not even told what it is. */
  private static String look(Input input) throws IOException {
    try {
      Inspection found = Inspector.inspect(input, OPTIONS);
      CheckpointException problem = found.problem();
      return found.layout()
          + found.fileBytes()
          + found.facts()
          + found.roots()
          + found.tensors()
          + found.memoryBytes()
          + found.values()
          + found.globals()
          + found.metadata()
          + (problem == null ? "" : problem.getMessage());
    } catch (CheckpointException e) {
      return e.getMessage();
    }
  }

  private static String list(Input input) throws IOException {
    StringBuilder text = new StringBuilder();
    try {
      PickleListing.list(input, OPTIONS, listener(text));
    } catch (CheckpointException e) {
      text.append(e.getMessage());
    }
    return text.toString();
  }

  private static PickleListener listener(StringBuilder text) {
    return new PickleListener() {
      @Override
      public void begin(Place place, int number) {
        text.append(place).append(number).append('\n');
      }

      @Override
      public void step(Disassembler.Step step) {
        if (text.length() < MOST_CHARACTERS) {
          text.append(Disassembly.line(step)).append('\n');
        }
      }

      @Override
      public void end(int protocol, int left) {
        text.append(protocol).append(left).append('\n');
      }

      @Override
      public void rest(Place place, long bytes) {
        text.append(place).append(bytes).append('\n');
      }
    };
  }

  @ParameterizedTest
  @MethodSource("files")
  void theSameIsSeenAsOnTheDisk(Path file) throws Exception {
    String disk = look(Input.of(file));
    assertThat(look(TestSource.of(file).byteByByte())).isEqualTo(disk);
    assertThat(look(TestSource.of(file).input())).isEqualTo(disk);
  }

  @ParameterizedTest
  @MethodSource("files")
  void itsPicklesAreListedAsOnTheDisk(Path file) throws Exception {
    String disk = list(Input.of(file));
    assertThat(list(TestSource.of(file).byteByByte())).isEqualTo(disk);
  }

  @ParameterizedTest
  @MethodSource("files")
  void aFaultIsWhatIsSaid(Path file) throws Exception {
    TestSource whole = TestSource.of(file);
    String _ = look(Faults.input(whole));
    for (Faults.Attempt attempt : Faults.attempts(whole, MOST_READS)) {
      assertThatThrownBy(
              () -> Inspector.inspect(Faults.input(Faults.failing(file, attempt)), OPTIONS))
          .as("%s", attempt)
          .isInstanceOf(IOException.class)
          .hasMessageNotContaining("secret");
    }
    assertThat(Faults.scratchFiles()).isEmpty();
  }

  @Test
  void anIndexIsRefused(@TempDir Path folder) throws Exception {
    Path index =
        Files.writeString(
            folder.resolve("model.safetensors.index.json"),
            "{\"metadata\":{},\"weight_map\":{\"a\":\"model-1.safetensors\"}}");
    assertThatThrownBy(() -> Inspector.inspect(TestSource.of(index).input(), OPTIONS))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("name each of its files");
  }

  @Test
  void aMemberIsNamedAsInsideOfItsSource() throws Exception {
    Path archive = archive();
    TestSource source = TestSource.of(archive);
    String member = firstMember(archive);
    Input named = new Input.Ranged(source, member, TestSource.BYTE_BY_BYTE);
    Inspection found = Inspector.inspect(named, OPTIONS);
    assertThat(found.file()).hasToString(archive + "!" + member);
    assertThat(found.tensors())
        .isEqualTo(Inspector.inspect(Path.of(archive + "!" + member), OPTIONS).tensors());
  }

  /** Also of a member whose archive cannot be read to where it is. */
  @Test
  void aFaultOfAnArchiveIsWhatIsSaidOfItsMember() throws Exception {
    Path archive = archive();
    String member = firstMember(archive);
    TestSource whole = TestSource.of(archive);
    Inspector.inspect(of(whole, member), OPTIONS);
    for (Faults.Attempt attempt : Faults.attempts(whole, 4 * MOST_READS)) {
      Input failing = of(Faults.failing(archive, attempt), member);
      assertThatThrownBy(() -> Inspector.inspect(failing, OPTIONS))
          .as("%s", attempt)
          .isInstanceOf(IOException.class)
          .hasMessageNotContaining("secret");
    }
    assertThat(Faults.scratchFiles()).isEmpty();
  }

  private static Input of(TestSource source, String member) {
    return new Input.Ranged(source, member, ((Input.Ranged) Faults.input(source)).fetching());
  }

  private static Path archive() {
    return Corpus.samples().folder().resolve("wrapped_models.zip");
  }

  private static String firstMember(Path archive) throws Exception {
    try (OpenSource open =
        OpenSource.open(archive, Limits.STANDARD, true, ScratchFolder.TEMPORARY)) {
      try (WrappedFiles files = open.files()) {
        assertThat(files.next()).isTrue();
        return files.file().name().within(open.input().name());
      }
    }
  }
}
