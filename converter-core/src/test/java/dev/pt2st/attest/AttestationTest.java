package dev.pt2st.attest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.CheckpointException;
import dev.pt2st.IfExists;
import dev.pt2st.Limits;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.attest.Statement.Comparison;
import dev.pt2st.attest.StatementCheck.Leniency;
import dev.pt2st.convert.Converter;
import dev.pt2st.convert.ProgressListener;
import dev.pt2st.convert.WriteOptions;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.options.NameOptions;
import dev.pt2st.tensor.DType;
import dev.pt2st.testing.Corpus;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.Torch;
import dev.pt2st.verify.ModelDigest;
import dev.pt2st.verify.OutputVerifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A statement says what was read and written, and the same files give the same statement. */
@Timeout(60)
class AttestationTest {
  @TempDir Path temporary;

  static Stream<Corpus.Case> converted() {
    return Corpus.samples().cases().filter(c -> c.expect().equals("convert"));
  }

  @ParameterizedTest
  @MethodSource("converted")
  void everySampleIsAttestedWhileItIsCopiedAndDerivedAgain(Corpus.Case sample) throws Exception {
    isDerivedAgain(sample.file(), ConvertOptions.STANDARD);
  }

  /** Elements that are cast, put together, dequantized and scattered are summed up on the way. */
  @ParameterizedTest
  @MethodSource("converted")
  void soIsWhatIsWrittenAsSomethingElse(Corpus.Case sample) throws Exception {
    isDerivedAgain(
        sample.file(),
        ConvertOptions.STANDARD
            .withRoot("all")
            .withCast(DType.F16)
            .withQuantized(ConvertOptions.Quantized.DEQUANTIZE)
            .withSparse(ConvertOptions.Sparse.DENSE)
            .withNested(ConvertOptions.Nested.COMPONENTS)
            .withComplex(ConvertOptions.Complex.REAL)
            .withUnsupported(ConvertOptions.Unsupported.SKIP)
            .withRead(ReadOptions.STANDARD.withPolicy(Policy.STANDARD.allowAll()))
            .withMaxShardBytes(200));
  }

  private void isDerivedAgain(Path source, ConvertOptions options) throws Exception {
    Attested made = Attested.of(source, temporary, options, null);
    Statement statement = made.read().statement();
    for (Statement.Subject subject : statement.subjects()) {
      Path file = temporary.resolve(subject.name());
      assertThat(subject.sha256()).isEqualTo(Corpus.sha256(Files.readAllBytes(file)));
    }
    Path whole = statement.subjects().size() == 1 ? made.output() : index();
    ModelDigest model = ModelDigest.of(whole, ConvertOptions.STANDARD, ProgressListener.NONE);
    assertThat(statement.content().digest()).isEqualTo(model.sha256());
    assertThat(statement.tensors()).isEqualTo(model.tensors());
    assertThat(statement.sources().getFirst().sha256())
        .isEqualTo(Corpus.sha256(Files.readAllBytes(source)));
    assertThat(made.check().differences()).isEmpty();
    assertThat(made.checkOutput().differences()).isEmpty();
  }

  private Path index() {
    return temporary.resolve("out.safetensors.index.json");
  }

  @Test
  void theSameConversionHasTheSameStatement() throws Exception {
    Path one = Files.createDirectory(temporary.resolve("one"));
    Path other = Files.createDirectory(temporary.resolve("other"));
    Path source = Attested.sample("zip_training.pt");
    assertThat(Attested.of(source, one, ConvertOptions.STANDARD, null).bytes())
        .isEqualTo(Attested.of(source, other, ConvertOptions.STANDARD, null).bytes());
  }

  @Test
  void itSaysWhatWasLeftOutAndWhich() throws Exception {
    ConvertOptions options =
        ConvertOptions.STANDARD.withNames(
            NameOptions.NONE.exclude("head.*").rename("s/^conv/stem/"));
    Attested made = Attested.of(Attested.sample("zip_training.pt"), temporary, options, null);
    Statement statement = made.read().statement();
    assertThat(statement.checkpoint().root()).isEqualTo("state_dict");
    assertThat(statement.omissions().leftOut())
        .anyMatch(part -> part.key().equals("optimizer") && part.tensors() == 6)
        .anyMatch(part -> part.key().equals("state_dict.head.a.weight") && part.byName());
    assertThat(statement.omissions().renamed()).containsEntry("stem.weight", "conv.weight");
    assertThat(statement.comparison()).isEqualTo(Comparison.NONE);
    assertThat(statement.options().names().rules()).isEqualTo(options.names().rules());
  }

  @Test
  void itSaysWhetherTheOutputWasCompared() throws Exception {
    Attested made =
        Attested.of(
            Attested.sample("zip_basic.pt"),
            temporary,
            ConvertOptions.STANDARD,
            WriteOptions.STANDARD.withCheck(new OutputVerifier()),
            null);
    assertThat(made.read().statement().comparison()).isEqualTo(Comparison.EVERY_ELEMENT);
    assertThat(made.check().holds()).isTrue();
  }

  /** Several threads, large tensors and small ones, strided ones, and several files. */
  @Test
  void largeFilesAreSummedUpByThreadsInTheirOrder() throws Exception {
    Torch torch = new Torch();
    byte[] random = new byte[9 << 20];
    new Random(1).nextBytes(random);
    Map<String, Object> top = new LinkedHashMap<>();
    for (int i = 0; i < 4; i++) {
      Object storage = torch.storage("HalfStorage", random, random.length / 2);
      Py.Tuple size = Py.tuple(1024, random.length / 2048);
      Py.Tuple across = Py.tuple(1, 1024);
      top.put("rows" + i, Torch.view(storage, 0, size, Torch.strides(size)));
      top.put("columns" + i, Torch.view(storage, 0, size, across));
      top.put("small" + i, torch.byteTensor(1, 2, 3));
    }
    Path source = Files.write(temporary.resolve("large.pt"), torch.zip(top));
    isDerivedAgain(source, ConvertOptions.STANDARD.withMaxShardBytes(40 << 20));
  }

  /** A thread that fails lets go those that wait for its piece. */
  @Test
  void aDamagedRecordEndsTheWorkAndLeavesNothing() throws Exception {
    Torch torch = new Torch();
    byte[] bytes = new byte[24 << 20];
    byte[] zip = torch.zip(Map.of("w", tensor(torch, bytes)));
    zip[zip.length / 2] ^= 1;
    Path folder = Files.createDirectory(temporary.resolve("out"));
    Path source = Files.write(temporary.resolve("damaged.pt"), zip);
    assertThatThrownBy(() -> Attested.of(source, folder, ConvertOptions.STANDARD, null))
        .isInstanceOf(CheckpointException.class);
    assertThat(folder).isEmptyDirectory();
  }

  private static Object tensor(Torch torch, byte[] bytes) {
    Py.Tuple size = Py.tuple(bytes.length / 4);
    return Torch.view(
        torch.storage("FloatStorage", bytes, bytes.length / 4), 0, size, Torch.strides(size));
  }

  @Test
  void anotherFileIsNeverReplacedByAStatement() throws Exception {
    Path statement = temporary.resolve("out.intoto.json");
    Files.writeString(statement, "{}");
    Path source = Attested.sample("zip_basic.pt");
    assertThatThrownBy(() -> Attested.of(source, temporary, ConvertOptions.STANDARD, null))
        .isInstanceOf(FileAlreadyExistsException.class);
    Files.write(statement, "no json".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() ->
            Attested.of(
                source,
                temporary,
                ConvertOptions.STANDARD,
                WriteOptions.STANDARD.withIfExists(IfExists.REPLACE),
                null))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("not a JSON file");
    assertThat(statement).hasContent("no json");
    assertThat(temporary.resolve("out.safetensors")).doesNotExist();
  }

  /** A statement of each step: what the second says its source is, the first says it wrote. */
  @Test
  void aChainIsCheckedLinkByLink() throws Exception {
    Path first = Files.createDirectory(temporary.resolve("first"));
    Path second = Files.createDirectory(temporary.resolve("second"));
    Attested one =
        Attested.of(Attested.sample("zip_dtypes.pt"), first, ConvertOptions.STANDARD, null);
    Attested two =
        Attested.of(one.output(), second, ConvertOptions.STANDARD.withCast(DType.BF16), null);
    assertThat(two.read().statement().sources().getFirst().sha256())
        .isEqualTo(one.read().statement().subjects().getFirst().sha256());
    assertThat(two.check().holds()).isTrue();
    assertThat(new Attested(one.source(), two.output(), two.statement()).check().holds()).isFalse();
    assertThat(new Attested(one.source(), two.output(), one.statement()).check().holds()).isFalse();
    assertThat(new Attested(one.output(), two.output(), one.statement()).check().holds()).isFalse();
  }

  @Test
  void aByteOfTheOutputOrTheSourceIsADifference() throws Exception {
    Path source = Files.copy(Attested.sample("legacy_basic.pt"), temporary.resolve("in.pt"));
    Attested made = Attested.of(source, temporary, ConvertOptions.STANDARD, null);
    byte[] output = Files.readAllBytes(made.output());
    output[output.length - 1] ^= 1;
    Files.write(made.output(), output);
    assertThat(made.check().holds()).isFalse();
    assertThat(made.checkOutput().holds()).isFalse();
    output[output.length - 1] ^= 1;
    Files.write(made.output(), output);
    assertThat(made.check().holds()).isTrue();
    byte[] input = Files.readAllBytes(source);
    input[input.length - 1] ^= 1;
    Files.write(source, input);
    assertThat(made.check().differences())
        .extracting(FieldDifference::field)
        .contains("predicate.sources[0].digest.sha256", "subject[0].digest.sha256");
  }

  @Test
  void anotherNameOrVersionIsADifferenceUnlessItIsAccepted() throws Exception {
    Attested made =
        Attested.of(Attested.sample("zip_basic.pt"), temporary, ConvertOptions.STANDARD, null);
    Path renamed = Files.move(made.output(), temporary.resolve("other.safetensors"));
    Attested there = new Attested(made.source(), renamed, made.statement());
    assertThat(there.check().differences())
        .extracting(FieldDifference::field)
        .containsExactly("subject[0].name");
    assertThat(there.check(Leniency.NAMES).holds()).isTrue();
    StatementCheck newer =
        StatementCheck.read(made.statement(), null, "2.0", Set.of(Leniency.NAMES));
    assertThat(
            newer
                .compare(made.source(), renamed, Limits.STANDARD, ProgressListener.NONE)
                .differences())
        .extracting(FieldDifference::field)
        .containsExactly("predicate.converter.version");
    StatementCheck lenient =
        StatementCheck.read(
            made.statement(), null, "2.0", Set.of(Leniency.NAMES, Leniency.VERSION));
    StatementResult accepted =
        lenient.compare(made.source(), renamed, Limits.STANDARD, ProgressListener.NONE);
    assertThat(accepted.holds()).isTrue();
    assertThat(accepted.unchecked()).contains("names", "predicate.converter");
  }

  @Test
  void withoutItsSourceTheOutputIsCheckedAndTheRestIsSaidNotToBe() throws Exception {
    Attested made =
        Attested.of(Attested.sample("zip_basic.pt"), temporary, ConvertOptions.STANDARD, null);
    StatementResult result = made.checkOutput();
    assertThat(result.holds()).isTrue();
    assertThat(result.unchecked()).contains("predicate.sources", "predicate.options");
  }

  @Test
  void aStatementNeedsNoConversionThatWantsNone() throws Exception {
    Path output = temporary.resolve("plain.safetensors");
    Converter.convert(
        Attested.sample("zip_basic.pt"), output, ConvertOptions.STANDARD, ProgressListener.NONE);
    Attested made =
        Attested.of(Attested.sample("zip_basic.pt"), temporary, ConvertOptions.STANDARD, null);
    assertThat(made.output()).hasSameBinaryContentAs(output);
  }
}
