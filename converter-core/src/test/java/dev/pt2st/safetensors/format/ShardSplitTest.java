package dev.pt2st.safetensors.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What huggingface_hub's {@code split_state_dict_into_shards_factory} makes of the same sizes. */
class ShardSplitTest {
  @ParameterizedTest
  @CsvSource({
    "10, 6 6 2 6 2 2, 6|6 2|6 2 2",
    "10, 5 5, 5 5",
    "10, 5 5 1, 5 5|1",
    "10, 11, 11",
    "10, 11 12, 11|12",
    "10, 3 11 3, 11|3 3",
    "10, 3 11 8, 11|3|8",
    "10, 0 0 10 0, 0 0 10 0",
    "10, 10 0 1, 10 0|1",
    "1, 1 1 1, 1|1|1"
  })
  void shardsAreFilledInOrder(long most, String sizes, String shards) {
    List<Long> tensors = Arrays.stream(sizes.split(" ")).map(Long::valueOf).toList();
    String split =
        ShardSplit.split(tensors, size -> size, most).stream()
            .map(shard -> shard.stream().map(String::valueOf).collect(Collectors.joining(" ")))
            .collect(Collectors.joining("|"));
    assertThat(split).isEqualTo(shards);
  }

  @Test
  void noTensorsAreNoShards() {
    assertThat(ShardSplit.split(List.<Long>of(), size -> size, 10)).isEmpty();
  }

  @Test
  void aShardOfNothingIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ShardSplit.split(List.of(1L), size -> size, 0));
  }
}
