package dev.pt2st.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.AttributeProvider;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * The pages as a static site: HTML beside pictures and schemas, in the folders that the pages have,
 * without scripts and without anything from a network. The profile {@code site} runs it.
 */
final class Site {
  private static final List<Extension> EXTENSIONS = List.of(TablesExtension.create());

  /** A link within the repository to a page. */
  private static final Pattern PAGE = Pattern.compile("href=\"((?!\\w+:)[^\"#]*)\\.md(#[^\"]*)?\"");

  static final List<String> FURTHER =
      List.of(
          "CHANGELOG.md",
          "CONTRIBUTING.md",
          "RELEASING.md",
          "SECURITY.md",
          "bench/README.md",
          "bench/RESULTS.md",
          "bench/TRIED.md",
          "samples/README.md");

  private static final Pattern COPIED =
      Pattern.compile("(?:docs|bench)/.*\\.(?:svg|json|dot)|LICENSE|samples/.*\\.(?:java|py)");

  private Site() {}

  /** Takes the folder to write to. */
  public static void main(String[] arguments) throws IOException {
    write(Path.of(arguments[0]));
  }

  static void write(Path target) throws IOException {
    List<Page> pages = new ArrayList<>(Readme.pages());
    FURTHER.forEach(name -> pages.add(Page.of(name)));
    for (Page page : pages) {
      Path file = target.resolve(address(page.name()));
      Files.createDirectories(file.getParent());
      Files.writeString(file, html(page));
    }
    Path root = Samples.root();
    for (String folder : List.of("docs", "bench", "samples/src/main", "samples/tools", "LICENSE")) {
      try (Stream<Path> files = Files.walk(root.resolve(folder))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String name = root.relativize(file).toString().replace('\\', '/');
          if (COPIED.matcher(name).matches()) {
            Path copy = target.resolve(name);
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
          }
        }
      }
    }
  }

  /** A browser shows index.html of a folder, as GitHub shows README.md. */
  static String address(String name) {
    return name.replaceFirst("README\\.md$", "index.html").replaceFirst("\\.md$", ".html");
  }

  private static String html(Page page) {
    List<String> anchors = new ArrayList<>(page.anchors());
    Node document = Parser.builder().extensions(EXTENSIONS).build().parse(page.text());
    // Headings come in the order of the page, and so do their anchors.
    AttributeProvider ids =
        (node, tag, attributes) -> {
          if (node instanceof Heading && !anchors.isEmpty()) {
            attributes.put("id", anchors.removeFirst());
          }
        };
    String body =
        HtmlRenderer.builder()
            .extensions(EXTENSIONS)
            .attributeProviderFactory(context -> ids)
            .build()
            .render(document);
    body =
        PAGE.matcher(body)
            .replaceAll(link -> {
              String anchor = link.group(2) == null ? "" : link.group(2);
              return "href=\"" + address(link.group(1) + ".md") + anchor + "\"";
            });
    String up = "../".repeat((int) page.name().chars().filter(c -> c == '/').count());
    String title = page.lines().getFirst().replaceFirst("^#+ ", "");
    return TEMPLATE
        .replace("TITLE", title.equals("pt2st") ? title : title + " · pt2st")
        .replace("NAVIGATION", navigation(page.name(), up))
        .replace("BODY", body);
  }

  private static String navigation(String current, String up) {
    StringBuilder links = new StringBuilder();
    for (Map.Entry<String, String> link : NAVIGATION) {
      String here = link.getKey().equals(current) ? " aria-current=\"page\"" : "";
      links
          .append("<a href=\"" + up + address(link.getKey()) + "\"" + here + ">")
          .append(link.getValue() + "</a>\n");
    }
    return links.toString();
  }

  private static final List<Map.Entry<String, String>> NAVIGATION =
      List.of(
          Map.entry("README.md", "pt2st"),
          Map.entry("docs/README.md", "documentation"),
          Map.entry("docs/install.md", "install"),
          Map.entry("docs/convert.md", "convert"),
          Map.entry("docs/migrate.md", "migrate"),
          Map.entry("docs/scan.md", "scan"),
          Map.entry("docs/verify.md", "verify"),
          Map.entry("docs/inspect.md", "inspect"),
          Map.entry("docs/remote.md", "remote"),
          Map.entry("docs/sharded.md", "sharded"),
          Map.entry("docs/python.md", "Python"),
          Map.entry("docs/library.md", "Java"),
          Map.entry("docs/troubleshooting.md", "troubleshooting"),
          Map.entry("SECURITY.md", "security"));

  private static final String TEMPLATE =
      """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>TITLE</title>
      <style>
      :root { --line: light-dark(#d0d7de, #30363d); --faint: light-dark(#f6f8fa, #161b22); --link: light-dark(#0550ae, #79c0ff) }
      body { margin: 0 auto; max-width: 60rem; padding: 1rem 1.2rem 4rem; font: 1rem/1.55 system-ui, sans-serif }
      nav { display: flex; flex-wrap: wrap; gap: .2rem 1rem; padding-bottom: .6rem; border-bottom: 1px solid var(--line) }
      a { color: var(--link); text-underline-offset: .15em }
      nav a { text-decoration: none } nav a[aria-current] { font-weight: bold; color: inherit }
      h1, h2, h3 { line-height: 1.25; margin: 1.8em 0 .6em } h1 { margin-top: 1em }
      pre, code { font: .88em/1.45 ui-monospace, "DejaVu Sans Mono", monospace; background: var(--faint) }
      code { padding: .1em .3em; border-radius: .3em } pre { padding: .8rem 1rem; overflow-x: auto; border: 1px solid var(--line); border-radius: .4rem }
      pre code { padding: 0; font-size: 1em }
      table { border-collapse: collapse; display: block; overflow-x: auto }
      th, td { border: 1px solid var(--line); padding: .35rem .6rem; text-align: left; vertical-align: top }
      th { background: var(--faint) } img { max-width: 100%; height: auto }
      </style>
      <nav aria-label="pages">
      NAVIGATION</nav>
      <main>
      BODY</main>
      </html>
      """;
}
