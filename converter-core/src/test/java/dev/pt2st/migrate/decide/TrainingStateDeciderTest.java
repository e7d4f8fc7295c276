package dev.pt2st.migrate.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.migrate.content.NotAModelException;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Action;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.MigrationUnit.Kind;
import dev.pt2st.migrate.unit.UnitResult;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A file that holds no model is left alone; one that an index calls a shard is not. */
class TrainingStateDeciderTest {
  private static final String OPTIMIZER = "the state of an optimizer, not a model";

  private static String decide(Kind kind, @Nullable Item index) {
    Item file = Item.of("d/s.bin", 1, 1, "d/s.safetensors");
    UnitResult result =
        TrainingStateDecider.decide(
            new MigrationUnit(kind, List.of(file), index, Action.CONVERT, ""),
            new NotAModelException(Path.of("d/s.bin"), OPTIMIZER, true));
    return result.verdict().shown() + ": " + result.reason();
  }

  @Test
  void theStateOfAnOptimizerIsLeftAlone() {
    assertThat(decide(Kind.CHECKPOINT, null)).isEqualTo("left alone: " + OPTIMIZER);
  }

  @Test
  void asAShardThatNoIndexNamesItIsLeftAloneWithTheOthers() {
    assertThat(decide(Kind.MODEL, Item.made("d/i")))
        .isEqualTo("left alone: the shard s.bin is not a model: " + OPTIMIZER);
  }

  @Test
  void asAShardThatAnIndexNamesItMakesTheModelRefused() {
    assertThat(decide(Kind.MODEL, Item.of("d/i.json", 1, 1, "d/i")))
        .isEqualTo("refused: the shard s.bin is not a model: " + OPTIMIZER);
  }
}
