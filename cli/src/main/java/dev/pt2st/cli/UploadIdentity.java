package dev.pt2st.cli;

import dev.pt2st.archive.SourcePath;
import dev.pt2st.cli.terminal.Version;
import dev.pt2st.io.Input;
import dev.pt2st.text.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Identifies an output by its input, its options and the version of this program before it is made.
 * With this identity, the same command recognizes what it has already written to a store.
 */
final class UploadIdentity {
  private UploadIdentity() {}

  /**
   * The identity of a conversion.
   *
   * @param options all options that change the output
   * @return a digest; empty if the input has several files, each of which may have changed
   */
  static String of(Input input, List<String> options) throws IOException {
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
    StringBuilder text = new StringBuilder();
    parts.forEach(part -> text.append(part.length()).append(':').append(part));
    return Sha256.hex(text.toString());
  }

  private static boolean isIndex(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith(".json");
  }
}
