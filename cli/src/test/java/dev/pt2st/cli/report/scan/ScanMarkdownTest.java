package dev.pt2st.cli.report.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.GlobalName;
import dev.pt2st.GlobalUse;
import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import dev.pt2st.TracedGlobal;
import dev.pt2st.scan.Finding;
import dev.pt2st.scan.Rule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.commonmark.ext.autolink.AutolinkExtension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The summary is what it says and nothing else, whatever the names in it; a parser tells. */
class ScanMarkdownTest {
  private static final Parser PARSER =
      Parser.builder()
          .extensions(List.of(TablesExtension.create(), AutolinkExtension.create()))
          .build();

  /** All that a summary is made of. None of it links, embeds or mentions. */
  private static final Set<String> NODES =
      Set.of(
          "Document",
          "Heading",
          "Paragraph",
          "StrongEmphasis",
          "Text",
          "Code",
          "BulletList",
          "ListItem",
          "TableBlock",
          "TableHead",
          "TableBody",
          "TableRow",
          "TableCell");

  private static String markdown(ScannedFile... files) throws IOException {
    return Reports.printed(terminal -> new ScanMarkdown(terminal, Reports.run()), files).getFirst();
  }

  private static ScannedFile hostile(String text) {
    Place place = new Place(new ResourceName(text), text, 2, null);
    GlobalName name = new GlobalName("os", text);
    TracedGlobal global =
        new TracedGlobal(
            name,
            name,
            GlobalUse.CALLED,
            "GLOBAL",
            2,
            1,
            List.of(new TracedGlobal.TracedCall("REDUCE", 9, "('" + text + "')")),
            List.of(),
            false);
    String message = "calls " + name.shown() + ", which does " + text;
    return Reports.file(
        text,
        new Finding(Rule.DANGEROUS_GLOBAL, place, message, global),
        new Finding(Rule.UNKNOWN_GLOBAL, place, message, global),
        new Finding(Rule.BROKEN_PICKLE, place, text, null));
  }

  private static final class Seen extends AbstractVisitor {
    private final List<String> nodes = new ArrayList<>();
    private final List<String> code = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    @Override
    protected void visitChildren(Node parent) {
      nodes.add(parent.getClass().getSimpleName());
      super.visitChildren(parent);
    }

    @Override
    public void visit(Code node) {
      code.add(node.getLiteral());
      super.visit(node);
    }

    @Override
    public void visit(Text node) {
      text.append(node.getLiteral());
      super.visit(node);
    }
  }

  private static Seen parse(String markdown) {
    Seen seen = new Seen();
    PARSER.parse(markdown).accept(seen);
    return seen;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "`<b>`",
        "``` ```` `",
        "`",
        "``",
        "\\`",
        " `",
        "` ",
        "[x](javascript:alert(1))",
        "![x](https://example.org/x.png)",
        "https://example.org www.example.org",
        "<https://example.org>",
        "@someone #1 GH-1 :boom: a@b.example",
        "| a | b |",
        "**bold** _it_ ~~x~~ $`x`$ $$y$$",
        "&lt;b&gt; &#96;",
        "# heading",
        "- [ ] item",
        "> quote",
        "---",
        "```mermaid",
        "line\nend\r\n\n<b>",
        "\u0001\n\n# heading",
        "exe\u202egnp",
        "zero\u200bwidth",
        " ",
        "   ",
        "x  "
      })
  void aHostileNameIsCodeAndNothingElse(String text) throws IOException {
    String markdown = markdown(hostile(text));
    Seen seen = parse(markdown);
    assertThat(seen.nodes).isSubsetOf(NODES);
    assertThat(markdown.lines().filter(line -> !line.isEmpty()))
        .allMatch(line -> line.matches("(##|###|-|\\||\\*\\*|pt2st).*"));
    String shown = MarkdownText.code(text).replaceAll("^`+ ?| ?`+$", "");
    assertThat(seen.code)
        .filteredOn(code -> !code.startsWith("--allow")) // has the name as a pattern
        .isNotEmpty()
        .allMatch(code -> code.contains(shown.strip()));
    assertThat(seen.text.toString()).doesNotContain("alert", "example", "someone", "bold");
    assertThat(seen.text.toString().chars()).noneMatch(c -> c == '@' || c == '#' || c == '<');
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {"a.pt; `a.pt`", "a`b; `` a`b ``", "`; `` ` ``", "a\u202eb; `a\\u202eb`"})
  void aNameIsInACodeSpan(String text, String markdown) {
    assertThat(MarkdownText.code(text)).isEqualTo(markdown);
    assertThat(parse(markdown).code).hasSize(1);
  }

  @Test
  void onlyAHarmlessSentenceIsText() {
    assertThat(MarkdownText.of("the archive has no end record, so it is cut short."))
        .doesNotContain("`");
    for (String text : List.of("see www.example.org", "a_b_c", "to <b>", "x: y", "", "#1", "@a")) {
      assertThat(MarkdownText.of(text)).startsWith("`");
    }
  }

  @Test
  void itSaysWhatCameOutAndTheWorstFirst() throws IOException {
    String markdown =
        markdown(
            Reports.file("fine.pt"),
            Reports.file("cut.pt", Rule.BROKEN_PICKLE, "the pickle ends too early"),
            hostile("system"));
    assertThat(markdown)
        .contains("**1 file can run code when loaded: do not load it.**\n")
        .contains("| dangerous | 1 |\n| malformed | 1 |\n")
        .contains("| safe | 1 |\n")
        .contains("- the pickle ends too early\n")
        .contains(
            "- `os.system`, called: `os.system('system')`; does system; in `system`, at byte 2\n")
        .contains("; not on the list; if you know that it is data: `--allow os.system`;")
        .doesNotContain("fine.pt")
        .endsWith(", 2026-01-02T03:04:05Z, exit code 3.\n");
    assertThat(markdown.indexOf("### dangerous")).isLessThan(markdown.indexOf("### malformed"));
  }

  @Test
  void aFileWithManyFindingsShowsSome() throws IOException {
    Finding one = Reports.file("a", Rule.BROKEN_PICKLE, "broken").report().findings().getFirst();
    Finding[] many = IntStream.range(0, 30).mapToObj(i -> one).toArray(Finding[]::new);
    assertThat(markdown(Reports.file("a", 5, many)))
        .containsOnlyOnce("- and 15 more findings\n")
        .satisfies(text -> assertThat(text.split("- broken", -1)).hasSize(21));
  }

  @Test
  void itsLengthIsBounded() throws IOException {
    ScannedFile[] files =
        IntStream.range(0, 3000)
            .mapToObj(i -> hostile("\u00e9".repeat(400) + i))
            .toArray(ScannedFile[]::new);
    String markdown = markdown(files);
    assertThat(markdown.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(1 << 20);
    assertThat(markdown).containsPattern("And \\d+ more files, which other formats list\\.");
  }
}
