package dev.pt2st.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.io.Input;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A plan is cut the same way by every worker, and each unit is in one bin of one of them. */
class UnitPlanTest {
  private static final long GIB = 1L << 30;

  @TempDir Path temporary;

  private UnitPlan plan(List<Long> weights) throws IOException {
    List<String> lines =
        IntStream.range(0, weights.size())
            .mapToObj(i -> UnitLine.of(unit("/m/" + i + ".pt", weights.get(i))))
            .toList();
    return UnitPlan.open(Input.of(Files.write(temporary.resolve("units.jsonl"), lines)));
  }

  private static WorkUnit unit(String uri, long weight) {
    return new WorkUnit(uri, weight, "v", UnitTask.SCAN, "", UnitOptions.STANDARD, weight);
  }

  private static long weight(List<UnitPlan.Bin> bins) {
    return bins.stream().mapToLong(UnitPlan.Bin::weight).sum();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 64})
  void eachUnitIsInOneBinOfOneShard(int shards) throws IOException {
    Random random = new Random(shards);
    List<Long> weights =
        IntStream.range(0, 5000)
            .mapToObj(i -> 1 + random.nextLong(1L << random.nextInt(34)))
            .toList();
    try (UnitPlan plan = plan(weights)) {
      List<Integer> seen = new ArrayList<>();
      List<Long> loads = new ArrayList<>();
      for (int shard = 0; shard < shards; shard++) {
        List<UnitPlan.Bin> bins = plan.bins(shard, shards);
        assertThat(bins).isEqualTo(plan.bins(shard, shards));
        bins.forEach(bin -> seen.addAll(bin.units()));
        loads.add(weight(bins));
      }

      assertThat(seen).hasSize(5000).doesNotHaveDuplicates();
      long total = weights.stream().mapToLong(w -> w).sum();
      long heaviest = weights.stream().mapToLong(w -> w).max().orElseThrow();
      assertThat(loads).allMatch(load -> load <= total / shards + Math.max(heaviest, total / 80));
    }
  }

  @Test
  void theHeaviestBinComesFirst() throws IOException {
    try (UnitPlan plan = plan(List.of(1L, 5 * GIB, 2L, 3L, 4 * GIB))) {
      List<UnitPlan.Bin> bins = plan.bins(0, 1);

      assertThat(bins.get(0).units()).containsExactly(1);
      assertThat(bins.get(1).units()).containsExactly(4);
      assertThat(bins.stream().map(UnitPlan.Bin::weight))
          .isSortedAccordingTo((one, other) -> Long.compare(other, one));
    }
  }

  /** However much there is to do besides. */
  @Test
  void aFileOf200GbIsABinAlone() throws IOException {
    List<Long> weights = new ArrayList<>(IntStream.range(0, 4000).mapToObj(i -> 50 * GIB).toList());
    weights.add(1000, 200_000_000_000L);
    try (UnitPlan plan = plan(weights)) {
      assertThat(plan.bins(0, 1).getFirst().units()).containsExactly(1000);
      assertThat(plan.bins(0, 1)).allMatch(bin -> bin.weight() <= 200_000_000_000L);
    }
  }

  @Test
  void aBinHasNoMoreThanAThousandUnits() {
    BinLayout cut = BinLayout.of(1_000_000, 0, 1_000_000, BinLayout.capacity(1_000_000, 80));

    assertThat(cut.bins()).isEqualTo(1000);
  }

  @Test
  void aWrongLineIsNamedByItsNumber() throws IOException {
    Path file = temporary.resolve("units.jsonl");
    String good = UnitLine.of(unit("/m/a.pt", 1));
    Files.write(file, List.of(good, "", good.replace("a.pt", "b.pt"), "{\"uri\":"));
    assertThatThrownBy(() -> UnitPlan.open(Input.of(file)))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(file + ": line 4: this is not a JSON object");

    Files.write(file, List.of(good, good));
    assertThatThrownBy(() -> UnitPlan.open(Input.of(file)))
        .hasMessage(file + ": line 2: the same unit is there twice");

    Files.write(file, new byte[] {'{', (byte) 0xff, '}', '\n'});
    assertThatThrownBy(() -> UnitPlan.open(Input.of(file)))
        .hasMessage(file + ": line 1: this is not UTF-8");
  }

  @Test
  void aPlanMayBeEmptyOrWithoutALastLineFeed() throws IOException {
    Path file = Files.writeString(temporary.resolve("a.jsonl"), UnitLine.of(unit("/m/a.pt", 1)));
    try (UnitPlan plan = UnitPlan.open(Input.of(file))) {
      assertThat(plan.unit(0)).isEqualTo(unit("/m/a.pt", 1));
    }
    Path empty = Files.createFile(temporary.resolve("empty.jsonl"));
    try (UnitPlan plan = UnitPlan.open(Input.of(empty))) {
      assertThat(plan.bins(0, 3)).isEmpty();
    }
  }
}
