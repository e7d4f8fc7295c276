package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of what a distribution is made of has its Java, which Maven does not know of. */
class DistributionSbomTest {
  private static final String LIST =
      """
      {"metadata": {"component": {"bom-ref": "pkg:maven/a@1"}},
       "components": [{"name": "gson", "bom-ref": "pkg:maven/gson@2"}],
       "dependencies": [
         {"ref": "pkg:maven/a@1", "dependsOn": ["pkg:maven/gson@2"]},
         {"ref": "pkg:maven/gson@2", "dependsOn": []}]}
      """;

  @TempDir Path folder;

  @Test
  void theProgramDependsOnTheJavaThatMadeIt() throws IOException {
    Path list = Files.writeString(folder.resolve("a.json"), LIST);
    Path target = folder.resolve("made/b.json");
    DistributionSbom.main(new String[] {list.toString(), "running", target.toString()});

    JsonObject bill = JsonParser.parseString(Files.readString(target)).getAsJsonObject();
    JsonObject java = bill.getAsJsonArray("components").get(1).getAsJsonObject();
    String version = java.get("version").getAsString();
    assertThat(version).startsWith(System.getProperty("java.version"));
    assertThat(java.get("licenses").toString()).contains("Classpath-exception-2.0");
    String reference = "pkg:generic/openjdk@" + version.replace("+", "%2B");
    assertThat(java.get("bom-ref").getAsString()).isEqualTo(reference);
    assertThat(bill.getAsJsonArray("dependencies").get(0).getAsJsonObject().get("dependsOn"))
        .hasToString("[\"pkg:maven/gson@2\",\"" + reference + "\"]");
    assertThat(bill.getAsJsonArray("dependencies").get(2).getAsJsonObject().get("ref"))
        .hasToString("\"" + reference + "\"");
  }

  /** The plugin that makes the list of the program needs a network. */
  @Test
  void withoutAListOfTheProgramThereIsNone() throws IOException {
    Path target = folder.resolve("b.json");
    String none = folder.resolve("none.json").toString();
    DistributionSbom.main(new String[] {none, "running", target.toString()});
    assertThat(target).doesNotExist();
  }

  @Test
  void aJdkThatDoesNotSayWhatItIsFails() {
    assertThatThrownBy(() -> DistributionSbom.withJava(LIST, "IMPLEMENTOR=\"x\"\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not say");
  }
}
