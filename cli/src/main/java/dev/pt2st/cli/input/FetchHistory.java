package dev.pt2st.cli.input;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.migrate.lines.JsonFields;
import dev.pt2st.migrate.lines.LineReader;
import dev.pt2st.migrate.lines.UnitJson;
import dev.pt2st.migrate.names.OwnFiles;
import dev.pt2st.migrate.unit.MigrateOptions;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Action;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.migrate.unit.UnitResult.Verdict;
import dev.pt2st.migrate.unit.UnitResult.Written;
import dev.pt2st.text.JsonLine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * What earlier migrations of an address made in an output folder, and from which versions of its
 * files. Outputs that still exist need not be fetched again. Only units that depend on nothing but
 * their own files are recorded. Units that were refused, failed or left unchanged are processed
 * again.
 */
public final class FetchHistory {
  /** Its file name in the output folder. */
  private static final String NAME = OwnFiles.FETCHED;

  /** The longest line, enough for a record of more than ten thousand shards. */
  private static final int LONGEST_LINE = 4 << 20;

  /**
   * The commit in an address. A name stays the same across commits; its version shows whether the
   * content does.
   */
  private static final Pattern REVISION = Pattern.compile("^(hf://[^/@]+/[^/@]+)@[^/]*");

  private final Path folder;
  private final String address;
  private final MigrateOptions options;

  private FetchHistory(Path folder, String address, MigrateOptions options) {
    this.folder = folder;
    this.address = address;
    this.options = options;
  }

  /** The history of an output folder, which need not exist. */
  public static FetchHistory of(Path folder, Location.Address address, MigrateOptions options) {
    String text = REVISION.matcher(address.toString()).replaceFirst("$1");
    return new FetchHistory(
        folder, text.endsWith("/") ? text.substring(0, text.length() - 1) : text, options);
  }

  /**
   * The units that are done: made with the same options from the same versions, and not changed
   * since.
   *
   * @param listed the files of the address
   */
  public List<UnitResult> done(List<Inputs.Listed> listed) throws IOException {
    Path file = folder.resolve(NAME);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    Map<String, Inputs.Listed> byName = byName(listed);
    Map<String, UnitResult> done = new LinkedHashMap<>();
    try (InputStream in = Files.newInputStream(file)) {
      LineReader lines = new LineReader(in, LONGEST_LINE);
      for (String line = lines.next(); line != null; line = lines.next()) {
        take(line, byName, done);
      }
    }
    // If a file belongs to two units that were made at different times, neither counts as done.
    Set<String> sources = new HashSet<>();
    Set<String> shared = new HashSet<>();
    done.values()
        .forEach(result ->
            names(result).stream().filter(name -> !sources.add(name)).forEach(shared::add));
    return done.values().stream()
        .filter(result -> names(result).stream().noneMatch(shared::contains))
        .toList();
  }

  private static List<String> names(UnitResult result) {
    return result.unit().sources().stream().map(Item::source).toList();
  }

  private static Map<String, Inputs.Listed> byName(List<Inputs.Listed> listed) {
    Map<String, Inputs.Listed> byName = new HashMap<>();
    listed.forEach(file -> byName.put(file.name(), file));
    return byName;
  }

  private void take(String line, Map<String, Inputs.Listed> listed, Map<String, UnitResult> done) {
    try {
      JsonFields fields = JsonFields.of(line);
      if (!fields.text("address").equals(address)) {
        return;
      }
      MigrationUnit unit = UnitJson.read(fields.text("unit"));
      // The last record counts.
      done.remove(unit.name());
      if (isOfTheseOptions(fields, unit)
          && areListed(fields.objects("sources"), unit, listed)
          && areThere(fields.objects("written"))) {
        done.put(unit.name(), result(unit, fields.objects("written")));
      }
    } catch (IllegalArgumentException e) {
      // An incompletely written line.
    }
  }

  private boolean isOfTheseOptions(JsonFields fields, MigrationUnit unit) {
    boolean isSideFile = unit.kind() == MigrationUnit.Kind.SIDE_FILE;
    return (isSideFile || fields.texts("options").equals(options.given()))
        && (isSideFile || !options.comparesOutputs() || fields.flag("compared"))
        && (!options.isDurable() || fields.flag("durable"));
  }

  private static boolean areListed(
      List<JsonFields> sources, MigrationUnit unit, Map<String, Inputs.Listed> listed) {
    Set<String> same = new HashSet<>();
    for (JsonFields source : sources) {
      Inputs.Listed now = listed.get(source.text("name"));
      if (now != null
          && !now.version().isEmpty()
          && now.version().equals(source.text("version"))
          && now.size() == source.number("bytes")) {
        same.add(now.name());
      }
    }
    return unit.sources().stream().allMatch(item -> same.contains(item.source()));
  }

  private boolean areThere(List<JsonFields> written) {
    return !written.isEmpty()
        && written.stream()
            .allMatch(file ->
                stamp(file.text("target"))
                    .equals(new Stamp(file.number("bytes"), file.number("modified"))));
  }

  /** Attributes that show whether a file was replaced. */
  private record Stamp(long bytes, long modified) {
    private static final Stamp NONE = new Stamp(-1, -1);
  }

  /**
   * The stamp of a file in the output folder; not of others, as anybody may have written a record.
   */
  private Stamp stamp(String target) {
    try {
      // The folder's path may contain links and "..", which only the system can resolve.
      Path name = Path.of(target).normalize();
      if (name.isAbsolute() || name.startsWith("..") || name.toString().isEmpty()) {
        return Stamp.NONE;
      }
      BasicFileAttributes attributes =
          Files.readAttributes(
              folder.resolve(name), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return attributes.isRegularFile()
          ? new Stamp(attributes.size(), attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS))
          : Stamp.NONE;
    } catch (IOException | InvalidPathException e) {
      return Stamp.NONE;
    }
  }

  private static UnitResult result(MigrationUnit unit, List<JsonFields> written) {
    List<Written> files = new ArrayList<>();
    for (JsonFields file : written) {
      files.add(new Written(file.text("target"), file.number("bytes"), file.text("digest")));
    }
    return new UnitResult(unit.with(Action.KEEP, ""), Verdict.ALREADY_THERE, "", files, List.of());
  }

  /**
   * Records a result, if a later run need not process the unit again.
   *
   * @param listed the files of the address
   */
  public void add(UnitResult result, List<Inputs.Listed> listed) throws IOException {
    MigrationUnit unit = result.unit();
    boolean isOfItsFiles =
        switch (unit.kind()) {
          case CHECKPOINT, MODEL, SIDE_FILE -> true;
          case FOLDER, LINK, LINKED_MODEL, SIDE_LINK, UNREADABLE -> false;
        };
    boolean isThere =
        switch (result.verdict()) {
          case CONVERTED, ALREADY_THERE, PUT_BESIDE -> !result.written().isEmpty();
          case LINKED, LEFT_ALONE, REFUSED, FAILED -> false;
        };
    if (isOfItsFiles && isThere) {
      Map<String, Inputs.Listed> byName = byName(listed);
      String line = JsonLine.of(result, (json, value) -> write(json, value, byName)) + "\n";
      Files.writeString(
          folder.resolve(NAME),
          line,
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND,
          LinkOption.NOFOLLOW_LINKS);
    }
  }

  private void write(JsonWriter json, UnitResult result, Map<String, Inputs.Listed> listed)
      throws IOException {
    MigrationUnit unit = result.unit();
    json.name("address").value(address);
    json.name("unit").value(UnitJson.write(unit));
    List<Inputs.Listed> sources =
        unit.sources().stream()
            .map(Item::source)
            .filter(listed::containsKey)
            .map(listed::get)
            .toList();
    JsonLine.objects(
        json.name("sources"),
        sources,
        (to, source) -> {
          to.name("name").value(source.name());
          to.name("bytes").value(source.size());
          to.name("version").value(source.version());
        });
    JsonLine.objects(
        json.name("written"),
        result.written(),
        (to, file) -> {
          to.name("target").value(file.target());
          to.name("bytes").value(file.bytes());
          to.name("digest").value(file.sourceDigest());
          to.name("modified").value(stamp(file.target()).modified());
        });
    JsonLine.texts(json.name("options"), options.given());
    json.name("compared")
        .value(options.comparesOutputs() || result.verdict() == Verdict.ALREADY_THERE);
    json.name("durable").value(options.isDurable());
  }
}
