package dev.pt2st.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.ReadOptions;
import dev.pt2st.inspect.Inspection;
import dev.pt2st.inspect.Inspector;
import dev.pt2st.io.Input;
import dev.pt2st.io.source.FetchOptions;
import dev.pt2st.testing.VirtualBytes;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What it costs to look at a model of 300 tensors and 1.4 GB that is not on this disk: about a
 * hundred requests, as four tensors of each layer are too large to be fetched with the next one.
 */
class RequestBudgetTest {
  private static final Map<String, Integer> MODEL = VirtualBytes.gpt2();

  /**
   * Places far from one another at which HDF5 may begin behind a user block: up to 512 KiB in one
   * request, and then one for each power of two up to 1 GiB. They cannot be spared: h5py opens such
   * a file whatever stands in front of it, and so whatever else the scan has found it to be.
   */
  private static final int USER_BLOCKS = 12;

  private static void scan(VirtualBytes source, Verdict verdict, int requests, double share) {
    FileReport report =
        new FileScanner(ScanOptions.STANDARD).scan(Input.of(source, FetchOptions.STANDARD));
    assertThat(report.verdict()).as("%s", report.findings()).isEqualTo(verdict);
    check(source, requests, share);
  }

  private static void inspect(VirtualBytes source, int requests, double share) throws Exception {
    Inspection found =
        Inspector.inspect(Input.of(source, FetchOptions.STANDARD), ReadOptions.STANDARD);
    assertThat(found.problem()).isNull();
    assertThat(found.tensors()).hasSize(300);
    check(source, requests, share);
  }

  private static void check(VirtualBytes source, int requests, double share) {
    assertThat(source.size()).isGreaterThan(1_400_000_000);
    assertThat(source.requests()).hasSize(requests);
    assertThat((double) source.bytesRead() / (double) source.size()).isLessThan(share);
  }

  @Test
  void aZip() throws Exception {
    inspect(VirtualBytes.zip(MODEL), 100, 0.0014);
    scan(VirtualBytes.zip(MODEL), Verdict.SAFE, 100 + USER_BLOCKS, 0.0017);
  }

  @Test
  void aLegacyStream() throws Exception {
    inspect(VirtualBytes.legacy(MODEL), 101, 0.0015);
    scan(VirtualBytes.legacy(MODEL), Verdict.SAFE, 101 + USER_BLOCKS, 0.0017);
  }

  @Test
  void aSafetensorsFile() throws Exception {
    inspect(VirtualBytes.safetensors(MODEL), 2, 0.0002);
    scan(VirtualBytes.safetensors(MODEL), Verdict.NO_PICKLE, 2 + USER_BLOCKS, 0.0005);
  }
}
