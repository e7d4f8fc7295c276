package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import dev.pt2st.Durability;
import dev.pt2st.IfExists;
import dev.pt2st.safetensors.SafetensorsWriter;
import dev.pt2st.tensor.DType;
import dev.pt2st.tensor.Shape;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code inspect --format html} and {@code migrate --report-html}: inert, and complete. */
class InertPagesTest {
  private static final Pattern TAG = Pattern.compile("<(/?)([a-z0-9]+)((?: [^<>]*?)?)/?>");

  /** Of all elements that a page may have, none fetches, runs or sends anything. */
  private static final List<String> ELEMENTS =
      List.of(
          "html", "head", "meta", "title", "style", "body", "main", "header", "section", "h1", "h2",
          "p", "table", "caption", "tr", "th", "td", "span", "code", "ul", "li", "dl", "dt", "dd",
          "div", "details", "summary", "br", "svg", "g", "rect", "text", "button");

  @TempDir Path temporary;

  private static String hash(String text) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
  }

  /** The page without its script, which is always the same and the only one that may run. */
  private static String withoutZoom(String page) throws Exception {
    String script;
    try (InputStream in =
        InertPagesTest.class.getResourceAsStream("/dev/pt2st/cli/report/html/treemap.js")) {
      script = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
    assertThat(script).doesNotContain("innerHTML", "eval", "fetch", "import", "http", "</");
    String element = "<script>" + script + "</script>\n";
    assertThat(page.contains("script-src")).isEqualTo(page.contains("<svg"));
    if (!page.contains("<svg")) {
      return page;
    }
    String source = "script-src " + hash(script) + "; ";
    assertThat(page).containsOnlyOnce(source).containsOnlyOnce(element);
    return page.replace(source, "").replace(element, "");
  }

  private static String inert(String whole) throws Exception {
    String page = withoutZoom(whole);
    assertThat(page.chars()).allMatch(c -> c == '\n' || (c >= ' ' && c <= '~'));
    assertThat(page.stripTrailing()).endsWith("</html>");
    String style = page.substring(page.indexOf("<style>") + 7, page.indexOf("</style>"));
    assertThat(page.substring(0, page.indexOf("<style>")))
        .contains(
            "content=\"default-src 'none'; style-src "
                + hash(style)
                + "; base-uri 'none'; form-action 'none'\"");
    String body = page.substring(page.indexOf("</style>") + 8);
    Matcher tags = TAG.matcher(body);
    int found = 0;
    while (tags.find()) {
      found++;
      assertThat(tags.group(2)).isIn(ELEMENTS);
      assertThat(tags.group(3))
          .matches(
              "(?: (?:(?:class|scope|role|aria-label|aria-live|viewBox|x|y|width|height|tabindex|id|type)"
                  + "=\"[A-Za-z0-9 ,.-]*\"|open|hidden|disabled))*");
    }
    assertThat(body.chars().filter(c -> c == '<')).hasSize(found);
    assertThat(body.chars().filter(c -> c == '>')).hasSize(found);
    assertThat(body.replaceAll("&(amp|lt|gt|quot|#39|#x[0-9a-f]+);", "")).doesNotContain("&");
    assertThat(page).doesNotContain("http://", "https://", "<script", "<link", " style=");
    return body;
  }

  private Path file(List<String> names) throws Exception {
    Path file = temporary.resolve("model.safetensors");
    List<SafetensorsWriter.Tensor> tensors =
        names.stream()
            .map(name -> new SafetensorsWriter.Tensor(name, DType.U8, Shape.of(4)))
            .toList();
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(
            file, tensors, Map.of("key <b>", "text </style>"), IfExists.REFUSE)) {
      for (String name : names) {
        writer.write(name, MemorySegment.ofArray(new byte[4]));
      }
      writer.commit(Durability.WRITTEN);
    }
    return file;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "</title></text></svg><iframe src=//x>",
        "' onmouseover='alert(1)",
        "<!--",
        "]]>",
        "&lt;b&gt;",
        "a\u0000b\u001b[31m\r\n\tc",
        "exe\u202egnp",
        "zero\u200bwidth\ufeff",
        "\u05e9\u05dc\u05d5\u05dd",
        "...",
        "a..b."
      })
  void aHostileNameIsTextAndNothingElse(String name) throws Exception {
    Run run = Run.of("inspect", "--format", "html", file(List.of(name, "plain." + name, "x")));
    assertThat(run.code()).as(run.err()).isZero();
    inert(run.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip_training.pt", "zip_shared.pt", "zip_module.pt", "zip_quantized.pt"})
  void aPageHasWhatTheTextHas(String sample) throws Exception {
    Run run = Run.of("inspect", Samples.checkpoint(sample), "--format", "html");
    assertThat(run.code()).isZero();
    String body = inert(run.out());
    assertThat(body).contains("<svg", "Modules by bytes", "Roots", "Globals", "Element types");
    Run text = Run.of("inspect", Samples.checkpoint(sample), "--json");
    for (JsonElement tensor : text.json().getAsJsonArray("tensors")) {
      String name = tensor.getAsJsonObject().get("name").getAsString();
      // What it is in stands around it.
      assertThat(body)
          .contains("<li><code>" + name.substring(name.lastIndexOf('.') + 1) + "</code>");
    }
    assertThat(body.contains("Shared memory")).isEqualTo(sample.equals("zip_shared.pt"));
  }

  @Test
  void aBrokenFileHasAPageThatSaysSo() throws Exception {
    Run run = Run.of("inspect", Samples.checkpoint("bad_two_pickles.pkl"), "--format", "html");
    assertThat(run.code()).isNotZero();
    if (!run.out().isEmpty()) {
      assertThat(inert(run.out())).contains("malformed");
    }
  }

  /** The drawing stays small and leaves no layer out, and each tensor has its line. */
  @Test
  void fiftyThousandTensorsMakeAPageThatABrowserCanShow() throws Exception {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      names.add("layers." + i / 100 + ".part." + i % 100);
    }
    Run run = Run.of("inspect", "--format", "html", file(names));
    assertThat(run.code()).isZero();
    String page = run.out();
    assertThat(page.split("<rect ", -1).length - 1).isBetween(200, 4000);
    assertThat(page.split("<li>", -1).length - 1).isGreaterThan(50_000);
    assertThat(page.length()).isLessThan(12 << 20);
    for (int layer = 0; layer < 500; layer++) {
      assertThat(page).contains("<title>layers." + layer + ", ");
    }
  }

  @Test
  void depthThatNoBrowserNestsIsFlattened() throws Exception {
    String deep = "a" + ".a".repeat(900);
    Run run = Run.of("inspect", "--format", "html", file(List.of(deep, "b")));
    String body = inert(run.out());
    assertThat(body.split("<details", -1).length - 1).isLessThan(101);
    assertThat(body).contains("<code>" + "a.".repeat(700));
  }

  @Test
  void aMigrationHasAPage() throws Exception {
    Path models = Files.createDirectory(temporary.resolve("models"));
    Files.copy(Samples.checkpoint("zip_training.pt"), models.resolve("a<b>.pt"));
    Files.copy(Samples.checkpoint("zip_lightning_called.ckpt"), models.resolve("c.ckpt"));
    Path page = temporary.resolve("page.html");
    Path report = temporary.resolve("report.json");
    Run run = Run.of("migrate", models, "--report-html", page, "--report", report);
    assertThat(run.code()).isEqualTo(3);
    String body = inert(Files.readString(page));
    assertThat(body)
        .contains("1 model converted; 1 refused or failed.")
        .contains("Refusals by reason")
        .contains("<code>a&lt;b&gt;.pt</code> &#x2192; <code>a&lt;b&gt;.safetensors</code>")
        .contains("Exit code 3");
    assertThat(report).exists();
    Run dry = Run.of("migrate", models, "--dry-run", "--report-html", page);
    assertThat(dry.code()).isEqualTo(3);
    assertThat(inert(Files.readString(page))).contains("to convert");
  }

  @Test
  void whatMakesNoSenseIsSaid() {
    Path sample = Samples.checkpoint("zip_basic.pt");
    assertThat(Run.of("inspect", "--format", "html", "--json", sample).code()).isEqualTo(2);
    assertThat(Run.of("inspect", "--format", "html", "--tree", sample).code()).isEqualTo(2);
    assertThat(Run.of("inspect", "--format", "pdf", sample).code()).isEqualTo(2);
    assertThat(Run.of("migrate", temporary, "--report-html", "-").code()).isEqualTo(2);
    assertThat(Run.of("migrate", temporary, "--report", "x", "--report-html", "x").code())
        .isEqualTo(2);
    assertThat(Run.of("inspect", "--format", "json", sample).json().has("tensors")).isTrue();
  }
}
