package dev.pt2st.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.Policy;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The job stands on the class path, so no compiler holds it to what core exports. */
class CoreExportsTest {
  private static final String US = "dev.pt2st.spark";

  /** A type in a class file: by itself, or in a descriptor or a signature. */
  private static final Pattern TYPE = Pattern.compile("(dev/pt2st(?:/[a-z]\\w*)*)/[A-Z]");

  @Test
  void whatIsUsedOfCoreIsExportedToAllOrToUs() throws Exception {
    ModuleDescriptor core =
        ModuleFinder.of(location(Policy.class)).find("dev.pt2st.core").orElseThrow().descriptor();
    Set<String> used = packagesNamedIn(location(Pt2stSpark.class));
    used.retainAll(core.packages());
    Set<String> exportedToUs = new TreeSet<>();
    for (Exports exported : core.exports()) {
      if (!exported.isQualified()) {
        used.remove(exported.source());
      } else if (exported.targets().contains(US)) {
        exportedToUs.add(exported.source());
      }
    }

    // Nor is anything exported to us that we have no use for.
    assertThat(used).isEqualTo(exportedToUs).isNotEmpty();
  }

  private static Path location(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static Set<String> packagesNamedIn(Path classes) throws IOException {
    Set<String> packages = new TreeSet<>();
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        for (PoolEntry entry : ClassFile.of().parse(file).constantPool()) {
          if (entry instanceof Utf8Entry text) {
            TYPE.matcher(text.stringValue())
                .results()
                .forEach(found -> packages.add(found.group(1).replace('/', '.')));
          }
        }
      }
    }
    return packages;
  }
}
