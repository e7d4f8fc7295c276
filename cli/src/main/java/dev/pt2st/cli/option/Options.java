package dev.pt2st.cli.option;

import dev.pt2st.cli.input.Location;
import dev.pt2st.cli.report.ExitCode;
import dev.pt2st.cli.terminal.Version;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/**
 * Makes picocli options without annotations, since scanning classes for annotations takes longer
 * than converting a small checkpoint.
 */
public final class Options {
  /** Why an input cannot be stdin. */
  public static final String READ_AT_MANY_PLACES =
      "a file is read at many places, which a pipe cannot do";

  private Options() {}

  /** A required file argument. */
  public static PositionalParamSpec file(String index, String label, String description) {
    return PositionalParamSpec.builder()
        .index(index)
        .arity("1")
        .required(true)
        .type(Path.class)
        .converters(Options::onDisk)
        .paramLabel(label)
        .description(description)
        .build();
  }

  /** A required input argument: a path or an address. */
  public static PositionalParamSpec input(String index, String label, String description) {
    return PositionalParamSpec.builder()
        .index(index)
        .arity("1")
        .required(true)
        .type(Location.class)
        .converters(Options::location)
        .paramLabel(label)
        .description(description)
        .build();
  }

  /** Arguments for any number of inputs. */
  public static PositionalParamSpec inputs(String arity, String label, String description) {
    return PositionalParamSpec.builder()
        .index("0..*")
        .arity(arity)
        .required(arity.startsWith("1"))
        .type(List.class)
        .auxiliaryTypes(Location.class)
        .converters(Options::location)
        .paramLabel(label)
        .description(description)
        .build();
  }

  /** Arguments for one or more words. */
  public static PositionalParamSpec words(String label, String description) {
    return PositionalParamSpec.builder()
        .index("0..*")
        .arity("1..*")
        .required(true)
        .type(List.class)
        .auxiliaryTypes(String.class)
        .paramLabel(label)
        .description(description)
        .build();
  }

  /** Converts a word to a location, for picocli. */
  public static Location location(String word) {
    try {
      return Location.of(word);
    } catch (InvalidPathException e) {
      throw new TypeConversionException("\"" + word + "\" is not a path");
    }
  }

  /**
   * Checks that an input's name is not empty and does not mean a pipe.
   *
   * @throws ParameterException if it is or does
   */
  public static void checkInput(CommandLine command, Location input, String label) {
    if (input instanceof Location.OnDisk file) {
      checkName(command, file.path(), label, READ_AT_MANY_PLACES);
    }
  }

  /**
   * Checks that a file's name is not empty and does not mean a pipe.
   *
   * @throws ParameterException if it is or does
   */
  public static void checkName(CommandLine command, Path path, String label, String whyNotDash) {
    checkNotEmpty(command, path.toString(), label);
    if (path.toString().equals("-")) {
      throw new ParameterException(
          command, label + " cannot be \"-\": " + whyNotDash + "; name a file");
    }
  }

  /**
   * Checks that a word is not empty: that would be the current folder, and a script may have lost
   * the value of a variable.
   *
   * @throws ParameterException if it is
   */
  public static void checkNotEmpty(CommandLine command, String word, String label) {
    if (word.isEmpty()) {
      throw new ParameterException(command, label + " is empty; name a file");
    }
  }

  /** {@code --no-crc}, for every command that reads records. */
  public static OptionSpec noCrc() {
    return flag("Do not check the CRC-32 of the records that are read.", "--no-crc");
  }

  /** An option without a value. */
  public static OptionSpec flag(String description, String... names) {
    return OptionSpec.builder(names).type(boolean.class).description(description).build();
  }

  /**
   * Converts a word to a path on this disk, for picocli. An address is none: as a path, {@code
   * s3://bucket/key} would be a file in a folder {@code s3:}.
   */
  public static Path onDisk(String word) {
    return switch (location(word)) {
      case Location.OnDisk file -> file.path();
      case Location.Address address ->
          throw new TypeConversionException(
              address + " is an address, and this is a path on this disk");
    };
  }

  /** An option whose value is the path of a file or a directory, or an address. */
  public static OptionSpec location(String label, String description, String... names) {
    return OptionSpec.builder(names)
        .type(Location.class)
        .converters(Options::location)
        .paramLabel(label)
        .description(description)
        .build();
  }

  /** An option whose value is the path of a file or a directory. */
  public static OptionSpec path(String label, String description, String... names) {
    return OptionSpec.builder(names)
        .type(Path.class)
        .converters(Options::onDisk)
        .paramLabel(label)
        .description(description)
        .build();
  }

  /** An option whose value is a text. */
  static OptionSpec text(String name, String label, String standard, String description) {
    return OptionSpec.builder(name)
        .type(String.class)
        .paramLabel(label)
        .defaultValue(standard)
        .description(description)
        .build();
  }

  /** The option for how many files are processed at once. */
  public static OptionSpec jobs() {
    return OptionSpec.builder("--jobs")
        .type(int.class)
        .paramLabel("N")
        .description("Work on N files at once. Default: one per processor.")
        .build();
  }

  /**
   * The value of {@link #jobs}.
   *
   * @throws ParameterException if it is less than 1
   */
  public static int jobsOf(CommandLine command, OptionSpec jobs) {
    Integer asked = jobs.getValue();
    if (asked == null) {
      return Runtime.getRuntime().availableProcessors();
    }
    if (asked < 1) {
      throw new ParameterException(command, "--jobs must be at least 1");
    }
    return asked;
  }

  /** An option that may be given several times. */
  public static OptionSpec texts(String name, String label, String description) {
    return OptionSpec.builder(name)
        .type(List.class)
        .auxiliaryTypes(String.class)
        .paramLabel(label)
        .description(description)
        .build();
  }

  /**
   * An option whose value is an enum constant in lower case; the first is the default.
   *
   * @param type the enum, whose constants are single words
   */
  public static <E extends Enum<E>> OptionSpec choice(
      String name, Class<E> type, String description) {
    return choice(name, List.of(type.getEnumConstants()), description);
  }

  /** An option whose value is one of some constants of an enum. */
  public static <E extends Enum<E>> OptionSpec choice(
      String name, List<E> values, String description) {
    List<String> words = values.stream().map(Options::word).toList();
    return OptionSpec.builder(name)
        .type(values.getFirst().getDeclaringClass())
        .paramLabel(String.join("|", words))
        .completionCandidates(words)
        .converters(word -> values.get(indexOf(words, word)))
        .defaultValue(words.getFirst())
        .description(description)
        .build();
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static int indexOf(List<String> words, String word) {
    int index = words.indexOf(word);
    if (index < 0) {
      throw new TypeConversionException(
          "expected one of " + words + " (case-sensitive) but was '" + word + "'");
    }
    return index;
  }

  /** Adds what every command has: help, version, exit codes. */
  public static void addCommon(CommandSpec command) {
    command.addOption(
        OptionSpec.builder("-h", "--help")
            .usageHelp(true)
            .description("Show this help message and exit.")
            .build());
    command.addOption(
        OptionSpec.builder("-V", "--version")
            .versionHelp(true)
            .description("Print version information and exit.")
            .build());
    command.versionProvider(new Version());
    command
        .usageMessage()
        .sortOptions(false)
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(ExitCode.meanings())
        .footerHeading("%nExamples:%n")
        .footer(Examples.inHelp(command.name()));
  }

  public static boolean isSet(OptionSpec flag) {
    return Boolean.TRUE.equals(flag.getValue());
  }

  public static List<String> textsOf(OptionSpec option) {
    List<String> texts = option.getValue();
    return texts == null ? List.of() : texts;
  }
}
