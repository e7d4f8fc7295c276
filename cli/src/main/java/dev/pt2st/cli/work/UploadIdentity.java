package dev.pt2st.cli.work;

import dev.pt2st.ResourceName;
import dev.pt2st.archive.SourcePath;
import dev.pt2st.cli.input.Inputs;
import dev.pt2st.cli.terminal.Version;
import dev.pt2st.io.Input;
import dev.pt2st.migrate.unit.MigrateOptions;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.text.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Identifies an output by its input, its options and the version of this program before it is made.
 * With this identity, the same command recognizes what it has already written to a store.
 */
public final class UploadIdentity {
  private UploadIdentity() {}

  /**
   * The identity of a conversion.
   *
   * @param options all options that change the output
   * @return a digest; empty if the input has several files, each of which may have changed
   */
  public static String of(Input input, List<String> options) throws IOException {
    List<String> parts = new ArrayList<>();
    parts.add(Version.number());
    switch (input) {
      case Input.OnDisk file -> {
        SourcePath source = SourcePath.of(file.path());
        Path path = source.file();
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        if (!attributes.isRegularFile() || isIndex(path.toString())) {
          return "";
        }
        parts.add(path.toRealPath().toString());
        parts.add(source.member());
        parts.add(Long.toString(attributes.size()));
        parts.add(Long.toString(attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS)));
      }
      case Input.Ranged ranged -> {
        if (isIndex(ranged.name().text())) {
          return "";
        }
        parts.add(ranged.source().name().text());
        parts.add(ranged.member());
        parts.add(Long.toString(ranged.source().size()));
        parts.add(ranged.source().version());
      }
    }
    parts.addAll(options);
    return digest(parts);
  }

  private static String digest(List<String> parts) {
    StringBuilder text = new StringBuilder();
    parts.forEach(part -> text.append(part.length()).append(':').append(part));
    return Sha256.hex(text.toString());
  }

  /** Identifies the outputs of a unit of a migration. */
  @FunctionalInterface
  public interface OfUnit {
    /** A digest; empty if the unit depends on more than the sources that it names. */
    String of(MigrationUnit unit);
  }

  /**
   * The identities of a migration's units.
   *
   * @param source the address that is migrated; of a directory its real path counts
   * @param listed the files of an address, from which the versions are; empty for a directory
   */
  public static OfUnit ofUnits(
      ResourceName source, MigrationSettings settings, List<Inputs.Listed> listed)
      throws IOException {
    Map<String, String> versions = new HashMap<>();
    listed.forEach(file -> versions.put(file.name(), file.version()));
    MigrateOptions options = settings.options();
    List<String> all = new ArrayList<>(List.of(Version.number(), "migrate"));
    all.add(listed.isEmpty() ? settings.source().root().toRealPath().toString() : source.text());
    all.addAll(options.given());
    all.add(String.valueOf(options.comparesOutputs()));
    return unit -> {
      boolean isOfItsFiles =
          switch (unit.kind()) {
            case CHECKPOINT, MODEL, SIDE_FILE -> true;
            case FOLDER, LINK, LINKED_MODEL, SIDE_LINK, UNREADABLE -> false;
          };
      if (!isOfItsFiles) {
        return "";
      }
      List<String> parts = new ArrayList<>(all);
      for (MigrationUnit.Item item : unit.sources()) {
        String version =
            listed.isEmpty()
                ? Long.toString(item.modified())
                : versions.getOrDefault(item.source(), "");
        if (version.isEmpty()) {
          return "";
        }
        parts.addAll(List.of(item.source(), Long.toString(item.bytes()), version));
      }
      return digest(parts);
    };
  }

  private static boolean isIndex(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith(".json");
  }
}
