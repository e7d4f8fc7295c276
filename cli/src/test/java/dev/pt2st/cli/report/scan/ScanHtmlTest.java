package dev.pt2st.cli.report.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.GlobalName;
import dev.pt2st.GlobalUse;
import dev.pt2st.Place;
import dev.pt2st.Policy;
import dev.pt2st.ResourceName;
import dev.pt2st.TracedGlobal;
import dev.pt2st.cli.report.html.HtmlText;
import dev.pt2st.scan.FileReport;
import dev.pt2st.scan.Finding;
import dev.pt2st.scan.Rule;
import dev.pt2st.scan.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page is inert, whatever the names in it, and says what there is to be said. */
class ScanHtmlTest {
  private static final Pattern TAG = Pattern.compile("<(/?)([a-z0-9]+)((?: [^<>]*)?)>");

  /** Of all elements that a page may have, none fetches, runs or sends anything. */
  private static final List<String> ELEMENTS =
      List.of(
          "html", "head", "meta", "title", "style", "body", "main", "header", "section", "h1", "h2",
          "h3", "h4", "p", "table", "caption", "tr", "th", "td", "span", "code", "pre", "article",
          "ol", "ul", "li", "dl", "dt", "dd", "time");

  private static String page(ScanRun run, ScannedFile... files) throws IOException {
    return Reports.printed(terminal -> new ScanHtml(terminal, run), files).getFirst();
  }

  private static ScannedFile hostile(String text) {
    Place place = new Place(new ResourceName(text + ".pt"), text + "/data.pkl", 2, null);
    GlobalName name = new GlobalName("os", text);
    TracedGlobal global =
        new TracedGlobal(
            name,
            new GlobalName(text, text),
            GlobalUse.CALLED,
            "GLOBAL",
            2,
            1,
            List.of(new TracedGlobal.TracedCall("REDUCE", 9, "('" + text + "')")),
            List.of(),
            false);
    String message = "calls " + name.shown() + ", which does " + text;
    return Reports.file(
        text + ".pt",
        new Finding(Rule.DANGEROUS_GLOBAL, place, message, global),
        new Finding(Rule.BROKEN_PICKLE, place, message, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "</style></code></pre><iframe src=//x>",
        "<!--",
        "]]>",
        "&lt;b&gt;",
        "a\u0000b\u001b[31m\r\n\tc",
        "exe\u202egnp",
        "\u2066x\u2069\u200e\u200f\u061c",
        "zero\u200bwidth\u200d\u2060\ufeff",
        "\u3164\u115f\uffa0\u2800\u034f\ufe0f",
        "blank\u00a0\u2003\u3000",
        "half \ud800 of a pair",
        "tag \udb40\udc41",
        "\u05e9\u05dc\u05d5\u05dd"
      })
  void aHostileNameIsTextAndNothingElse(String text) throws IOException {
    String page = page(Reports.run(Policy.STANDARD.allow(text), true), hostile(text));
    assertThat(page.chars()).allMatch(c -> c == '\n' || (c >= ' ' && c <= '~'));
    String body = page.substring(page.indexOf("</style>") + 8);
    Matcher tags = TAG.matcher(body);
    int found = 0;
    while (tags.find()) {
      found++;
      assertThat(tags.group(2)).isIn(ELEMENTS);
      assertThat(tags.group(3)).matches("( (class|scope)=\"[a-z -]+\")*");
    }
    assertThat(body.chars().filter(c -> c == '<')).hasSize(found);
    assertThat(body.chars().filter(c -> c == '>')).hasSize(found);
    assertThat(body.replaceAll("&(amp|lt|gt|quot|#39|#x[0-9a-f]+);", "")).doesNotContain("&");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a\u202eb  | a<span class=\"esc\">\\u202e</span>b",
        "a\\u202eb | a\\u202eb",
        "\u200d    | <span class=\"esc\">\\u200d</span>",
        "\ud800    | <span class=\"esc\">\\ud800</span>",
        "\u00a0    | <span class=\"esc\">\\u00a0</span>",
        "mod\u00e8 | mod&#xe8;",
        "\ud83d\ude80 | &#x1f680;",
        "<&>\"     | &lt;&amp;&gt;&quot;"
      })
  void whatCannotBeSeenIsShownAndSetOff(String text, String html) {
    assertThat(HtmlText.of(text)).isEqualTo(html);
  }

  @Test
  void thePolicyOfThePageLetsInItsOwnStyleAlone() throws Exception {
    String page = page(Reports.run());
    Matcher policy =
        Pattern.compile("http-equiv=\"Content-Security-Policy\" content=\"([^\"]+)\"")
            .matcher(page);
    assertThat(policy.find()).isTrue();
    String style = page.substring(page.indexOf("<style>") + 7, page.indexOf("</style>"));
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));
    assertThat(policy.group(1))
        .isEqualTo(
            "default-src 'none'; style-src 'sha256-"
                + Base64.getEncoder().encodeToString(hash)
                + "'; base-uri 'none'; form-action 'none'");
    assertThat(page.indexOf("Content-Security-Policy")).isLessThan(page.indexOf("<style>"));
    assertThat(style).doesNotContain("url(", "@import");
    assertThat(page).doesNotContain("http://", "https://", "<script", "<link", " style=", " on");
  }

  @Test
  void theExitCodeIsSaidInWordsOfThisScan() throws IOException {
    assertThat(page(Reports.run(), Reports.file("safe.pt")))
        .contains("Exit code 0: no file is unknown or worse, and each could be read.");
    assertThat(page(Reports.run(), Reports.file("gone.pt", Rule.UNREADABLE, "m")))
        .contains("Exit code 1: a file could not be read, or nothing was scanned.");
  }

  @Test
  void theWorstComesFirstAndSafeFilesAreOnlyCounted() throws IOException {
    ScannedFile safe = Reports.file("safe-one.pt");
    String page =
        page(
            Reports.run(),
            safe,
            Reports.file("unknown.pt", Rule.UNKNOWN_GLOBAL, "m"),
            Reports.file("dangerous.pt", Rule.DANGEROUS_GLOBAL, "m"),
            Reports.file("malformed.pt", Rule.BROKEN_PICKLE, "m"));
    assertThat(page)
        .containsSubsequence(
            "1 file can run code when loaded: do not load it.",
            "4 files scanned",
            "Exit code 3: at least one file is unknown or worse.",
            "Findings, the worst first",
            "dangerous.pt",
            "malformed.pt",
            "unknown.pt",
            "How this report was made",
            "2026-01-02T03:04:05Z",
            "SHA-256 of the policy",
            "none")
        .doesNotContain("safe-one.pt");
  }

  @Test
  void withDigestsEveryFileIsListed() throws IOException {
    String sha256 = "0123456789abcdef".repeat(4);
    FileReport safe =
        new FileReport(
            new ResourceName("safe-one.pt"), Verdict.SAFE, "", 1, List.of(), 0, List.of());
    String page =
        page(
            Reports.run(Policy.STANDARD, true),
            new ScannedFile(safe, "safe-one.pt", sha256, false));
    assertThat(page).containsSubsequence("Files without findings", "safe-one.pt", sha256);
  }

  @Test
  void howToSeeItAgainIsACommandLine() throws IOException {
    assertThat(page(Reports.run(), Reports.file("-it's a $(id).pt", Rule.BROKEN_PICKLE, "m")))
        .contains(
            "<pre>pt2st scan &#39;./-it&#39;\\&#39;&#39;s a $(id).pt&#39;</pre>",
            "<pre>pt2st inspect --pickle &#39;./-it&#39;\\&#39;&#39;s a $(id).pt&#39;</pre>");
  }

  /** A file's worth of text is kept in a nameless file, and not in the heap. */
  @Test
  void manyFilesComeOutInTheirOrder() throws IOException {
    ScannedFile[] files =
        IntStream.range(0, 3000)
            .mapToObj(i -> Reports.file("f" + (10000 + i) + ".pt", Rule.BROKEN_PICKLE, "m"))
            .toArray(ScannedFile[]::new);
    List<String> names =
        Pattern.compile("<h3>.*?<code>([^<]*)</code>")
            .matcher(page(Reports.run(), files))
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(names).hasSize(3000).isSorted();
  }
}
