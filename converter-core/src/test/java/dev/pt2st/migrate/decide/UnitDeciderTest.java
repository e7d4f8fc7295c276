package dev.pt2st.migrate.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.RemedyWording;
import dev.pt2st.migrate.content.ExistingSafetensors.Beside;
import dev.pt2st.migrate.recognize.FactsOnDemand.UnfitName;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Action;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.MigrationUnit.Kind;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is known of a unit in, the first thing that stands against it out. */
class UnitDeciderTest {
  private static final Item ITEM = Item.of("x.pt", 10, 1, "x.safetensors");

  private final Facts.Look look = new Facts.Look();
  private TargetClaims claims;

  @BeforeEach
  void noClaims() throws IOException {
    claims = new TargetClaims();
  }

  @AfterEach
  void closeClaims() {
    claims.close();
  }

  private String decide(Action action) throws IOException {
    return decide(action, false);
  }

  private String decide(Action action, boolean removeOriginals) throws IOException {
    MigrationUnit unit = new MigrationUnit(Kind.CHECKPOINT, List.of(ITEM), null, action, "");
    return Facts.line(
        new UnitDecider(look, claims, removeOriginals, RemedyWording.PLAIN).decide(unit));
  }

  private void claimTwice() throws IOException {
    Item other = Item.of("x.bin", 10, 1, "x.safetensors");
    for (Item item : List.of(ITEM, other)) {
      claims.add(item.target());
    }
    for (Item item : List.of(ITEM, other)) {
      claims.claim(item);
    }
  }

  @Test
  void whatStandsAgainstNothingIsConverted() throws IOException {
    assertThat(decide(Action.CONVERT)).isEqualTo("CONVERT CHECKPOINT x.pt");
    assertThat(decide(Action.REFUSE)).isEqualTo("REFUSE CHECKPOINT x.pt");
  }

  /** Each is put on top of those before it, and is what counts from then on. */
  @Test
  void theFirstThatStandsAgainstItCounts() throws IOException {
    look.unfit.put("x.pt", new UnfitName("d/x.safetensors", "too long"));
    assertThat(decide(Action.CONVERT))
        .isEqualTo(
            "FAIL CHECKPOINT x.pt: its output cannot be named x.safetensors: too long; give the"
                + " checkpoint a shorter name");
    claimTwice();
    assertThat(decide(Action.CONVERT))
        .isEqualTo(
            "REFUSE CHECKPOINT x.pt: x.pt and x.bin would both be x.safetensors; rename one, or"
                + " leave it out");
    look.beside.put("x.pt", new Beside("x.safetensors", false));
    assertThat(decide(Action.CONVERT))
        .startsWith("FAIL CHECKPOINT x.pt: x.safetensors is beside it and is not a safetensors");
    look.beside.put("x.pt", new Beside("x.safetensors", true));
    assertThat(decide(Action.CONVERT))
        .isEqualTo("LEAVE_ALONE CHECKPOINT x.pt: x.safetensors is there beside it");
    look.leftAlone.put("x.pt", "the state of an optimizer, not a model");
    assertThat(decide(Action.CONVERT))
        .isEqualTo("LEAVE_ALONE CHECKPOINT x.pt: the state of an optimizer, not a model");
    look.putBeside.add("x.pt");
    assertThat(decide(Action.CONVERT)).isEqualTo("KEEP SIDE_FILE x.pt");
    assertThat(decide(Action.REFUSE)).isEqualTo("REFUSE CHECKPOINT x.pt");
    look.done.add("x.pt");
    assertThat(decide(Action.CONVERT)).isEqualTo("KEEP CHECKPOINT x.pt");
    assertThat(decide(Action.REFUSE)).isEqualTo("KEEP CHECKPOINT x.pt");
    assertThat(decide(Action.CONVERT, true)).isEqualTo("COMPARE CHECKPOINT x.pt");
  }
}
