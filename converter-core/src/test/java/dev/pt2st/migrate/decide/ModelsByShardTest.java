package dev.pt2st.migrate.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.migrate.names.ShardName;
import dev.pt2st.migrate.unit.MigrationUnit.Action;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A shard finds its model without asking all others. */
class ModelsByShardTest {
  private static final int MANY = 3000;

  private final ModelsByShard models = new ModelsByShard();

  private static Item item(String name) {
    return Item.of(name, 1, 1, name + ".safetensors");
  }

  private static ShardedModel model(int number, String kind) {
    String index = kind + number + ".bin.index.json";
    String shard = kind + number + "-00001-of-00001.bin";
    return switch (kind) {
      case "named" -> ShardedModel.of(item(index), Set.of(shard));
      case "broken" -> ShardedModel.broken(item(index), Action.FAIL, "why", Set.of());
      default -> ShardedModel.withoutIndex(ShardName.of(shard).orElseThrow(), item(shard), index);
    };
  }

  @Test
  void eachFileAsksOnlyTheModelsThatItMayBelongTo() {
    List<String> kinds = List.of("named", "broken", "set");
    for (int i = 10_000; i < 10_000 + MANY; i++) {
      for (String kind : kinds) {
        models.add(model(i, kind));
      }
    }
    for (int i = 10_000; i < 10_000 + MANY; i++) {
      for (String kind : kinds) {
        Item shard = item(kind + i + "-00001-of-00001.bin");
        assertThat(models.take(shard)).as(kind + i).isTrue();
      }
      assertThat(models.take(item("other" + i + ".bin"))).isFalse();
    }
    // One each; a broken one is looked at, and then takes it.
    assertThat(models.asked()).isEqualTo(4L * MANY);
  }

  @Test
  void aFileThatTwoIndicesNameGoesToBoth() {
    models.add(ShardedModel.of(item("a.bin.index.json"), Set.of("x.bin")));
    models.add(ShardedModel.of(item("b.bin.index.json"), Set.of("x.bin")));
    assertThat(models.take(item("x.bin"))).isTrue();
    assertThat(models.asked()).isEqualTo(2);
  }
}
