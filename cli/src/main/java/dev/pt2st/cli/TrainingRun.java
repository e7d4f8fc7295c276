package dev.pt2st.cli;

import dev.pt2st.cli.terminal.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Does what users do, on small samples, for a JVM that writes down what it loads and runs: its
 * cache then serves every command. Not for users; the launcher and the distribution call it.
 */
final class TrainingRun {
  static final List<String> SAMPLES =
      List.of("zip_basic.pt", "zip_training.pt", "zip_dtypes.pt", "legacy_basic.pt");

  /** Folders of several processes: of DCP, by rows and by columns. */
  static final List<String> FOLDERS = List.of("dcp_fsdp2", "dcp_columns");

  private static final int WIDTH = 80;

  /**
   * So often is a sample read that the JVM compiles what a checkpoint of tens of thousands of
   * tensors needs, and remembers how (training.options says more).
   */
  private static final int ROUNDS = 100;

  private final Terminal nowhere;

  private TrainingRun() {
    PrintStream nothing = new PrintStream(OutputStream.nullOutputStream());
    nowhere = new Terminal(nothing, nothing, false, false, WIDTH);
  }

  /**
   * Runs every command. What a command says of a sample does not matter, nor whether it takes it.
   *
   * @param args the folder of samples of checkpoints, beside that of sharded ones, and a folder
   *     that may be written to
   * @throws IOException if what was written cannot be removed
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
    // Every start asks for this logger when it exits, and loads classes for it.
    System.getLogger("java.lang.Runtime").isLoggable(System.Logger.Level.DEBUG);
  }

  private static String sharded(Path samples, String name) {
    return samples.resolveSibling("sharded").resolve(name).toString();
  }
}
