package dev.pt2st.migrate.plan;

import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.UnitJson;

/**
 * What may become a unit of a directory, before others of it are known.
 *
 * @param item the file, with its target
 * @param wrapped whether only unpacking can tell what is in it
 */
record Candidate(Item item, boolean wrapped) {

  boolean isLink() {
    return !item.leadsTo().isEmpty();
  }

  String line() {
    return (wrapped ? "w" : "f")
        + UnitJson.write(
            new MigrationUnit(
                MigrationUnit.Kind.CHECKPOINT,
                java.util.List.of(item),
                null,
                MigrationUnit.Action.CONVERT,
                ""));
  }

  static Candidate read(String line) {
    return new Candidate(
        UnitJson.read(line.substring(1)).files().getFirst(), line.charAt(0) == 'w');
  }
}
