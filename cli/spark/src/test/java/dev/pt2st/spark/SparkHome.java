package dev.pt2st.spark;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** An installation of Spark: links to the jars with which the tests run. */
record SparkHome(Path home) {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin/java").toString();

  /** A job of a test ends before the better compiler's work would have paid. */
  private static final List<String> SHORT_LIVED =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  static SparkHome make() throws IOException {
    Path home = Path.of("target/spark-home").toAbsolutePath();
    Path jars = Files.createDirectories(home.resolve("jars"));
    try (Stream<Path> old = Files.list(jars)) {
      for (Path link : old.toList()) {
        Files.delete(link);
      }
    }
    List<String> classPath =
        Pattern.compile(File.pathSeparator)
            .splitAsStream(System.getProperty("java.class.path"))
            .toList();
    for (String entry : classPath) {
      Path jar = Path.of(entry);
      String name = jar.getFileName().toString();
      // What is ours comes in the job's own jar, as on a cluster.
      boolean isOurs =
          name.startsWith("pt2st")
              || name.startsWith("converter-core")
              || name.startsWith("picocli")
              || name.startsWith("re2j");
      if (name.endsWith(".jar") && !isOurs) {
        Files.deleteIfExists(jars.resolve(name));
        Files.createSymbolicLink(jars.resolve(name), jar.toAbsolutePath());
      }
    }
    Path conf = Files.createDirectories(home.resolve("conf"));
    Files.copy(
        Path.of(
            System.getProperty("pt2st.root"),
            "cli/spark/src/test/resources/log4j2-test.properties"),
        conf.resolve("log4j2.properties"),
        StandardCopyOption.REPLACE_EXISTING);
    return new SparkHome(home);
  }

  /** A job that was begun. */
  record Job(Process process, Path out) {
    String await() throws IOException, InterruptedException {
      process.waitFor();
      return Files.readString(out);
    }

    /** The processes of its executors. */
    List<ProcessHandle> executors() {
      try (Stream<ProcessHandle> all = process.descendants()) {
        return all.filter(handle ->
                handle.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
            .toList();
      }
    }
  }

  /** Begins a job as spark-submit does, on two executors of one core each. */
  Job start(
      Path folder, Map<String, String> settings, Map<String, String> variables, Object... args)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(JAVA, "-Xmx1g"));
    command.addAll(SHORT_LIVED);
    command.add("-cp");
    command.add(home.resolve("conf") + File.pathSeparator + home.resolve("jars/*"));
    command.add("org.apache.spark.deploy.SparkSubmit");
    command.addAll(List.of("--master", "local-cluster[2,1,1024]"));
    command.addAll(
        List.of("--conf", "spark.executor.extraJavaOptions=" + String.join(" ", SHORT_LIVED)));
    settings.forEach((name, value) -> command.addAll(List.of("--conf", name + "=" + value)));
    command.addAll(List.of("--class", "dev.pt2st.spark.Main"));
    command.add(System.getProperty("pt2st.spark.jar"));
    for (Object arg : args) {
      command.add(arg.toString());
    }
    Path out = Files.createTempFile(folder, "job", ".out");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().putAll(variables);
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return new Job(builder.start(), out);
  }
}
