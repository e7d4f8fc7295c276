package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The list of docs/messages.md has every message of the sources, and no other. With {@code
 * -Dpt2st.messages=write} it is written anew.
 */
class MessagesTest {
  private static final Path ROOT = Samples.root();
  private static final Path PAGE = ROOT.resolve("docs/messages.md");

  /** Which exceptions stand under which heading. */
  private static final Map<String, List<String>> HEADINGS = new LinkedHashMap<>();

  static {
    HEADINGS.put("Damaged or made to mislead", List.of("MalformedException"));
    HEADINGS.put("Not read", List.of("UnsupportedException"));
    HEADINGS.put("Refused", List.of("RefusedException"));
    HEADINGS.put("Over a limit", List.of("LimitException"));
    HEADINGS.put(
        "Files and disks",
        List.of("FileSystemException", "FileAlreadyExistsException", "IOException"));
    HEADINGS.put("Servers", List.of("SourceException", "FaultyAnswerException"));
    HEADINGS.put("Credentials", List.of("CredentialsException"));
    HEADINGS.put("The command line", List.of("ParameterException", "TypeConversionException"));
  }

  private static Map<String, Set<String>> messages;

  @BeforeAll
  static void readSources() throws IOException {
    messages =
        Messages.of(
            ROOT.resolve("converter-core/src/main/java"), ROOT.resolve("cli/src/main/java"));
  }

  private static Set<String> under(String heading) {
    Set<String> lines = new TreeSet<>();
    HEADINGS.get(heading).forEach(kind -> lines.addAll(messages.getOrDefault(kind, Set.of())));
    return lines;
  }

  @Test
  void everyMessageIsInTheList() throws IOException {
    String page = Files.readString(PAGE);
    for (String heading : HEADINGS.keySet()) {
      Pattern block =
          Pattern.compile("(?ms)^## " + Pattern.quote(heading) + "$.*?^```text\n(.*?)^```$");
      var listed = block.matcher(page);
      assertThat(listed.find()).as(heading).isTrue();
      if ("write".equals(System.getProperty("pt2st.messages"))) {
        String lines = String.join("\n", under(heading)) + "\n";
        page = page.substring(0, listed.start(1)) + lines + page.substring(listed.end(1));
        Files.writeString(PAGE, page);
      } else {
        assertThat(listed.group(1).lines())
            .as("docs/messages.md, %s: write it anew with -Dpt2st.messages=write", heading)
            .containsExactlyElementsOf(under(heading));
      }
    }
  }

  /** If it found nothing, the list would hold nothing. */
  @Test
  void messagesOfEachKindAreFound() {
    assertThat(under("Damaged or made to mislead"))
        .hasSizeGreaterThan(200)
        .contains("the file is empty", "a memo index of …");
    assertThat(under("Refused")).hasSizeGreaterThan(50).contains("the global … is not on the");
    for (String heading : HEADINGS.keySet()) {
      assertThat(under(heading)).as(heading).hasSizeGreaterThan(10);
    }
  }

  /** What a page tells to do is about a message that there is. */
  @Test
  void theTableOfTroubleIsAboutMessages() {
    Set<String> all = new TreeSet<>();
    messages.values().forEach(all::addAll);
    assertThat(Readme.table("| a message begins or goes on with | do |"))
        .hasSizeGreaterThan(30)
        .flatExtracting(row -> Readme.code(row.getFirst()).toList())
        .allSatisfy(start -> assertThat(all).anyMatch(message -> message.startsWith(start)));
  }
}
