package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The static site is whole: no link of a page of docs leads out of it or nowhere. */
class SiteTest {
  private static final Pattern REFERENCE =
      Pattern.compile("(?:href|src)=\"([^\"#]*)(?:#([^\"]*))?\"");

  @TempDir Path temporary;

  @Test
  void everyPageIsThereAndItsLinksLeadIntoTheSite() throws IOException {
    Site.write(temporary);
    List<Path> pages;
    try (Stream<Path> files = Files.walk(temporary)) {
      pages = files.filter(file -> file.toString().endsWith(".html")).toList();
    }
    assertThat(pages).hasSizeGreaterThan(Readme.pages().size());
    for (Page page : Readme.pages()) {
      Path file = temporary.resolve(Site.address(page.name()));
      String html = Files.readString(file);
      assertThat(html).contains("<h1").doesNotContain("<script", "NAVIGATION");
      assertThat(REFERENCE.matcher(html).results())
          .as(page.name())
          .filteredOn(link -> !link.group(1).matches("[a-z]+:.*"))
          .allSatisfy(link -> {
            Path to =
                link.group(1).isEmpty() ? file : file.resolveSibling(link.group(1)).normalize();
            // Sources, scripts and folders of the repository are not part of a site.
            if (to.startsWith(temporary.resolve("docs")) || to.toString().endsWith(".html")) {
              assertThat(to).exists();
            }
            if (link.group(2) != null && to.toString().endsWith(".html")) {
              assertThat(Files.readString(to)).contains("id=\"" + link.group(2) + "\"");
            }
          });
    }
  }
}
