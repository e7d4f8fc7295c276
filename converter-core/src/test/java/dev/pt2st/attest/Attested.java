package dev.pt2st.attest;

import dev.pt2st.Limits;
import dev.pt2st.attest.StatementCheck.Leniency;
import dev.pt2st.convert.Converter;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.WriteOptions;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.testing.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A conversion with a statement, and the check of that. */
record Attested(Path source, Path output, Path statement) {
  static final String VERSION = "1.2.3";

  static Path sample(String name) {
    return Corpus.root().resolve("samples/checkpoints").resolve(name);
  }

  /** Converts into a folder; the statement has the digests of single tensors. */
  static Attested of(Path source, Path folder, ConvertOptions options, @Nullable SigningKey key)
      throws Exception {
    return of(source, folder, options, WriteOptions.STANDARD, key);
  }

  static Attested of(
      Path source, Path folder, ConvertOptions options, WriteOptions how, @Nullable SigningKey key)
      throws Exception {
    Path output = folder.resolve("out.safetensors");
    Path statement = folder.resolve("out.intoto.json");
    Converter.convert(
        source,
        output,
        options,
        how.withStatement(statement, new Attestation(VERSION, Attestation.Tensors.EACH, key)),
        ProgressListener.NONE);
    return new Attested(source, output, statement);
  }

  /** The same files with another statement in place of the own one. */
  Attested saying(byte[] bytes) throws IOException {
    Files.write(statement, bytes);
    return this;
  }

  byte[] bytes() throws IOException {
    return Files.readAllBytes(statement);
  }

  StatementCheck read(Leniency... lenient) throws Exception {
    return StatementCheck.read(statement, null, VERSION, Set.of(lenient));
  }

  StatementResult check(Leniency... lenient) throws Exception {
    return read(lenient).compare(source, output, Limits.STANDARD, ProgressListener.NONE);
  }

  StatementResult checkOutput() throws Exception {
    return read().compareOutput(output, ProgressListener.NONE);
  }
}
