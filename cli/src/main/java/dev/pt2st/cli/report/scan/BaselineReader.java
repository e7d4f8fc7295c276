package dev.pt2st.cli.report.scan;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import dev.pt2st.cli.report.scan.Baseline.KnownFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a report of {@code scan --format json} without trusting it. Members must have the types in
 * the schema and occur once, and neither a single text nor all kept data may be too large. Unknown
 * members are skipped.
 */
public final class BaselineReader {
  /** The maximum estimated heap bytes of the data kept from a report. */
  private static final long MOST_BYTES = 1 << 28;

  /** Estimated heap bytes of a text in addition to its characters. */
  private static final long TEXT_BYTES = 128;

  private final JsonReader json;
  private final PacedReader pace;
  private final Map<String, KnownFile> files = new LinkedHashMap<>();
  private long bytes;
  private String format = "";
  private long version = -1;
  private boolean hasFiles;

  private BaselineReader(PacedReader pace) {
    this.pace = pace;
    this.json = new JsonReader(pace);
    json.setStrictness(Strictness.STRICT);
  }

  /**
   * Reads a report.
   *
   * @throws FileSystemException if it is not such a report, with what is wrong and where
   * @throws IOException if it cannot be read
   */
  public static Baseline read(Path report) throws IOException {
    try (PacedReader pace =
        new PacedReader(Files.newBufferedReader(report, StandardCharsets.UTF_8))) {
      BaselineReader reader = new BaselineReader(pace);
      try {
        reader.readReport();
      } catch (MalformedJsonException | EOFException | CharacterCodingException e) {
        throw wrong(report, "it is not JSON in UTF-8");
      } catch (IllegalStateException | NumberFormatException e) {
        throw wrong(report, "at " + reader.json.getPath() + " is something else than expected");
      } catch (WrongReportException e) {
        throw wrong(report, String.valueOf(e.getMessage()));
      }
      return new Baseline(reader.files);
    }
  }

  private static FileSystemException wrong(Path report, String why) {
    return new FileSystemException(
        report.toString(), null, "this is not a report that scan --format json wrote: " + why);
  }

  /** Reads the value of a member. */
  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  /** Reads an object; the step of a member that may be null must check for that. */
  private void members(Map<String, Step> steps, Set<String> required) throws IOException {
    Set<String> missing = new HashSet<>(required);
    Set<String> seen = new HashSet<>();
    json.beginObject();
    while (json.hasNext()) {
      pace.renew();
      String name = json.nextName();
      Step step = steps.get(name);
      missing.remove(name);
      if (step == null) {
        json.skipValue();
      } else if (seen.add(name)) {
        step.run();
      } else {
        throw new WrongReportException(json.getPath() + " is there twice");
      }
    }
    if (!missing.isEmpty()) {
      throw new WrongReportException(
          json.getPath() + " is without \"" + missing.iterator().next() + "\"");
    }
    json.endObject();
  }

  private void items(Step step) throws IOException {
    json.beginArray();
    while (json.hasNext()) {
      pace.renew();
      step.run();
    }
    json.endArray();
  }

  private void readReport() throws IOException {
    members(
        Map.of(
            "format", () -> format = text(),
            "version", () -> version = json.nextLong(),
            "options", this::readOptions,
            "files",
                () -> {
                  hasFiles = true;
                  items(this::readFile);
                }),
        Set.of());
    if (!format.equals("pt2st-scan")) {
      throw new WrongReportException("its \"format\" is not \"pt2st-scan\"");
    }
    if (version != ScanJson.FORMAT_VERSION) {
      throw new WrongReportException(
          "its \"version\" is not " + ScanJson.FORMAT_VERSION + ", which is read here");
    }
    if (!hasFiles) {
      throw new WrongReportException("it has no \"files\"");
    }
    if (json.peek() != JsonToken.END_DOCUMENT) {
      throw new WrongReportException("there is something behind its end");
    }
  }

  private void readOptions() throws IOException {
    members(
        Map.of(
            "baseline",
            () -> {
              if (nullableText() != null) {
                throw new WrongReportException(
                    "it has only what was new against another baseline; name a whole report");
              }
            }),
        Set.of());
  }

  private void readFile() throws IOException {
    String[] path = {""};
    long[] notListed = {0};
    List<FindingIdentity> found = new ArrayList<>();
    members(
        Map.of(
            "path", () -> path[0] = text(),
            "findings", () -> items(() -> found.add(readFinding(false))),
            "accepted", () -> items(() -> found.add(readFinding(true))),
            "findings_not_listed", () -> notListed[0] = json.nextLong()),
        Set.of("path", "findings", "accepted", "findings_not_listed"));
    if (found.isEmpty() && notListed[0] <= 0) {
      return;
    }
    List<FindingIdentity> own =
        found.stream()
            .map(f ->
                new FindingIdentity(path[0], f.entry(), f.rule(), f.name(), f.use(), f.accepted()))
            .toList();
    files.merge(path[0], new KnownFile(own, Math.max(0, notListed[0])), KnownFile::and);
  }

  private FindingIdentity readFinding(boolean accepted) throws IOException {
    String[] texts = {"", "", ""};
    String[] global = {"", ""};
    List<String> calls = new ArrayList<>();
    boolean[] isGlobal = {false};
    members(
        Map.of(
            "rule", () -> texts[0] = text(),
            "entry", () -> texts[1] = orEmpty(nullableText()),
            "message", () -> texts[2] = text(),
            "global", () -> isGlobal[0] = readGlobal(global, calls)),
        Set.of("rule", "entry", "message", "global"));
    return new FindingIdentity(
        "",
        texts[1],
        texts[0],
        isGlobal[0] ? global[0] : texts[2],
        isGlobal[0] ? FindingIdentity.use(texts[0], global[1], calls) : "",
        accepted);
  }

  private boolean readGlobal(String[] global, List<String> calls) throws IOException {
    if (json.peek() == JsonToken.NULL) {
      json.nextNull();
      return false;
    }
    members(
        Map.of(
            "name", () -> global[0] = text(),
            "use", () -> global[1] = text(),
            "calls", () -> items(() -> calls.add(readCall()))),
        Set.of("name", "use", "calls"));
    return true;
  }

  private String readCall() throws IOException {
    String[] texts = {"", ""};
    members(
        Map.of("opcode", () -> texts[0] = text(), "arguments", () -> texts[1] = text()),
        Set.of("opcode", "arguments"));
    return FindingIdentity.call(texts[0], texts[1]);
  }

  /** Reads a string, and refuses a number that could pass for one. */
  private String text() throws IOException {
    if (json.peek() != JsonToken.STRING) {
      throw new WrongReportException(json.getPath() + " is not a string");
    }
    String text = json.nextString();
    bytes += 2L * text.length() + TEXT_BYTES;
    if (bytes > MOST_BYTES) {
      throw new WrongReportException("it has more findings than " + MOST_BYTES + " bytes hold");
    }
    return text;
  }

  private @Nullable String nullableText() throws IOException {
    if (json.peek() == JsonToken.NULL) {
      json.nextNull();
      return null;
    }
    return text();
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** A problem with a report, thrown where its name is not known. */
  static final class WrongReportException extends IOException {
    private static final long serialVersionUID = 1;

    WrongReportException(String why) {
      super(why);
    }
  }
}
