package dev.pt2st.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.convert.Converter;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.plan.RootPart;
import dev.pt2st.inspect.pickle.PickleListener;
import dev.pt2st.inspect.pickle.PickleListing;
import dev.pt2st.pickle.analysis.Disassembler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file of the corpora can be looked at, and what is seen is what a conversion would take. */
@Timeout(60)
class InspectCorpusTest {
  private static final ReadOptions OPTIONS =
      ReadOptions.STANDARD.withPolicy(Policy.STANDARD.allowAll());

  private static final ConvertOptions CONVERT =
      ConvertOptions.STANDARD
          .withRead(ReadOptions.STANDARD.withPolicy(Policy.STANDARD.allowAll()))
          .withUnsupported(ConvertOptions.Unsupported.SKIP);

  static Stream<Path> files() throws IOException {
    Path root = Path.of(System.getProperty("pt2st.root", ".."));
    Path shared = Path.of(System.getProperty("pt2st.shared", root + "/../shared"));
    Stream<Path> files = Stream.of();
    for (Path folder :
        List.of(
            root.resolve("samples/checkpoints"),
            root.resolve("samples/hostile"),
            shared.resolve("real"),
            shared.resolve("wild"))) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> found = Files.list(folder)) {
          files = Stream.concat(files, found.sorted().toList().stream());
        }
      }
    }
    return files;
  }

  static Stream<Path> converted() throws IOException {
    return files().filter(file -> plan(file) != null);
  }

  /** What a conversion would write, or null if it would refuse. */
  private static Plan plan(Path file) {
    try {
      return Converter.plan(file, CONVERT);
    } catch (CheckpointException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("converted")
  void whatIsSeenIsWhatAConversionWouldTake(Path file) throws IOException {
    Plan plan = plan(file);
    Inspection found = inspect(file);
    assertThat(found).isNotNull();
    assertThat(found.problem()).isNull();
    assertThat(found.layout()).isEqualTo(plan.layout());
    Map<String, TensorSummary> byName =
        found.tensors().stream()
            .collect(Collectors.toMap(TensorSummary::name, tensor -> tensor, (a, b) -> a));
    String prefix = plan.root().isEmpty() ? "" : plan.root() + ".";
    for (Plan.PlannedTensor tensor : plan.tensors()) {
      TensorSummary seen = byName.get(prefix + tensor.info().name());
      assertThat(seen).as(tensor.info().name()).isNotNull();
      assertThat(seen.dtype()).isEqualTo(tensor.data().dtype());
      assertThat(seen.shape()).isEqualTo(tensor.data().shape());
      assertThat(seen.bytes()).isEqualTo(tensor.info().end() - tensor.info().begin());
      assertThat(seen.remark()).isEmpty();
    }
    if (plan.layout().startsWith("NumPy")) {
      assertThat(found.roots()).isEmpty(); // arrays are in nothing that has parts
      return;
    }
    assertThat(found.roots())
        .filteredOn(RootPart::automatic)
        .singleElement()
        .satisfies(root -> {
          assertThat(root.path()).isEqualTo(plan.root());
          assertThat(root.tensors()).isEqualTo(plan.tensors().size() + plan.skipped().size());
        });
  }

  /** What the file is like, or null if that cannot be told. */
  private static Inspection inspect(Path file) throws IOException {
    try {
      return Inspector.inspect(file, OPTIONS);
    } catch (CheckpointException e) {
      assertThat(e.getMessage()).contains(file.getFileName().toString());
      return null;
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void anyFileIsDescribedOrTurnedDown(Path file) throws IOException {
    Inspection found = inspect(file);
    if (found != null) {
      assertThat(found.fileBytes()).isPositive();
      assertThat(found.layout()).isNotEmpty();
      long tensors = found.totals().stream().mapToLong(DTypeTotal::tensors).sum();
      assertThat(tensors).isEqualTo(found.tensors().size());
      assertThat(ModuleTree.of(found.tensors()).tensors()).isEqualTo(tensors);
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void itsPicklesAreDisassembledAsFarAsTheyGo(Path file) throws IOException {
    long[] counts = new long[3];
    boolean whole = true;
    try {
      PickleListing.list(
          file,
          OPTIONS,
          new PickleListener() {
            @Override
            public void begin(Place place, int number) {
              counts[0]++;
            }

            @Override
            public void step(Disassembler.Step step) {
              assertThat(step.instruction().end()).isGreaterThan(step.instruction().offset());
              counts[1]++;
            }

            @Override
            public void end(int highestProtocol, int valuesLeft) {
              counts[2]++;
            }

            @Override
            public void rest(Place place, long bytes) {}
          });
    } catch (CheckpointException e) {
      whole = false;
    }
    assertThat(counts[2]).isLessThanOrEqualTo(counts[0]);
    if (whole) {
      // A package of torch.package may hold code alone.
      boolean mayHaveNone = file.endsWith("torch_package.pt");
      assertThat(counts[2]).isEqualTo(counts[0]).isGreaterThanOrEqualTo(mayHaveNone ? 0 : 1);
      assertThat(counts[1]).isGreaterThanOrEqualTo(2 * counts[0] - 1);
    }
  }
}
