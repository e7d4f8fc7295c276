package dev.pt2st;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.pt2st.io.source.SourceFault;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes flow one way, and nothing here can run what a file says. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrl(CheckpointException.class.getProtectionDomain().getCodeSource().getLocation());

  /**
   * Each calls three functions of the C library, by names that stand in it: to have the blocks of
   * an output allocated, and to be told which blocks of a file there are. They get a path, offsets
   * and sizes; nothing else here may call native code.
   */
  private static final Map<String, List<String>> NATIVE =
      Map.of(
          "Preallocation", List.of("open", "fallocate", "close"),
          "FileHoles", List.of("open", "lseek", "close"));

  /** Those that open files, and keep what is mapped to themselves. */
  private static final String[] FILES = {
    "dev.pt2st.io", "dev.pt2st.io.output", "dev.pt2st.io.spill"
  };

  private static boolean mayCallNativeCode(JavaClass type) {
    return type.getPackageName().equals("dev.pt2st.io") && NATIVE.containsKey(type.getSimpleName());
  }

  private static final Path CLASS_FILES =
      Path.of(
          URI.create(
              CheckpointException.class
                  .getProtectionDomain()
                  .getCodeSource()
                  .getLocation()
                  .toString()));

  private static final Pattern OPTION = Pattern.compile("--[A-Za-z]");

  /**
   * Each step with the steps that it may use; the root package and {@code text} are known to all.
   */
  private static final Map<String, List<String>> KNOWS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("work", List.of()),
              Map.entry("io", List.of()),
              Map.entry("tensor", List.of("io")),
              Map.entry("archive", List.of("work", "io")),
              Map.entry("pickle", List.of("work", "io")),
              Map.entry("torch", List.of("work", "io", "tensor", "pickle")),
              Map.entry(
                  "checkpoint", List.of("work", "io", "tensor", "archive", "pickle", "torch")),
              Map.entry("safetensors", List.of("io", "tensor")),
              Map.entry("convert", with("safetensors")),
              Map.entry("scan", with("safetensors", "convert")),
              Map.entry("inspect", with("safetensors", "convert")),
              Map.entry("verify", with("safetensors", "convert")),
              Map.entry("attest", with("safetensors", "convert", "verify")),
              Map.entry("migrate", with("safetensors", "convert", "verify", "attest")),
              Map.entry("units", with("safetensors", "convert", "verify", "scan"))));

  /** What leads to a checkpoint that has been read, and more. */
  private static List<String> with(String... more) {
    return Stream.concat(
            Stream.of("work", "io", "tensor", "archive", "pickle", "torch", "checkpoint"),
            Stream.of(more))
        .toList();
  }

  static Stream<Arguments> arrows() {
    return KNOWS.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("arrows")
  void aPackageKnowsOnlyTheStepsBeforeIt(String name, List<String> known) {
    List<String> others = new ArrayList<>(KNOWS.keySet());
    others.removeAll(known);
    others.remove(name);
    ArchRule rule =
        noClasses()
            .that(resideInAPackage("dev.pt2st." + name + ".."))
            .should()
            .dependOnClassesThat(resideInAnyPackage(packages(others)));
    rule.check(CLASSES);
  }

  @Test
  void textKnowsNothing() {
    noClasses()
        .that(resideInAPackage("dev.pt2st.text"))
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.pt2st..").and(not(resideInAPackage("dev.pt2st.text"))))
        .check(CLASSES);
  }

  @Test
  void theRootPackageKnowsNone() {
    noClasses()
        .that(resideInAPackage("dev.pt2st"))
        .should()
        .dependOnClassesThat(resideInAnyPackage(packages(List.copyOf(KNOWS.keySet()))))
        .check(CLASSES);
  }

  private static String[] packages(List<String> names) {
    return names.stream().map(name -> "dev.pt2st." + name + "..").toArray(String[]::new);
  }

  @Test
  void everyPackageHasItsPlace() {
    assertThat(CLASSES.stream().map(JavaClass::getPackageName).distinct())
        .allMatch(name ->
            name.equals("dev.pt2st")
                || name.equals("dev.pt2st.text")
                || KNOWS.containsKey(name.split("\\.", -1)[2]));
    assertThat(CLASSES).hasSizeGreaterThan(300);
  }

  /** Neither two steps nor two packages of one step know each other. */
  @ParameterizedTest
  @ValueSource(strings = {"dev.pt2st.(*)..", "dev.pt2st.(**)"})
  void packagesHaveNoCycles(String slices) {
    slices().matching(slices).should().beFreeOfCycles().check(CLASSES);
  }

  /** What only looks at a file has no way to the code that writes one. */
  @ParameterizedTest
  @CsvSource({
    "scan, convert.copy",
    "inspect, convert.copy",
    "verify, convert.copy",
    "verify, convert.numeric"
  })
  void aJudgeDoesNotReachTheWork(String from, String to) {
    noClasses()
        .that(resideInAPackage("dev.pt2st." + from + ".."))
        .should()
        .transitivelyDependOnClassesThat(resideInAPackage("dev.pt2st." + to + ".."))
        .check(CLASSES);
  }

  @Test
  void onlyIoTouchesChannels() {
    noClasses()
        .that(not(resideInAnyPackage(FILES)))
        .should()
        .dependOnClassesThat(
            resideInAPackage("java.nio.channels..")
                // What a channel throws is caught, and thrown, by those who wait.
                .and(not(assignableTo(Throwable.class))))
        .check(CLASSES);
  }

  /** Outside of {@code io} bytes are asked for part by part, and have one owner there. */
  @Test
  void noMappingLeavesIo() {
    noClasses()
        .that(not(resideInAnyPackage(FILES)))
        .should()
        .dependOnClassesThat(describe("make memory", type -> type.isEquivalentTo(Arena.class)))
        .check(CLASSES);
    assertThat(callersOf(FileChannel.class, "map"))
        .containsExactlyInAnyOrder("dev.pt2st.io.MappedFile", "dev.pt2st.io.ScratchFile");
    assertThat(callersOf(MemorySegment.class, "reinterpret")).isEmpty();
  }

  /**
   * A hole in the file of what was fetched reads as zeros, which are not bytes of a source. So only
   * one class reads from a source, one gets to see what may have holes, and the failure of a source
   * is known where it ends the work, and nowhere before.
   */
  @Test
  void whatIsNotFetchedIsSeenByNobody() {
    // The stores below it read from sources of their own.
    assertThat(
            callersOf("dev.pt2st.io.source.RangeSource", "read")
                .filter(name -> !name.startsWith("dev.pt2st.io.") || name.split("\\.").length == 4))
        .containsExactly("dev.pt2st.io.RangeFetcher");
    assertThat(callersOf("dev.pt2st.io.FileBytes", "segment"))
        .containsExactly("dev.pt2st.io.MappedFile");
    assertThat(
            CLASSES.get(SourceFault.class).getDirectDependenciesToSelf().stream()
                .map(known -> known.getOriginClass().getName())
                .distinct())
        .containsExactlyInAnyOrder(
            "dev.pt2st.io.FileGuard", "dev.pt2st.io.RangeFetcher", "dev.pt2st.scan.FileScan");
  }

  private static Stream<String> callersOf(Class<?> owner, String method) {
    return callersOf(owner.getName(), method);
  }

  private static Stream<String> callersOf(String owner, String method) {
    return CLASSES.stream()
        .filter(type ->
            type.getMethodCallsFromSelf().stream()
                .anyMatch(call ->
                    call.getTargetOwner().getName().equals(owner)
                        && call.getTarget().getName().equals(method)))
        .map(JavaClass::getName)
        .distinct();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java.lang.reflect..",
        "java.lang.invoke..",
        "javax.script..",
        "javax.tools..",
        "java.rmi..",
        "javax.naming..",
        "java.util.logging..",
        "java.sql..",
        "sun..",
        "jdk.."
      })
  void whatCouldRunCodeOrTalkIsNotUsed(String name) {
    noClasses()
        .that(not(describe("call native code", ArchitectureTest::mayCallNativeCode)))
        .should()
        .dependOnClassesThat(
            resideInAPackage(name)
                // The compiler's own, for lambdas, records and switches.
                .and(
                    not(
                        describe(
                            "compiled from the language",
                            type ->
                                type.getSimpleName().endsWith("Factory")
                                    || type.getSimpleName().equals("MethodHandles")
                                    || type.getSimpleName().equals("Lookup")
                                    || type.getSimpleName().equals("SwitchBootstraps")))))
        .check(CLASSES);
  }

  /**
   * One package connects, and what it reads answers with knows answers alone; elsewhere an address
   * is a text.
   */
  @Test
  void onlyOnePackageTalks() {
    noClasses()
        .that(not(resideInAPackage("dev.pt2st.io.http..")))
        .should()
        .dependOnClassesThat(
            resideInAPackage("java.net..")
                .and(
                    not(
                        belongToAnyOf(
                            java.net.URI.class,
                            java.net.URISyntaxException.class,
                            java.net.URLDecoder.class))))
        .check(CLASSES);
    noClasses()
        .that(not(resideInAPackage("dev.pt2st.io.http")))
        .should()
        .dependOnClassesThat(
            belongToAnyOf(HttpClient.class, HttpRequest.class, java.net.InetAddress.class))
        .check(CLASSES);
    noClasses()
        .should()
        .dependOnClassesThat(
            belongToAnyOf(
                java.net.URL.class,
                java.net.URLConnection.class,
                java.net.Socket.class,
                java.net.ServerSocket.class,
                java.net.DatagramSocket.class,
                java.nio.channels.SocketChannel.class,
                java.nio.channels.ServerSocketChannel.class,
                java.nio.channels.DatagramChannel.class,
                java.net.http.WebSocket.class))
        .check(CLASSES);
  }

  /** Redirects are ours to judge, and one place makes the client that sends. */
  @Test
  void oneClassMakesConnections() {
    assertThat(callersOf(HttpClient.class, "newBuilder"))
        .containsExactly("dev.pt2st.io.http.Attempts");
    assertThat(callersOf(HttpClient.class, "newHttpClient")).isEmpty();
    assertThat(callersOf(HttpClient.class, "send")).containsExactly("dev.pt2st.io.http.Attempts");
    assertThat(callersOf(HttpClient.class, "sendAsync")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        java.io.ObjectInputStream.class,
        java.io.ObjectStreamClass.class,
        ClassLoader.class,
        java.util.ServiceLoader.class,
        Process.class,
        ProcessBuilder.class,
      })
  void whatLoadsOrStartsThingsIsNotUsed(Class<?> type) {
    noClasses().should().dependOnClassesThat().areAssignableTo(type).check(CLASSES);
  }

  @Test
  void noClassIsLoadedByNameAndTheProgramIsNotEnded() {
    noClasses()
        .should()
        .callMethodWhere(
            describe(
                "loads a class, starts or ends a program",
                call -> {
                  String owner = call.getTargetOwner().getName();
                  String method = call.getTarget().getName();
                  return (owner.equals("java.lang.Class")
                          && (method.equals("forName")
                              || method.equals("newInstance")
                              || method.startsWith("getMethod")
                              || method.startsWith("getDeclared")
                              || method.startsWith("getConstructor")))
                      || (owner.equals("java.lang.System")
                          && (method.equals("exit") || method.startsWith("load")))
                      || (owner.equals("java.lang.Runtime")
                          && (method.equals("exec")
                              || method.equals("exit")
                              || method.equals("halt")
                              || method.startsWith("load")));
                }))
        .check(CLASSES);
  }

  @Test
  void nativeCodeIsCalledInTwoPlacesAndByConstantNames() throws Exception {
    assertThat(
            CLASSES.stream()
                .filter(type ->
                    type.getDirectDependenciesFromSelf().stream()
                        .map(dependency -> dependency.getTargetClass().getName())
                        .anyMatch(name ->
                            name.equals("java.lang.foreign.Linker")
                                || name.equals("java.lang.foreign.SymbolLookup")))
                .map(JavaClass::getName))
        .containsExactlyInAnyOrderElementsOf(
            NATIVE.keySet().stream().map("dev.pt2st.io."::concat).toList());
    for (Map.Entry<String, List<String>> called : NATIVE.entrySet()) {
      String source =
          Files.readString(
              Path.of(System.getProperty("pt2st.root", ".."))
                  .resolve("converter-core/src/main/java/dev/pt2st/io")
                  .resolve(called.getKey() + ".java"));
      assertThat(
              Pattern.compile("findOrThrow\\(([^)]*)\\)|\\bfind\\(([^)]+)\\)")
                  .matcher(source)
                  .results())
          .extracting(MatchResult::group)
          .containsExactlyElementsOf(
              called.getValue().stream().map(name -> "findOrThrow(\"" + name + "\")").toList());
    }
  }

  /** Of {@link Class} only what names a class that is there, or opens a file beside it. */
  @Test
  void ofAClassNothingIsAskedThatCouldReachIntoIt() {
    assertThat(
            CLASSES.stream()
                .filter(type -> !mayCallNativeCode(type)) // asks whether it may
                .flatMap(type -> type.getMethodCallsFromSelf().stream())
                .filter(call -> call.getTargetOwner().isEquivalentTo(Class.class))
                .map(call -> call.getTarget().getName())
                .distinct())
        .isSubsetOf(
            "getResourceAsStream",
            "getSimpleName",
            "getName",
            "desiredAssertionStatus",
            "cast",
            "isInstance",
            "getEnumConstants");
  }

  /** Decoders by their own classes: the factories of these libraries look for others to load. */
  @Test
  void librariesAreUsedForDecodersAloneAndNotThroughTheirFactories() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("org.apache.commons..", "org.tukaani..", "com.github.luben..")
                .and(
                    describe(
                        "is a factory or a service",
                        type ->
                            type.getSimpleName()
                                .matches(".*(StreamFactory|StreamProvider|ServiceLoader.*)"))))
        .check(CLASSES);
    assertThat(
            CLASSES.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(dependency ->
                    dependency.getTargetClass().getBaseComponentType().getPackageName())
                .filter(name -> name.contains("."))
                .filter(name -> !name.startsWith("java.") && !name.startsWith("dev.pt2st"))
                .distinct())
        .allMatch(name ->
            name.startsWith("org.apache.commons.compress")
                || name.startsWith("org.tukaani.xz")
                || name.startsWith("com.google.gson")
                || name.startsWith("com.google.re2j")
                || name.startsWith("com.github.luben.zstd")
                || name.startsWith("org.jspecify")
                || name.equals("javax.net.ssl")
                || name.startsWith("javax.crypto"));
  }

  /** A library's messages are for its callers; a program has the words for its own options. */
  @Test
  void noTextNamesAnOption() throws Exception {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(CLASS_FILES)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        for (PoolEntry entry : ClassFile.of().parse(file).constantPool()) {
          // Every text is one: literals, what is joined with others, annotations' values.
          if (entry instanceof Utf8Entry text && OPTION.matcher(text.stringValue()).find()) {
            found.add(CLASS_FILES.relativize(file) + ": " + text.stringValue());
          }
        }
      }
    }
    assertThat(found).isEmpty();
  }

  /** No module that scripts or manages can be reached: they are not even asked for. */
  @Test
  void theModuleRequiresItsDecodersAndOneClient() throws Exception {
    Path descriptor =
        Path.of(System.getProperty("pt2st.root", ".."))
            .resolve("converter-core/src/main/java/module-info.java");
    assertThat(Files.readString(descriptor).lines().map(String::strip))
        .filteredOn(line -> line.startsWith("requires"))
        .allMatch(line ->
            line.matches(
                "requires (static |transitive )*(java\\.net\\.http|org\\.apache\\.commons\\.compress"
                    + "|org\\.tukaani\\.xz|org\\.jspecify|com\\.google\\.gson"
                    + "|(com\\.google\\.)?re2j|com\\.github\\.luben\\.zstd_jni);"));
  }
}
