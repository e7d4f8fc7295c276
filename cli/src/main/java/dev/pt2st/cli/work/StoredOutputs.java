package dev.pt2st.cli.work;

import dev.pt2st.IfExists;
import dev.pt2st.cli.input.Inputs;
import dev.pt2st.cli.input.Location;
import dev.pt2st.cli.input.OpenInput;
import dev.pt2st.cli.report.Failure;
import dev.pt2st.cli.report.scan.FileSha256;
import dev.pt2st.io.Input;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.migrate.unit.Destination;
import dev.pt2st.migrate.unit.MigrateOptions;
import dev.pt2st.migrate.unit.MigrationPlan;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Action;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.MigrationUnit.Kind;
import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.migrate.unit.Selection;
import dev.pt2st.migrate.unit.UnitResult;
import dev.pt2st.migrate.unit.UnitResult.Verdict;
import dev.pt2st.migrate.unit.UnitResult.Written;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends the outputs of a migration to a store: each unit's when they are complete, the index of a
 * model in shards last. The tree in which they are made is private, and an output that was sent is
 * deleted there. The objects themselves say what they were made from, so that the same command
 * passes over what is there, and no object of others is replaced. Safe for several threads.
 */
public final class StoredOutputs implements Destination {
  private final Inputs inputs;
  private final String scheme;
  private final String prefix;
  private final MigrationSettings settings;
  private final Selection selection;
  private final UploadIdentity.OfUnit identity;

  /** Whether the source is the very place to which the outputs go. */
  private final boolean isInPlace;

  /** Links need the outputs that they lead to, so then all are made and none is deleted early. */
  private final boolean hasLinks;

  /**
   * @param store where the outputs go; their paths in the target tree are added to it
   * @param settings of the migration; its target tree is private
   * @param selection what of the source tree is looked at
   * @param plan what is migrated
   * @param identity identifies the sources
   * @param listed the files of the source if it is an address; empty for a directory
   */
  public StoredOutputs(
      Inputs inputs,
      Location.Address store,
      MigrationSettings settings,
      Selection selection,
      MigrationPlan plan,
      UploadIdentity.OfUnit identity,
      List<Inputs.Listed> listed)
      throws IOException {
    this.inputs = inputs;
    this.scheme = store.scheme();
    this.prefix = store.uri().endsWith("/") ? store.uri() : store.uri() + "/";
    this.settings = settings;
    this.selection = selection;
    this.identity = identity;
    this.isInPlace =
        !listed.isEmpty() && address(listed.getFirst().name()).equals(listed.getFirst().address());
    this.hasLinks = leadsToOutputs(plan.links());
  }

  private static boolean leadsToOutputs(Supplier<@Nullable MigrationUnit> links) {
    for (MigrationUnit link = links.get(); link != null; link = links.get()) {
      if (link.action() == Action.CONVERT) {
        return true;
      }
    }
    return false;
  }

  private Location.Address statementOf(String target) throws IOException {
    Path statement = MigrateOptions.statementOf(settings.target().path(target));
    return address(settings.target().text(statement));
  }

  private Location.Address address(String target) {
    return new Location.Address(scheme, prefix + target);
  }

  @Override
  public @Nullable UnitResult known(MigrationUnit unit) throws IOException {
    if (unit.action() == Action.PUT_BESIDE && isItsOwnTarget(unit)) {
      return new UnitResult(
          unit.with(Action.KEEP, ""), Verdict.ALREADY_THERE, "", List.of(), List.of());
    }
    boolean makesOutputs = unit.action() == Action.CONVERT || unit.action() == Action.PUT_BESIDE;
    String madeFrom = identity.of(unit);
    if (hasLinks || !makesOutputs || madeFrom.isEmpty()) {
      return null;
    }
    List<Written> there = new ArrayList<>();
    List<Location.Address> addresses = new ArrayList<>();
    for (Item item : unit.items()) {
      if (!item.target().isEmpty()) {
        there.add(new Written(item.target(), 0, ""));
        addresses.add(address(item.target()));
      }
    }
    if (unit.isModel() && settings.options().statement() != null) {
      for (Item item : unit.files()) {
        addresses.add(statementOf(item.target()));
      }
    }
    try {
      if (addresses.isEmpty() || !inputs.checkOutputs(addresses, madeFrom, IfExists.REFUSE)) {
        return null;
      }
    } catch (SourceException e) {
      if (e.reason() == Reason.EXISTS) {
        return null; // The bytes decide, once they are made.
      }
      throw e;
    }
    List<Written> written = new ArrayList<>();
    for (Written file : there) {
      written.add(new Written(file.target(), sizeOf(address(file.target())), ""));
    }
    return new UnitResult(
        unit.with(Action.KEEP, ""), Verdict.ALREADY_THERE, "", written, List.of());
  }

  /** If outputs go to where the source is, a side file is already where it would be put. */
  private boolean isItsOwnTarget(MigrationUnit unit) {
    return isInPlace && unit.items().stream().allMatch(item -> item.target().equals(item.source()));
  }

  private long sizeOf(Location.Address address) throws IOException {
    try (OpenInput open = inputs.open(address)) {
      return open.input() instanceof Input.Ranged ranged ? ranged.source().size() : 0;
    }
  }

  @Override
  public UnitResult take(UnitResult result) throws IOException {
    if (result.unit().kind() == Kind.SIDE_LINK) {
      String why = becomesAFile(result.unit().files().getFirst());
      if (!why.isEmpty()) {
        return UnitResult.not(result.unit(), Verdict.LEFT_ALONE, why);
      }
    }
    List<Path> local = new ArrayList<>();
    try {
      send(result, local);
    } finally {
      if (!hasLinks) {
        for (Path file : local) {
          Files.deleteIfExists(file);
        }
      }
    }
    return result;
  }

  /**
   * Sends the outputs of a unit.
   *
   * @param local receives the files in the target tree
   */
  private void send(UnitResult result, List<Path> local) throws IOException {
    String madeFrom = identity.of(result.unit());
    Map<Path, Location.Address> files = new LinkedHashMap<>();
    for (Written written : result.written()) {
      Path file = settings.target().path(written.target());
      Path statement = MigrateOptions.statementOf(file);
      boolean isStated = result.unit().isModel() && settings.options().statement() != null;
      if (isStated && Files.exists(statement)) {
        // Before its output, as an index that is there says that all is.
        files.put(statement, statementOf(written.target()));
      }
      files.put(file, address(written.target()));
    }
    local.addAll(files.keySet());
    List<Inputs.Output> outputs = new ArrayList<>();
    for (Map.Entry<Path, Location.Address> file : files.entrySet()) {
      Path path = within(settings.target(), file.getKey());
      outputs.add(new Inputs.Output(path, file.getValue(), FileSha256.of(path), madeFrom));
    }
    try {
      inputs.upload(outputs, IfExists.REFUSE);
    } catch (SourceException e) {
      throw e.reason() == Reason.EXISTS
          ? new SourceException(
              e.source(),
              Reason.EXISTS,
              "something else is there already, and it is not replaced: delete it, or name another"
                  + " place with --out")
          : e;
    }
  }

  /**
   * Puts what a side link leads to in place of the link: a bucket has no links. What is copied may
   * change meanwhile, but what is sent does not.
   *
   * @return why nothing is sent; empty if it is
   */
  private String becomesAFile(Item item) throws IOException {
    if (selection.excludesPath(item.leadsTo())) {
      return "it leads to what is excluded, " + item.leadsTo();
    }
    Path real = within(settings.source(), settings.source().path(item.leadsTo()));
    if (Files.isDirectory(real)) {
      return "it leads to a folder, and a bucket has no links";
    }
    Path link = settings.target().path(item.target());
    Files.copy(real, link, StandardCopyOption.REPLACE_EXISTING);
    return "";
  }

  /** The file itself, or the one that a link leads to, which must be in the same tree. */
  private static Path within(PathTree tree, Path file) throws IOException {
    Path real = file.toRealPath();
    if (!real.startsWith(tree.root().toRealPath())) {
      throw new IOException(
          tree.text(file) + ": the link leads out of the directory, so nothing is sent");
    }
    return real;
  }

  /** The result that a dry run shows. */
  public UnitResult previewed(UnitResult result) {
    try {
      UnitResult there = known(result.unit());
      return there == null ? result : there;
    } catch (IOException e) {
      return UnitResult.not(result.unit(), Verdict.FAILED, Failure.of(e).message());
    }
  }
}
