package dev.pt2st.cli;

import dev.pt2st.cli.terminal.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs typical commands on small samples while the JVM records the classes and code that it uses,
 * for a cache that speeds up every command. Called by the launcher and the distribution, not by
 * users.
 */
final class TrainingRun {
  static final List<String> SAMPLES =
      List.of("zip_basic.pt", "zip_training.pt", "zip_dtypes.pt", "legacy_basic.pt");

  /** Checkpoint folders of DCP, sharded by rows and by columns. */
  static final List<String> FOLDERS = List.of("dcp_fsdp2", "dcp_columns");

  private static final int WIDTH = 80;

  /**
   * How many times a sample is read, so that the JVM compiles the code for a checkpoint of tens of
   * thousands of tensors and records its profile (see training.options).
   */
  private static final int ROUNDS = 100;

  private final Terminal nowhere;

  private TrainingRun() {
    PrintStream nothing = new PrintStream(OutputStream.nullOutputStream());
    nowhere = new Terminal(nothing, nothing, false, false, WIDTH);
  }

  /**
   * Runs every command. Their results do not matter.
   *
   * @param args the folder of sample checkpoints, which is next to that of sharded ones, and a
   *     writable folder
   * @throws IOException if the written files cannot be deleted
   */
  public static void main(String[] args) throws IOException {
    new TrainingRun().run(Path.of(args[0]), Path.of(args[1]));
  }

  private void run(Path samples, Path folder) throws IOException {
    String output = folder.resolve("trained.safetensors").toString();
    for (int round = 0; round < ROUNDS; round++) {
      String input = samples.resolve(SAMPLES.get(round % SAMPLES.size())).toString();
      Main.run(nowhere, "convert", "--overwrite", input, output);
      Main.run(nowhere, "scan", input);
      String folderInput = sharded(samples, FOLDERS.get(round % FOLDERS.size()));
      Main.run(nowhere, "convert", "--overwrite", folderInput, output);
    }
    for (String name : SAMPLES) {
      String input = samples.resolve(name).toString();
      Main.run(nowhere, "convert", "--overwrite", input, output);
      Main.run(nowhere, "verify", input, output);
      Main.run(nowhere, "inspect", input);
      Main.run(nowhere, "checksum", output);
    }
    for (String name : FOLDERS) {
      String input = sharded(samples, name);
      Main.run(nowhere, "convert", "--overwrite", input, output);
      Main.run(nowhere, "verify", input, output);
      Main.run(nowhere, "inspect", input);
      Main.run(nowhere, "scan", input);
    }
    Main.run(nowhere, "scan", samples.toString());
    Main.run(nowhere, "migrate", "--dry-run", samples.toString());
    Files.deleteIfExists(Path.of(output));
    // Every process uses this logger when it exits and loads classes for it.
    System.getLogger("java.lang.Runtime").isLoggable(System.Logger.Level.DEBUG);
  }

  private static String sharded(Path samples, String name) {
    return samples.resolveSibling("sharded").resolve(name).toString();
  }
}
