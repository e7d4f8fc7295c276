package dev.pt2st.bench.checkpoint;

import dev.pt2st.ByteCount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Writes checkpoints of any size as PyTorch itself does, byte for byte but for the serialization
 * id, which is random here, and its CRC-32.
 *
 * <pre>{@code
 * java -cp bench/target/benchmarks.jar dev.pt2st.bench.checkpoint.CheckpointGenerator \
 *     --bytes 2.5GB --tensors 300 --dtype fp16 out.pt
 * }</pre>
 */
@Command(
    name = "CheckpointGenerator",
    description = "Write a PyTorch checkpoint of random numbers.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class CheckpointGenerator implements Callable<Integer> {
  @Spec private CommandLine.Model.CommandSpec command;

  @Parameters(index = "0", paramLabel = "OUT", description = "The checkpoint; replaced if there.")
  private Path file;

  @Option(
      names = "--bytes",
      paramLabel = "SIZE",
      required = true,
      converter = Size.class,
      description = "Bytes of all tensors, such as 2.5GB or 64MiB.")
  private long bytes;

  @Option(
      names = "--tensors",
      paramLabel = "N",
      defaultValue = "300",
      description = "How many tensors share them (default: ${DEFAULT-VALUE}).")
  private int tensors;

  @Option(
      names = "--dtype",
      paramLabel = "fp16|fp32",
      defaultValue = "fp16",
      description = "Their element type (default: ${DEFAULT-VALUE}).")
  private ElementType type;

  @Option(
      names = "--layout",
      paramLabel = "zip|legacy",
      defaultValue = "zip",
      description = "PyTorch's since 1.6, or the one before (default: ${DEFAULT-VALUE}).")
  private FileLayout layout;

  @Option(
      names = "--strides",
      paramLabel = "contiguous|transposed|channels_last",
      defaultValue = "contiguous",
      description = "How the tensors lie in their storages (default: ${DEFAULT-VALUE}).")
  private Strides strides;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of the random numbers (default: ${DEFAULT-VALUE}).")
  private long seed;

  private CheckpointGenerator() {}

  /** Runs and ends the process with the exit code: 0 done, 1 failed, 2 wrong usage. */
  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new CheckpointGenerator())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments));
  }

  /** Writes a checkpoint, replacing a file that is there. */
  public static void generate(CheckpointSpec spec, Path file) throws IOException {
    try (CheckpointOutput output = new CheckpointOutput(file)) {
      spec.layout().write(spec, output, file);
    }
  }

  @Override
  public Integer call() throws IOException {
    CheckpointSpec spec;
    try {
      spec = new CheckpointSpec(bytes, tensors, type, layout, strides, seed);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
    long start = System.nanoTime();
    generate(spec, file);
    double seconds = (System.nanoTime() - start) / 1e9;
    command
        .commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "%s: %,d tensors, %,d bytes, %.1f s%n",
            file,
            tensors,
            Files.size(file),
            seconds);
    return 0;
  }

  private static final class Size implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      try {
        return ByteCount.parse(text);
      } catch (IllegalArgumentException e) {
        throw new CommandLine.TypeConversionException(e.getMessage());
      }
    }
  }
}
