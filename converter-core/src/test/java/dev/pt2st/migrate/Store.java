package dev.pt2st.migrate;

import dev.pt2st.Limits;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.migrate.MigrateOptions.SideFiles;
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
final class Store {
  final Path root;
  Path target;
  ConvertOptions convert = ConvertOptions.STANDARD;
  List<String> given = List.of();
  Selection selection = Selection.ALL;
  SideFiles sideFiles = SideFiles.COPY;
  boolean verify = true;
  boolean durable;
  boolean removeOriginals;
  int jobs = 2;

  /** Why originals stay, each with the unit's name before it. */
  final List<String> stays = new ArrayList<>();

  Consumer<Result> onResult = result -> {};
  Consumer<MigrationPlan> onPlan = plan -> {};

  /** What the last plan counts as to be worked on, and what the work said. */
  long plannedBytes;

  final LongAdder heardBytes = new LongAdder();

  Store(Path root) {
    this.root = root;
    this.target = root;
  }

  /** A model of one tensor. */
  static byte[] model(String name, float... values) {
    Torch torch = new Torch();
    return torch.zip(Py.dict(name, torch.tensor(values)));
  }

  /** What {@code torch.save(optimizer.state_dict())} writes. */
  static byte[] optimizer() {
    Torch torch = new Torch();
    return torch.zip(
        Py.dict(
            "state",
            Py.dict(0, Py.dict("exp_avg", torch.tensor(1, 2))),
            "param_groups",
            Py.list(Py.dict("lr", 0.1, "params", Py.list(0)))));
  }

  static byte[] index(Object... namesAndFiles) {
    StringBuilder json = new StringBuilder("{\"metadata\":{\"total_size\":1},\"weight_map\":{");
    for (int i = 0; i < namesAndFiles.length; i += 2) {
      json.append(i == 0 ? "" : ",");
      json.append('"').append(namesAndFiles[i]).append("\":\"").append(namesAndFiles[i + 1]);
      json.append('"');
    }
    return json.append("}}").toString().getBytes(StandardCharsets.UTF_8);
  }

  Store file(String name, byte[] content) {
    try {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Store file(String name, String content) {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  Store model(String name) {
    return file(name, model("w", 1, 2, 3));
  }

  Store link(String name, String to) {
    try {
      Path link = root.resolve(name);
      Files.createDirectories(link.getParent());
      Files.createSymbolicLink(link, Path.of(to));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Store with(Consumer<Store> change) {
    change.accept(this);
    return this;
  }

  Settings settings() {
    return new Settings(
        new Tree(root),
        new Tree(target),
        new MigrateOptions(
            convert.withLimits(Limits.STANDARD),
            given,
            verify,
            durable,
            removeOriginals,
            sideFiles));
  }

  /** The plan, each unit as {@code ACTION KIND name}. */
  List<String> plan() throws IOException {
    List<String> lines = new ArrayList<>();
    try (Journal journal = Journal.read(new Tree(target));
        MigrationPlan plan = MigrationPlanner.plan(settings(), selection, journal, path -> {})) {
      for (var units : List.of(plan.files(), plan.links())) {
        for (Unit unit = units.get(); unit != null; unit = units.get()) {
          lines.add(unit.action() + " " + unit.kind() + " " + unit.name());
        }
      }
    }
    return lines;
  }

  /** Migrates; the results in their order. */
  List<Result> results() throws IOException {
    List<Result> results = new ArrayList<>();
    Settings settings = settings();
    try (Journal journal = Journal.open(settings.target())) {
      Migration.removeStale(settings, journal);
      try (MigrationPlan plan = MigrationPlanner.plan(settings, selection, journal, path -> {})) {
        onPlan.accept(plan);
        plannedBytes = plan.bytesToWorkOn();
        heardBytes.reset();
        new Migration(settings, journal)
            .run(
                plan,
                jobs,
                new MigrationListener() {
                  @Override
                  public void result(Result result) {
                    results.add(result);
                    onResult.accept(result);
                  }

                  @Override
                  public void done(long bytes) {
                    heardBytes.add(bytes);
                  }

                  @Override
                  public void stays(Unit unit, String why) {
                    stays.add(unit.name() + ": " + why);
                  }
                });
      }
    }
    return results;
  }

  /** Migrates; the verdict on each unit, with the reason where there is one. */
  Map<String, String> migrate() throws IOException {
    Map<String, String> verdicts = new TreeMap<>();
    for (Result result : results()) {
      verdicts.put(
          result.unit().name(),
          result.verdict().shown() + (result.reason().isEmpty() ? "" : ": " + result.reason()));
    }
    return verdicts;
  }

  /** Everything below a folder but the journal: the content of files, the targets of links. */
  static Map<String, String> content(Path folder) throws IOException {
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
  static void removeLinks(Path folder) throws IOException {
    for (String name : content(folder).keySet()) {
      if (Files.isSymbolicLink(folder.resolve(name))) {
        Files.delete(folder.resolve(name));
      }
    }
  }

  /** The names of all files and links but the journal. */
  List<String> names() throws IOException {
    return List.copyOf(content(target).keySet());
  }
}
