package dev.pt2st.cli.report.html;

import dev.pt2st.text.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The common parts of all pages: their content security policy and their style. */
public final class HtmlDocument {
  private static final String STYLE = "page.css";
  private static final String ZOOM = "treemap.js";

  private HtmlDocument() {}

  /**
   * Everything before the content: nothing is fetched, no script runs, and only this style applies.
   *
   * @param title plain text from this program
   */
  public static String head(String title) {
    return head(title, "");
  }

  /**
   * The same for a page with a drawing of modules and a script that zooms it, the only one that
   * runs.
   *
   * @param title plain text from this program
   */
  static String headWithZoom(String title) {
    return head(title, "script-src '" + hash(resource(ZOOM)) + "'; ");
  }

  /** The script for the end of such a page. */
  static String zoom() {
    return "<script>" + resource(ZOOM) + "</script>\n";
  }

  private static String hash(String text) {
    byte[] digest = Sha256.start().digest(text.getBytes(StandardCharsets.UTF_8));
    return "sha256-" + Base64.getEncoder().encodeToString(digest);
  }

  private static String head(String title, String scripts) {
    String style = resource(STYLE);
    return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
    %sstyle-src '%s'; base-uri 'none'; form-action 'none'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="referrer" content="no-referrer">
    <meta name="color-scheme" content="light dark">
    <title>%s</title>
    <style>%s</style>
    </head>
    <body>
    <main>
    """
        .formatted(scripts, hash(style), title, style);
  }

  public static String end() {
    return "</main>\n</body>\n</html>\n";
  }

  private static String resource(String name) {
    try (InputStream in = HtmlDocument.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
