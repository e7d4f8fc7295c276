package dev.pt2st.cli.report.html;

import dev.pt2st.text.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What all pages have in common: their policy and their style. */
public final class HtmlDocument {
  private static final String STYLE = "page.css";

  private HtmlDocument() {}

  /**
   * All before the content: nothing is fetched, no script runs, and only this style applies.
   *
   * @param title plain words of ours
   */
  public static String head(String title) {
    String style = style();
    String hash =
        Base64.getEncoder()
            .encodeToString(Sha256.start().digest(style.getBytes(StandardCharsets.UTF_8)));
    return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
    style-src 'sha256-%s'; base-uri 'none'; form-action 'none'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="referrer" content="no-referrer">
    <meta name="color-scheme" content="light dark">
    <title>%s</title>
    <style>%s</style>
    </head>
    <body>
    <main>
    """
        .formatted(hash, title, style);
  }

  public static String end() {
    return "</main>\n</body>\n</html>\n";
  }

  private static String style() {
    try (InputStream in = HtmlDocument.class.getResourceAsStream(STYLE)) {
      if (in == null) {
        throw new IllegalStateException(STYLE + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
