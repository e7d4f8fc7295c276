package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.luben.zstd.ZstdInputStream;
import com.google.gson.stream.JsonWriter;
import com.google.re2j.Pattern;
import dev.pt2st.Policy;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import org.apache.commons.compress.archivers.ArchiveException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.XZInputStream;
import picocli.CommandLine;

/** For paths nothing is asked of a network. */
class LocalPathsTest {
  /** Without these no JVM opens a socket; ours that speak to servers are among them. */
  private static final List<String> NETWORK =
      List.of(
          "java.net.Socket ",
          "java.net.http.",
          "sun.nio.ch.Net ",
          "dev.pt2st.io.http.",
          "dev.pt2st.io.hub.",
          "dev.pt2st.io.s3.",
          "dev.pt2st.io.aws.",
          "dev.pt2st.io.remote.",
          "dev.pt2st.cli.input.Servers ");

  @TempDir Path temporary;

  private static String classPath() {
    return Stream.of(
            Main.class,
            Policy.class,
            CommandLine.class,
            JsonWriter.class,
            ProgressBar.class,
            ArchiveException.class,
            XZInputStream.class,
            ZstdInputStream.class,
            Pattern.class)
        .map(LocalPathsTest::location)
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String location(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String filled(String words, Path folder) {
    return words
        .replace("IN", Samples.checkpoint("zip_training.pt").toString())
        .replace("DIR", Samples.hostile("").toString())
        .replace("OUT", folder.resolve("out").toString());
  }

  private int run(List<String> before, List<String> options, String words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(), Main.class.getName()));
    command.addAll(List.of(filled(words, temporary).split(" ")));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(temporary.resolve("printed").toFile())
        .start()
        .waitFor();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "convert IN OUT",
        "scan DIR",
        "inspect IN",
        "checksum IN",
        "verify IN IN",
        "migrate DIR --out OUT"
      })
  void nothingOfTheNetworkIsLoaded(String words) throws Exception {
    Path log = temporary.resolve("classes");
    run(List.of(), List.of("-Xlog:class+load:file=" + log), words);

    List<String> loaded =
        Files.readAllLines(log).stream().map(line -> line.replaceFirst("^.*?\\] ", "")).toList();
    assertThat(loaded).anyMatch(line -> line.startsWith("dev.pt2st.cli.Main "));
    assertThat(loaded).noneMatch(line -> NETWORK.stream().anyMatch(line::startsWith));
  }

  /** The list above means something: an address loads what is on it. */
  @Test
  void anAddressLoadsIt() throws Exception {
    Path log = temporary.resolve("classes");
    run(List.of(), List.of("-Xlog:class+load:file=" + log), "inspect http://127.0.0.1:9/a.pt");

    String loaded = Files.readString(log);
    assertThat(NETWORK.stream().filter(loaded::contains)).hasSizeGreaterThan(4);
  }

  @Test
  void aMachineWithoutNetworkIsEnough() throws Exception {
    List<String> alone = List.of("unshare", "--user", "--net", "--map-root-user");
    assumeTrue(canUnshare(alone), "skipped: there are no namespaces for users here");
    assertThat(run(alone, List.of(), "convert IN OUT")).isZero();
    assertThat(temporary.resolve("out")).isNotEmptyFile();
  }

  private static boolean canUnshare(List<String> alone) throws InterruptedException {
    List<String> command = new ArrayList<>(alone);
    command.add("true");
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
