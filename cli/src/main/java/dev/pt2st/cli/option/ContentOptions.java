package dev.pt2st.cli.option;

import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.options.NameOptions;
import dev.pt2st.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/**
 * The options that decide which tensors of a checkpoint are taken, and in which form. Every command
 * that reads a checkpoint has them, so that all commands see the same tensors.
 */
public final class ContentOptions {
  private static final List<String> CASTS = List.of("fp16", "bf16", "fp32");

  private final OptionSpec root =
      Options.text(
          "--root",
          "PATH",
          "auto",
          "What to take: auto (the model's tensors, the default), all (everything), or the path of"
              + " a part, such as ema.state_dict.");

  private final OptionSpec tag = tag();

  private final OptionSpec shared =
      Options.choice(
          "--shared",
          ConvertOptions.Shared.class,
          "Tensors that share storage: keep (write each in full, the default) or drop (one stays,"
              + " the metadata name the others).");

  private final OptionSpec unsupported =
      Options.choice(
          "--unsupported",
          ConvertOptions.Unsupported.class,
          "Tensors that safetensors cannot hold: refuse (the default) or skip (leave them out).");

  private final OptionSpec include =
      Options.texts(
          "--include",
          "GLOB",
          "Take only tensors whose name below the root matches ('encoder.*'). It is the name before"
              + " any change. May be repeated.");

  private final OptionSpec exclude =
      Options.texts("--exclude", "GLOB", "Leave out tensors whose name matches. May be repeated.");

  private final OptionSpec stripPrefix =
      Options.texts(
          "--strip-prefix",
          "PREFIX",
          "Take PREFIX (module.) from the names that begin with it. May be repeated.");

  private final OptionSpec rename =
      Options.texts(
          "--rename",
          "RULE",
          "Change names as sed does: 's/^model\\.//', with the flags g and i. Comes after"
              + " --strip-prefix. May be repeated.");

  private final OptionSpec cast =
      OptionSpec.builder("--cast")
          .type(DType.class)
          .converters(ContentOptions::castOf)
          .completionCandidates(CASTS)
          .paramLabel("fp16|bf16|fp32")
          .description(
              "Round floating tensors to this type, as PyTorch does; all others stay as they are.")
          .build();

  private final OptionSpec noCrc = Options.noCrc();

  /** The value of {@code --tag}; empty without it. */
  public String tagText() {
    String given = tag.getValue();
    return given == null ? "" : given;
  }

  /** The option for choosing one of several checkpoints in a folder; empty by default. */
  public static OptionSpec tag() {
    return Options.text(
        "--tag",
        "NAME",
        "",
        "If a folder has several checkpoints, such as the steps of a training run: which to take, by"
            + " the name of its folder. Without it, the file latest decides.");
  }

  private final KindOptions kinds = new KindOptions();
  private final PolicyOptions policy = new PolicyOptions();

  /** The names of the types that tensors can be cast to. */
  private static final Map<String, DType> CAST_NAMES = new HashMap<>();

  static {
    List.of("fp16", "float16", "f16", "half").forEach(name -> CAST_NAMES.put(name, DType.F16));
    List.of("bf16", "bfloat16").forEach(name -> CAST_NAMES.put(name, DType.BF16));
    List.of("fp32", "float32", "f32", "float").forEach(name -> CAST_NAMES.put(name, DType.F32));
  }

  /** The type of a name in any case, also in PyTorch's form: {@code torch.float16}. */
  private static DType castOf(String text) {
    String name = text.toLowerCase(Locale.ROOT);
    DType dtype = CAST_NAMES.get(name.startsWith("torch.") ? name.substring(6) : name);
    if (dtype == null) {
      throw new TypeConversionException("expected one of " + CASTS + " but was '" + text + "'");
    }
    return dtype;
  }

  /** Adds the options that select tensors and their form. */
  public void addTo(CommandSpec command) {
    List.of(root, tag, include, exclude).forEach(command::addOption);
    addShapingTo(command);
  }

  /**
   * Adds the same options without the patterns for tensor names: a command that processes many
   * files uses such options for file names.
   */
  public void addWithoutPatternsTo(CommandSpec command) {
    command.addOption(root);
    addShapingTo(command);
  }

  private void addShapingTo(CommandSpec command) {
    List.of(stripPrefix, rename, shared, unsupported, cast).forEach(command::addOption);
    kinds.addTo(command);
  }

  /** The given options that change the output of an accepted checkpoint. */
  public static List<String> shaping(ParseResult parsed) {
    CommandSpec known = CommandSpec.create();
    new ContentOptions().addWithoutPatternsTo(known);
    return given(parsed, known);
  }

  private NameOptions names(CommandSpec command) {
    NameOptions names = NameOptions.NONE;
    for (String glob : Options.textsOf(include)) {
      names = names.include(glob);
    }
    for (String glob : Options.textsOf(exclude)) {
      names = names.exclude(glob);
    }
    for (String prefix : Options.textsOf(stripPrefix)) {
      names = names.stripPrefix(prefix);
    }
    for (String rule : Options.textsOf(rename)) {
      try {
        names = names.rename(rule);
      } catch (IllegalArgumentException e) {
        throw new ParameterException(command.commandLine(), "--rename: " + e.getMessage());
      }
    }
    return names;
  }

  /** Adds the options for what is accepted; in the help they follow a command's own. */
  public void addSafetyTo(CommandSpec command) {
    command.addOption(noCrc);
    policy.addTo(command);
  }

  /** Adds all these options and the limits, for a command that has no others between them. */
  public void addAllTo(CommandSpec command) {
    addTo(command);
    addSafetyTo(command);
    LimitOptions.addTo(command);
  }

  /** The given options for the content of a checkpoint, in the form of another command line. */
  public static List<String> given(ParseResult parsed) {
    CommandSpec known = CommandSpec.create();
    new ContentOptions().addAllTo(known);
    return given(parsed, known);
  }

  private static List<String> given(ParseResult parsed, CommandSpec known) {
    return given(parsed, known.optionsMap().keySet());
  }

  /** The given options with one of these names, in the form of another command line. */
  static List<String> given(ParseResult parsed, Set<String> names) {
    List<String> given = new ArrayList<>();
    for (OptionSpec option : parsed.matchedOptionsSet()) {
      String name = option.longestName();
      if (!names.contains(name)) {
        continue;
      }
      if (option.arity().max() == 0) {
        given.add(name);
      } else {
        option.originalStringValues().forEach(value -> given.add(name + "=" + value));
      }
    }
    return given;
  }

  /**
   * The conversion options of another command line.
   *
   * @param given as returned by {@link #given}
   * @throws ParameterException if they are invalid
   */
  static ConvertOptions of(List<String> given) {
    CommandSpec command = CommandSpec.create();
    ContentOptions content = new ContentOptions();
    content.addAllTo(command);
    new CommandLine(command).parseArgs(given.toArray(String[]::new));
    return content.options(command);
  }

  /** The conversion options, after a command line was parsed. */
  public ConvertOptions options(CommandSpec command) {
    ConvertOptions options =
        kinds
            .applyTo(ConvertOptions.STANDARD)
            .withRead(policy.readOptions(command, noCrc))
            .withRoot(root.getValue())
            .withTag(tagText())
            .withNames(names(command))
            .withShared(shared.getValue())
            .withUnsupported(unsupported.getValue());
    DType to = cast.getValue();
    return to == null ? options : options.withCast(to);
  }
}
