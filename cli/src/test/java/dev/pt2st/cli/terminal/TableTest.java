package dev.pt2st.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.cli.terminal.Table.Column;
import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void columnsAreAligned() {
    Table table = new Table(Column.NAME, Column.NUMBER);
    table.add("name", "bytes");
    table.add("a.long.name", "7");
    assertThat(table.lines(80)).containsExactly("name         bytes", "a.long.name      7");
  }

  @Test
  void theFirstColumnGivesWayInTheMiddle() {
    Table table = new Table(Column.NAME, Column.NUMBER);
    table.add("model.layers.0.attention.weight", "1024");
    assertThat(table.lines(24)).containsExactly("model.la…on.weight  1024");
  }

  @Test
  void withoutATerminalNothingIsCut() {
    String name = "layer.".repeat(100) + "weight";
    Table table = new Table(Column.NAME, Column.NUMBER);
    table.add(name, "1");
    assertThat(table.lines(Integer.MAX_VALUE)).containsExactly(name + "  1");
  }

  @Test
  void wideLettersTakeTwoColumnsAndMarksNone() {
    Table table = new Table(Column.NAME, Column.NUMBER);
    table.add("权重", "1");
    table.add("e\u0301tat", "2");
    table.add("🤗", "3");
    assertThat(table.lines(80)).containsExactly("权重  1", "e\u0301tat  2", "🤗    3");
  }

  @Test
  void wideLettersAreCutToTheWidth() {
    Table table = new Table(Column.NAME, Column.NUMBER);
    table.add("权重权重权重权重权重", "1");
    assertThat(table.lines(15)).containsExactly("权重…重权重   1");
  }

  @Test
  void aTextGivesWayAtItsEnd() {
    Table table = new Table(Column.NAME, Column.TEXT);
    table.add("note", "read from the start, as far as there is room");
    assertThat(table.lines(24)).containsExactly("note  read from the sta…");
  }

  @Test
  void theWidestColumnGivesWayFirstAndNumbersNever() {
    Table table = new Table(Column.NAME, Column.NUMBER, Column.TEXT);
    table.add(
        "a.name.of.twenty.one", "1234567890123456", "a text that is forty characters long. ok");
    assertThat(table.lines(62))
        .containsExactly("a.name.of.twenty.one  1234567890123456  a text that is forty …");
    assertThat(table.lines(44)).containsExactly("a.nam…ty.one  1234567890123456  a text that…");
    assertThat(table.lines(40)).containsExactly("a.na…y.one  1234567890123456  a text th…");
    assertThat(table.lines(20)).containsExactly("a.…one  1234567890123456  a tex…");
  }
}
