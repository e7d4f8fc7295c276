package dev.pt2st.cli;

import dev.pt2st.convert.ConvertOptions;
import dev.pt2st.convert.NameOptions;
import dev.pt2st.tensor.DType;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * What of a checkpoint is taken and as what: the options that decide which tensors come out of it.
 * Every command that reads a checkpoint has them, so that all of them see the same tensors.
 */
final class ContentOptions {
  private final OptionSpec root =
      Options.text(
          "--root",
          "PATH",
          "auto",
          "What to take: auto (the model's tensors, the default), all (everything), or the path of"
              + " a part, such as ema.state_dict.");

  private final OptionSpec shared =
      Options.choice(
          "--shared",
          Shared.class,
          "Tensors that share storage: keep (write each in full, the default) or drop (one stays,"
              + " the metadata name the others).");

  private final OptionSpec unsupported =
      Options.choice(
          "--unsupported",
          Unsupported.class,
          "Tensors that safetensors cannot hold: refuse (the default) or skip (leave them out).");

  private final OptionSpec include =
      Options.texts(
          "--include",
          "GLOB",
          "Take only tensors whose name matches ('encoder.*'), as it is below the root and before"
              + " it is changed. May be repeated.");

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
          .type(Cast.class)
          .paramLabel("fp16|bf16|fp32")
          .description(
              "Round floating tensors to this type, as PyTorch does; all others stay as they are.")
          .build();

  private final OptionSpec noCrc = Options.noCrc();

  private final KindOptions kinds = new KindOptions();
  private final PolicyOptions policy = new PolicyOptions();

  enum Shared {
    keep,
    drop
  }

  enum Unsupported {
    refuse,
    skip
  }

  /** As people call the dtypes on the command line. */
  enum Cast {
    fp16(DType.F16),
    bf16(DType.BF16),
    fp32(DType.F32);

    private final DType dtype;

    Cast(DType dtype) {
      this.dtype = dtype;
    }
  }

  /** Adds those that choose tensors and what becomes of them. */
  void addTo(CommandSpec command) {
    List.of(root, include, exclude, stripPrefix, rename, shared, unsupported, cast)
        .forEach(command::addOption);
    kinds.addTo(command);
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

  /** Adds those that say what is accepted; in the help they stand behind a command's own. */
  void addSafetyTo(CommandSpec command) {
    command.addOption(noCrc);
    policy.addTo(command);
  }

  /** What was asked for, once a command line has been parsed. */
  ConvertOptions options(CommandSpec command) {
    ConvertOptions options =
        kinds
            .applyTo(ConvertOptions.STANDARD)
            .withPolicy(policy.policy())
            .withLimits(LimitOptions.of(command.commandLine().getParseResult()))
            .withRoot(root.getValue())
            .withNames(names(command))
            .withShared(
                switch (shared.<Shared>getValue()) {
                  case keep -> ConvertOptions.Shared.KEEP;
                  case drop -> ConvertOptions.Shared.DROP;
                })
            .withUnsupported(
                switch (unsupported.<Unsupported>getValue()) {
                  case refuse -> ConvertOptions.Unsupported.REFUSE;
                  case skip -> ConvertOptions.Unsupported.SKIP;
                })
            .withCheckCrc(!Options.isSet(noCrc));
    Cast to = cast.getValue();
    return to == null ? options : options.withCast(to.dtype);
  }
}
