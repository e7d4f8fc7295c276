package dev.pt2st.cli.report.sbom;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.cli.report.sbom.DeclaredFacts.Licence;
import dev.pt2st.cli.report.sbom.ModelComponent.PartFile;
import dev.pt2st.cli.terminal.PrintableJson;
import dev.pt2st.cli.terminal.Version;
import dev.pt2st.inspect.DTypeTotal;
import dev.pt2st.text.Sha256;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Writes a bill of materials of models in CycloneDX 1.6, component by component. The serial number
 * is at the end, as it is a digest of everything before it: bills with the same text have the same
 * number, and others differ.
 */
public final class BomWriter {
  /** How many entries of each kind are listed for a component; the others are counted. */
  private static final int MOST_LISTED = 1_000;

  private static final int UUID_VERSION = 8;

  /** Replaces bytes of a name that are not text. */
  private static final char NO_TEXT = '\ufffd';

  private final Writer out;
  private final MessageDigest digest = Sha256.start();
  private final JsonWriter json;

  /** How many times each name with such bytes has occurred. */
  private final Map<String, Integer> unclear = new HashMap<>();

  /**
   * Begins a bill.
   *
   * @param out where it is written, flushed in the end and never closed
   * @param time the time of creation in the bill
   */
  public BomWriter(Writer out, Instant time) throws IOException {
    this.out = out;
    this.json = new JsonWriter(new PrintableJson(new Counted()));
    json.setHtmlSafe(false);
    json.setIndent("  ");
    json.beginObject();
    json.name("$schema").value("http://cyclonedx.org/schema/bom-1.6.schema.json");
    json.name("bomFormat").value("CycloneDX");
    json.name("specVersion").value("1.6");
    json.name("version").value(1);
    json.name("metadata").beginObject();
    json.name("timestamp").value(time.truncatedTo(ChronoUnit.SECONDS).toString());
    json.name("tools").beginObject().name("components").beginArray().beginObject();
    json.name("type").value("application");
    json.name("name").value("pt2st");
    json.name("version").value(Version.number());
    json.endObject().endArray().endObject();
    json.endObject();
    json.name("components").beginArray();
  }

  /** Passes a text through and digests it. */
  private final class Counted extends Writer {
    @Override
    public void write(char[] text, int offset, int length) throws IOException {
      String piece = new String(text, offset, length);
      digest.update(piece.getBytes(StandardCharsets.UTF_8));
      out.write(piece);
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }

  /** Writes a component. The components of a bill have different paths. */
  public void add(ModelComponent component) throws IOException {
    String key = key(component.name());
    json.beginObject();
    json.name("type").value(component.isModel() ? "machine-learning-model" : "file");
    json.name("bom-ref").value(reference(key));
    json.name("name").value(component.name());
    List<PartFile> files = component.files();
    if (files.size() == 1) {
      writeHash(files.getFirst());
    }
    writeLicences(component.declared().licences());
    if (component.isModel()) {
      writeModelCard(component.declared());
    }
    if (files.size() > 1) {
      writeFiles(key, files);
    }
    json.name("properties").beginArray();
    writeProperties(component);
    json.endArray();
    json.endObject();
  }

  /**
   * The reference of a component. It may be any text; this one has no characters with a meaning in
   * a URI.
   */
  private static String reference(String key) {
    return "name-sha256:" + Sha256.hex(key);
  }

  /**
   * A unique key for a component: its name, and a number if different files may be shown under the
   * same name. Names contain no null character, which separates the two.
   */
  private String key(String name) {
    int before = name.indexOf(NO_TEXT) < 0 ? 0 : unclear.merge(name, 1, Integer::sum) - 1;
    return before == 0 ? name : name + "\0" + before;
  }

  private void writeHash(PartFile file) throws IOException {
    if (file.sha256() == null) {
      return;
    }
    json.name("hashes").beginArray().beginObject();
    json.name("alg").value("SHA-256");
    json.name("content").value(file.sha256());
    json.endObject().endArray();
  }

  private void writeLicences(List<Licence> licences) throws IOException {
    if (licences.isEmpty()) {
      return;
    }
    json.name("licenses").beginArray();
    for (Licence licence : licences) {
      json.beginObject().name("license").beginObject();
      String id = SpdxLicences.id(licence.name());
      json.name(id == null ? "name" : "id").value(id == null ? licence.name() : id);
      if (!licence.url().isEmpty()) {
        json.name("url").value(licence.url());
      }
      json.name("acknowledgement").value("declared");
      json.endObject().endObject();
    }
    json.endArray();
  }

  private void writeModelCard(DeclaredFacts declared) throws IOException {
    ModelConfig config = declared.config();
    boolean hasAny =
        !declared.task().isEmpty()
            || !config.family().isEmpty()
            || !config.architectures().isEmpty()
            || !declared.datasets().isEmpty();
    if (!hasAny) {
      return;
    }
    json.name("modelCard").beginObject().name("modelParameters").beginObject();
    writeText("task", declared.task());
    writeText("architectureFamily", config.family());
    writeText("modelArchitecture", String.join(", ", config.architectures()));
    if (!declared.datasets().isEmpty()) {
      json.name("datasets").beginArray();
      for (String dataset : declared.datasets()) {
        json.beginObject();
        json.name("type").value("dataset");
        json.name("name").value(dataset);
        json.endObject();
      }
      json.endArray();
    }
    json.endObject().endObject();
  }

  private void writeText(String name, String text) throws IOException {
    if (!text.isEmpty()) {
      json.name(name).value(text);
    }
  }

  private void writeFiles(String model, List<PartFile> files) throws IOException {
    json.name("components").beginArray();
    int number = 0;
    for (PartFile file : files) {
      json.beginObject();
      json.name("type").value("file");
      json.name("bom-ref").value(reference(model + "\0file\0" + number++));
      json.name("name").value(file.name());
      writeHash(file);
      json.name("properties").beginArray();
      property("bytes", file.size());
      json.endArray();
      json.endObject();
    }
    json.endArray();
  }

  private void writeProperties(ModelComponent component) throws IOException {
    if (!component.format().isEmpty()) {
      property("format", component.format());
    }
    property("bytes", sum(component.files().stream().map(PartFile::size).toList()));
    List<DTypeTotal> totals = component.totals();
    if (!totals.isEmpty()) {
      property("tensors", sum(totals.stream().map(DTypeTotal::tensors).toList()));
      property("parameters", sum(totals.stream().map(DTypeTotal::elements).toList()));
      for (DTypeTotal total : totals) {
        property("parameters:" + total.dtype(), total.elements());
      }
    }
    property("scan:verdict", component.verdict().shown());
    properties("scan:finding", component.findings());
    properties("global", component.globals());
    properties("global:unlisted", component.unlisted());
    properties("problem", component.problems());
  }

  /** A saturating sum: views with a stride of zero may have more elements than fit a number. */
  private static long sum(List<Long> numbers) {
    long sum = 0;
    for (long number : numbers) {
      sum = number > Long.MAX_VALUE - sum ? Long.MAX_VALUE : sum + number;
    }
    return sum;
  }

  private void properties(String name, Collection<String> values) throws IOException {
    int listed = 0;
    for (String value : values) {
      if (listed == MOST_LISTED) {
        property(name + ":notListed", values.size() - listed);
        return;
      }
      property(name, value);
      listed++;
    }
  }

  private void property(String name, long value) throws IOException {
    property(name, Long.toString(value));
  }

  private void property(String name, String value) throws IOException {
    json.beginObject();
    json.name("name").value("pt2st:" + name);
    json.name("value").value(value);
    json.endObject();
  }

  /**
   * Ends the bill.
   *
   * @param notListed how many files were read that are not components
   */
  public void end(long notListed) throws IOException {
    json.endArray();
    json.name("properties").beginArray();
    property("filesNotListed", notListed);
    json.endArray();
    json.flush();
    json.name("serialNumber").value("urn:uuid:" + serial());
    json.endObject();
    json.flush();
    out.write("\n");
    out.flush();
  }

  private UUID serial() {
    ByteBuffer bytes = ByteBuffer.wrap(digest.digest());
    long high = bytes.getLong();
    long low = bytes.getLong();
    // UUID version 8 of RFC 9562: custom bits.
    return new UUID((high & ~0xf000L) | (UUID_VERSION << 12), (low & ~(3L << 62)) | (1L << 63));
  }
}
