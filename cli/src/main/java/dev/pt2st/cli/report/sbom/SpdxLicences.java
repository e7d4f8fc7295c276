package dev.pt2st.cli.report.sbom;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The SPDX identifiers among the licences that the Hub allows in a model card, where they are in
 * lower case: <a href="https://huggingface.co/docs/hub/repositories-licenses">Licenses</a>. The
 * others, such as {@code llama3} or {@code openrail}, are names and not SPDX identifiers.
 */
final class SpdxLicences {
  private static final Map<String, String> BY_SMALL_LETTERS =
      List.of(
              "AFL-3.0",
              "AGPL-3.0",
              "Apache-2.0",
              "Artistic-2.0",
              "BSD-2-Clause",
              "BSD-3-Clause",
              "BSD-3-Clause-Clear",
              "BSL-1.0",
              "C-UDA-1.0",
              "CC-BY-2.0",
              "CC-BY-2.5",
              "CC-BY-3.0",
              "CC-BY-4.0",
              "CC-BY-NC-2.0",
              "CC-BY-NC-3.0",
              "CC-BY-NC-4.0",
              "CC-BY-NC-ND-3.0",
              "CC-BY-NC-ND-4.0",
              "CC-BY-NC-SA-2.0",
              "CC-BY-NC-SA-3.0",
              "CC-BY-NC-SA-4.0",
              "CC-BY-ND-4.0",
              "CC-BY-SA-3.0",
              "CC-BY-SA-4.0",
              "CC0-1.0",
              "CDLA-Permissive-1.0",
              "CDLA-Permissive-2.0",
              "CDLA-Sharing-1.0",
              "ECL-2.0",
              "EPL-1.0",
              "EPL-2.0",
              "EUPL-1.1",
              "EUPL-1.2",
              "GPL-2.0",
              "GPL-3.0",
              "ISC",
              "LGPL-2.1",
              "LGPL-3.0",
              "LPPL-1.3c",
              "MIT",
              "MPL-2.0",
              "MS-PL",
              "NCSA",
              "OFL-1.1",
              "OSL-3.0",
              "PostgreSQL",
              "Unlicense",
              "WTFPL",
              "Zlib",
              "etalab-2.0")
          .stream()
          .collect(Collectors.toMap(id -> id.toLowerCase(Locale.ROOT), Function.identity()));

  private SpdxLicences() {}

  /** The SPDX identifier for a name, ignoring case; null if there is none. */
  static @Nullable String id(String name) {
    return BY_SMALL_LETTERS.get(name.toLowerCase(Locale.ROOT));
  }

  /** All identifiers. */
  static Iterable<String> ids() {
    return BY_SMALL_LETTERS.values();
  }
}
