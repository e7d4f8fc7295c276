package dev.pt2st;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.reflect.AccessFlag;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExportsTest {
  /** The library's interface, package by package: a type more is a promise more. */
  private static final String TYPES =
      """
      dev.pt2st:
        Acceptance ByteCount CheckpointException Durability GlobalName GlobalStanding GlobalUse
        IfExists Limit LimitException Limits MalformedException Place Policy PolicyFile
        ReadOptions RefusedException RefusedGlobal Remedy RemedyWording ResourceName
        TracedGlobal UnpackingListener UnsupportedException
      dev.pt2st.attest:
        Attestation FieldDifference SigningKey Statement StatementCheck StatementResult
        VerifyingKey
      dev.pt2st.convert:
        CheckpointFile CheckpointTensor Conversion ConversionResult Converter OutputCheck
        OutputStatement ProgressListener WriteOptions
      dev.pt2st.convert.options:
        ConvertOptions NameOptions
      dev.pt2st.convert.plan:
        LeftOut OutputDigests Overflow Plan PlannedData RootPart RootRule
      dev.pt2st.inspect:
        DTypeTotal Fact GlobalSummary Inspection Inspector ModelFiles ModuleTree TensorSummary
        ValueSummary
      dev.pt2st.migrate:
        Migration
      dev.pt2st.migrate.unit:
        Destination MigrateOptions MigrationListener MigrationPlan MigrationSettings MigrationUnit
        PathTree Selection UnitResult
      dev.pt2st.safetensors:
        SafetensorsFile SafetensorsModel SafetensorsWriter ShardNames
      dev.pt2st.scan:
        AcceptedFinding FileReport FileScanner Finding Rule ScanListener ScanOptions Verdict
      dev.pt2st.tensor:
        DType Shape TensorInfo
      dev.pt2st.verify:
        DerivedOutput Difference DifferenceException ModelDigest OutputVerifier Verification Verifier
      """;

  @Test
  void whatAUserOfTheLibraryNeedsIsExported() throws Exception {
    Path classes = classes();
    ModuleReference module = ModuleFinder.of(classes).find("dev.pt2st.core").orElseThrow();
    Map<String, String> exported = new TreeMap<>();
    for (Exports exports : module.descriptor().exports()) {
      if (!exports.isQualified()) {
        exported.put(exports.source(), publicTypes(classes, exports.source()));
      }
    }

    assertThat(exported).isEqualTo(table());
  }

  private static Path classes() throws URISyntaxException {
    return Path.of(Policy.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /** The public types of a package that stand in no other type, by name. */
  private static String publicTypes(Path classes, String name) throws IOException {
    try (Stream<Path> files = Files.list(classes.resolve(name.replace('.', '/')))) {
      List<Path> types =
          files.filter(file -> file.toString().matches("[^$]*(?<!-info)\\.class")).toList();
      List<String> found = new ArrayList<>();
      for (Path type : types) {
        ClassModel model = ClassFile.of().parse(type);
        if (model.flags().has(AccessFlag.PUBLIC)) {
          found.add(type.getFileName().toString().replace(".class", ""));
        }
      }
      return found.stream().sorted().collect(Collectors.joining(" "));
    }
  }

  /** The lines of a package begin with its name, or are indented. */
  private static Map<String, String> table() {
    Map<String, String> table = new TreeMap<>();
    String name = "";
    for (String line : TYPES.lines().toList()) {
      if (line.endsWith(":")) {
        name = line.substring(0, line.length() - 1);
        table.put(name, "");
      } else {
        table.merge(name, line.strip(), (before, more) -> (before + " " + more).strip());
      }
    }
    return table;
  }
}
