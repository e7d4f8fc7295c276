package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.Containers;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.torch.Checkpoint;
import dev.pt2st.torch.CheckpointReader;
import dev.pt2st.torch.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However a sample is damaged, a scan ends with a report, and safe is what a conversion takes. */
class ScanInvariantTest {
  private static final int LARGEST = 20_000;
  private static final int TRIES = 15;

  @TempDir Path temporary;

  @Test
  void damagedSamplesAreSafeOnlyWhereAStrictReaderTakesThem() throws IOException {
    Path samples = Path.of(System.getProperty("pt2st.root", "..")).resolve("samples");
    Random random = new Random(7);
    int safe = 0;
    for (String folder : List.of("checkpoints", "hostile")) {
      List<Path> files;
      try (Stream<Path> all = Files.list(samples.resolve(folder))) {
        files = all.sorted().toList();
      }
      for (Path file : files) {
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < TRIES && whole.length > 0 && whole.length < LARGEST; i++) {
          Path damaged = Files.write(temporary.resolve("damaged"), damage(whole, random));
          FileReport report = new Scanner(ScanOptions.STANDARD).scan(damaged);
          if (report.verdict() == Verdict.SAFE) {
            safe++;
            assertAccepted(file, damaged);
          }
        }
      }
    }
    assertThat(safe).isPositive();
  }

  private static byte[] damage(byte[] whole, Random random) {
    byte[] damaged = whole.clone();
    for (int k = random.nextInt(1, 4); k > 0; k--) {
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
    }
    return damaged;
  }

  private static void assertAccepted(Path origin, Path file) throws IOException {
    try (MappedFile mapped = MappedFile.open(file)) {
      Container container = Containers.detect(mapped, Limits.STANDARD);
      if (container instanceof Container.Wrapped) {
        return; // each checkpoint in it was judged by itself
      }
      Checkpoint checkpoint =
          new CheckpointReader(Policy.STANDARD.withStrict(true), Limits.STANDARD, true)
              .read(container);
      assertThat(Stream.concat(checkpoint.globals().stream(), checkpoint.furtherGlobals().stream()))
          .as(origin.toString())
          .noneMatch(global -> global.standing() == GlobalValue.Standing.UNLISTED);
    } catch (CheckpointException e) {
      throw new AssertionError(origin + " damaged is called safe", e);
    }
  }
}
