package dev.pt2st.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Adds to the list of what the program is made of the Java that a distribution brings: a CycloneDX
 * bill of materials, for the archives, the wheel and the image alike.
 */
final class DistributionSbom {
  private DistributionSbom() {}

  /**
   * Writes the list.
   *
   * @param args that of the program, as CycloneDX's plugin makes it, the folder of the JDK or
   *     {@code running}, and where it goes
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    Path program = Path.of(args[0]);
    if (!Files.exists(program)) {
      // Its plugin only works online, and a distribution for a try can do without.
      System.err.println("Made offline: this distribution has no bill of materials.");
      return;
    }
    String jdk = args[1].equals("running") ? System.getProperty("java.home") : args[1];
    String release = Files.readString(Path.of(jdk).resolve("release"));
    String list = withJava(Files.readString(program), release);
    Path target = Path.of(args[2]);
    Files.createDirectories(target.toAbsolutePath().getParent());
    Files.writeString(target, list);
  }

  /**
   * The list with one component more.
   *
   * @param release what a JDK says of itself
   */
  static String withJava(String list, String release) throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(release.replace("\"", "")));
    String version = properties.getProperty("JAVA_RUNTIME_VERSION");
    String maker = properties.getProperty("IMPLEMENTOR");
    if (version == null || maker == null) {
      throw new IOException("the JDK does not say who made it, and of which version it is");
    }
    String reference = "pkg:generic/openjdk@" + version.replace("+", "%2B");

    JsonObject java = new JsonObject();
    java.addProperty("type", "platform");
    java.addProperty("bom-ref", reference);
    java.addProperty("publisher", maker);
    java.addProperty("name", "openjdk");
    java.addProperty("version", version);
    java.addProperty("description", "The module java.base, as jlink puts it into a runtime");
    java.add("licenses", licences("GPL-2.0-only WITH Classpath-exception-2.0"));
    java.addProperty("purl", reference);

    JsonObject bill = JsonParser.parseString(list).getAsJsonObject();
    bill.getAsJsonArray("components").add(java);
    String program =
        bill.getAsJsonObject("metadata").getAsJsonObject("component").get("bom-ref").getAsString();
    for (var dependency : bill.getAsJsonArray("dependencies")) {
      if (dependency.getAsJsonObject().get("ref").getAsString().equals(program)) {
        dependency.getAsJsonObject().getAsJsonArray("dependsOn").add(reference);
      }
    }
    JsonObject itself = new JsonObject();
    itself.addProperty("ref", reference);
    itself.add("dependsOn", new JsonArray());
    bill.getAsJsonArray("dependencies").add(itself);
    return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(bill) + "\n";
  }

  private static JsonArray licences(String expression) {
    JsonObject licence = new JsonObject();
    licence.addProperty("expression", expression);
    JsonArray licences = new JsonArray();
    licences.add(licence);
    return licences;
  }
}
