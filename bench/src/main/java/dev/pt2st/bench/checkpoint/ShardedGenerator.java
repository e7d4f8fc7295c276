package dev.pt2st.bench.checkpoint;

import dev.pt2st.ByteCount;
import java.io.IOException;
import java.nio.file.DirectoryStream;
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
 * Writes folders of any size as several processes write them with PyTorch or DeepSpeed.
 *
 * <pre>{@code
 * java -cp bench/target/benchmarks.jar dev.pt2st.bench.checkpoint.ShardedGenerator \
 *     --format dcp --bytes 2.5GB --tensors 300 --ranks 8 --split columns FOLDER
 * }</pre>
 */
@Command(
    name = "ShardedGenerator",
    description = "Write a folder that several processes have written, of random numbers.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
public final class ShardedGenerator implements Callable<Integer> {
  @Spec private CommandLine.Model.CommandSpec command;

  @Parameters(index = "0", paramLabel = "FOLDER", description = "New or empty.")
  private Path folder;

  @Option(
      names = "--format",
      paramLabel = "dcp|zero2|zero3",
      defaultValue = "dcp",
      description = "PyTorch's distributed checkpoint, or DeepSpeed's (default: ${DEFAULT-VALUE}).")
  private ShardedFormat format;

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
      names = "--ranks",
      paramLabel = "N",
      defaultValue = "8",
      description = "How many processes wrote them (default: ${DEFAULT-VALUE}).")
  private int ranks;

  @Option(
      names = "--chunks",
      paramLabel = "N",
      description = "In how many pieces each tensor is (default: one for each rank).")
  private int chunks;

  @Option(
      names = "--split",
      paramLabel = "rows|columns",
      defaultValue = "rows",
      description = "What a piece is made of (default: ${DEFAULT-VALUE}).")
  private ShardedSpec.Split split;

  @Option(
      names = "--dtype",
      paramLabel = "fp16|fp32",
      description = "Their element type (default: fp16 of dcp, fp32 of ZeRO, which has no other).")
  private ElementType type;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of the random numbers (default: ${DEFAULT-VALUE}).")
  private long seed;

  private ShardedGenerator() {}

  /** Runs and ends the process with the exit code: 0 done, 1 failed, 2 wrong usage. */
  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new ShardedGenerator())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments));
  }

  /**
   * Writes a folder, which is made if it is not there.
   *
   * @throws IOException if it has entries
   */
  public static void generate(ShardedSpec spec, Path folder) throws IOException {
    Files.createDirectories(folder);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      if (entries.iterator().hasNext()) {
        throw new IOException(folder + " is not empty");
      }
    }
    spec.format().write(spec, folder);
  }

  @Override
  public Integer call() throws IOException {
    ShardedSpec spec;
    try {
      ElementType ordinary = format == ShardedFormat.DCP ? ElementType.FP16 : ElementType.FP32;
      spec =
          new ShardedSpec(
              format,
              bytes,
              tensors,
              ranks,
              chunks == 0 ? ranks : chunks,
              split,
              type == null ? ordinary : type,
              seed);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
    long start = System.nanoTime();
    generate(spec, folder);
    double seconds = (System.nanoTime() - start) / 1e9;
    command
        .commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "%s: %,d tensors of %,d pieces, %.1f s%n",
            folder,
            tensors,
            spec.filledChunks(),
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
