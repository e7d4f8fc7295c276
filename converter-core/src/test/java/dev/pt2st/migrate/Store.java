package dev.pt2st.migrate;

import dev.pt2st.Durability;
import dev.pt2st.Limits;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.migrate.journal.Journal;
import dev.pt2st.migrate.unit.MigrateOptions;
import dev.pt2st.migrate.unit.MigrateOptions.Comparison;
import dev.pt2st.migrate.unit.MigrateOptions.Originals;
import dev.pt2st.migrate.unit.MigrateOptions.SideFiles;
import dev.pt2st.migrate.unit.MigrationListener;
import dev.pt2st.migrate.unit.MigrationPlan;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.migrate.unit.Selection;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.Torch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A model store made for a test, and the migration of it. */
public final class Store {
  public final Path root;
  public Path target;
  public ConvertOptions convert = ConvertOptions.STANDARD;
  public List<String> given = List.of();
  public Selection selection = Selection.ALL;
  public SideFiles sideFiles = SideFiles.COPY;
  public boolean verify = true;
  public boolean durable;
  public boolean removeOriginals;
  public int jobs = 2;

  /** Why originals stay, each with the unit's name before it. */
  public final List<String> stays = new ArrayList<>();

  public Consumer<UnitResult> onResult = result -> {};
  public Consumer<MigrationPlan> onPlan = plan -> {};

  /** What the last plan counts as to be worked on, and what the work said. */
  long plannedBytes;

  final LongAdder heardBytes = new LongAdder();

  public Store(Path root) {
    this.root = root;
    this.target = root;
  }

  /** A model of one tensor. */
  public static byte[] model(String name, float... values) {
    Torch torch = new Torch();
    return torch.zip(Py.dict(name, torch.tensor(values)));
  }

  /** What {@code torch.save(optimizer.state_dict())} writes. */
  public static byte[] optimizer() {
    Torch torch = new Torch();
    return torch.zip(
        Py.dict(
            "state",
            Py.dict(0, Py.dict("exp_avg", torch.tensor(1, 2))),
            "param_groups",
            Py.list(Py.dict("lr", 0.1, "params", Py.list(0)))));
  }

  public static byte[] index(Object... namesAndFiles) {
    StringBuilder json = new StringBuilder("{\"metadata\":{\"total_size\":1},\"weight_map\":{");
    for (int i = 0; i < namesAndFiles.length; i += 2) {
      json.append(i == 0 ? "" : ",");
      json.append('"').append(namesAndFiles[i]).append("\":\"").append(namesAndFiles[i + 1]);
      json.append('"');
    }
    return json.append("}}").toString().getBytes(StandardCharsets.UTF_8);
  }

  public Store file(String name, byte[] content) {
    try {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Store file(String name, String content) {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  public Store model(String name) {
    return file(name, model("w", 1, 2, 3));
  }

  public Store link(String name, String to) {
    try {
      Path link = root.resolve(name);
      Files.createDirectories(link.getParent());
      Files.createSymbolicLink(link, Path.of(to));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Store with(Consumer<Store> change) {
    change.accept(this);
    return this;
  }

  public MigrationSettings settings() {
    return new MigrationSettings(
        new PathTree(root),
        new PathTree(target),
        new MigrateOptions(
            convert.withRead(convert.read().withLimits(Limits.STANDARD)),
            given,
            verify ? Comparison.EVERY_ELEMENT : Comparison.NONE,
            durable ? Durability.SYNCED : Durability.WRITTEN,
            removeOriginals ? Originals.REMOVE : Originals.KEEP,
            sideFiles));
  }

  /** The plan, each unit as {@code ACTION KIND name}. */
  public List<String> plan() throws IOException {
    List<String> lines = new ArrayList<>();
    try (Migration migration = Migration.forPreview(settings())) {
      MigrationPlan plan = migration.plan(selection, path -> {});
      for (var units : List.of(plan.files(), plan.links())) {
        for (MigrationUnit unit = units.get(); unit != null; unit = units.get()) {
          lines.add(unit.action() + " " + unit.kind() + " " + unit.name());
        }
      }
    }
    return lines;
  }

  /** Migrates; the results in their order. */
  public List<UnitResult> results() throws IOException {
    List<UnitResult> results = new ArrayList<>();
    try (Migration migration = Migration.open(settings())) {
      migration.removeStale();
      MigrationPlan plan = migration.plan(selection, path -> {});
      onPlan.accept(plan);
      plannedBytes = plan.bytesToWorkOn();
      heardBytes.reset();
      migration.run(
          jobs,
          new MigrationListener() {
            @Override
            public void result(UnitResult result) {
              results.add(result);
              onResult.accept(result);
            }

            @Override
            public void done(long bytes) {
              heardBytes.add(bytes);
            }

            @Override
            public void stays(MigrationUnit unit, String why) {
              stays.add(unit.name() + ": " + why);
            }
          });
    }
    return results;
  }

  /** Migrates; the verdict on each unit, with the reason where there is one. */
  public Map<String, String> migrate() throws IOException {
    Map<String, String> verdicts = new TreeMap<>();
    for (UnitResult result : results()) {
      verdicts.put(
          result.unit().name(),
          result.verdict().shown() + (result.reason().isEmpty() ? "" : ": " + result.reason()));
    }
    return verdicts;
  }

  /** Everything below a folder but the journal: the content of files, the targets of links. */
  public static Map<String, String> content(Path folder) throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        String name = folder.relativize(file).toString();
        if (Files.isSymbolicLink(file)) {
          content.put(name, "-> " + Files.readSymbolicLink(file));
        } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
            && !name.endsWith(Journal.NAME)) {
          content.put(name, Arrays.hashCode(Files.readAllBytes(file)) + "");
        }
      }
    }
    return content;
  }

  /** Removes all links below a folder: JUnit warns of those that lead out of its own. */
  public static void removeLinks(Path folder) throws IOException {
    for (String name : content(folder).keySet()) {
      if (Files.isSymbolicLink(folder.resolve(name))) {
        Files.delete(folder.resolve(name));
      }
    }
  }

  /** The names of all files and links but the journal. */
  public List<String> names() throws IOException {
    return List.copyOf(content(target).keySet());
  }
}
