package dev.pt2st;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ExportsTest {
  /** The library's interface: a package more is a promise more. */
  private static final String[] PACKAGES = {
    "dev.pt2st",
    "dev.pt2st.convert",
    "dev.pt2st.convert.options",
    "dev.pt2st.convert.plan",
    "dev.pt2st.inspect",
    "dev.pt2st.migrate",
    "dev.pt2st.migrate.unit",
    "dev.pt2st.safetensors",
    "dev.pt2st.scan",
    "dev.pt2st.tensor",
    "dev.pt2st.verify"
  };

  @Test
  void whatAUserOfTheLibraryNeedsIsExported() throws URISyntaxException {
    Path classes =
        Path.of(Policy.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    ModuleReference module = ModuleFinder.of(classes).find("dev.pt2st.core").orElseThrow();

    assertThat(module.descriptor().exports())
        .filteredOn(exported -> !exported.isQualified())
        .extracting(ModuleDescriptor.Exports::source)
        .containsExactlyInAnyOrder(PACKAGES);
  }
}
