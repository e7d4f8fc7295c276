package dev.pt2st.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code convert --attest}, {@code migrate --attest} and {@code attest verify}. */
class AttestTest {
  private static final Path TRAINING = Samples.checkpoint("zip_training.pt");

  @TempDir Path temporary;
  private Path output;
  private Path statement;

  @BeforeEach
  void name() {
    output = temporary.resolve("model.safetensors");
    statement = temporary.resolve("model.intoto.json");
  }

  private Run convert(Object... more) {
    Object[] args = new Object[more.length + 4];
    args[0] = TRAINING;
    args[1] = output;
    args[2] = "--attest";
    args[3] = statement;
    System.arraycopy(more, 0, args, 4, more.length);
    return Run.convert(args);
  }

  private static JsonObject json(Path file) throws IOException {
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }

  private static Path pem(Path file, String label, byte[] key) throws IOException {
    return Files.writeString(
        file,
        "-----BEGIN "
            + label
            + "-----\n"
            + Base64.getMimeEncoder().encodeToString(key)
            + "\n-----END "
            + label
            + "-----\n");
  }

  @Test
  void whatWasStatedIsDerivedAgain() throws Exception {
    Run made = convert();
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(made.outLines()).contains("statement: " + statement);
    assertThat(json(statement).get("_type").getAsString())
        .isEqualTo("https://in-toto.io/Statement/v1");
    Run checked = Run.of("attest", "verify", statement, TRAINING, output);
    assertThat(checked.code()).as(checked.err()).isZero();
    assertThat(checked.outLines())
        .containsExactly(
            output + ": as " + statement + " says, 15 tensors in 1 file",
            "derived again from the source: every field but those below",
            "not checked: predicate.comparison",
            "signature: none");
  }

  /** Of samples that leave out, drop, rename, skip and keep as inert what there is. */
  @ParameterizedTest
  @CsvSource({
    "zip_training.pt, --rename s/^conv/stem/",
    "zip_shared.pt, --shared drop",
    "zip_quantized.pt, --unsupported skip",
    "zip_module.pt, --inert",
    "zip_lightning_called.ckpt, --allow *",
    "legacy_basic.pt, --max-shard-size 200",
    "numpy_state.pkl, --cast bf16"
  })
  void aStatementIsAsItsSchemaSays(String sample, String option) throws Exception {
    List<Object> args =
        new ArrayList<>(List.of(Samples.checkpoint(sample), output, "--attest", statement));
    args.addAll(List.of(option.split(" ", -1)));
    args.add("--attest-tensors");
    Run run = Run.convert(args.toArray());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Readme.textOf("docs/conversion.schema.json"))
                .validate(Files.readString(statement), InputFormat.JSON))
        .isEmpty();
    Run checked = Run.of("attest", "verify", statement, Samples.checkpoint(sample), output);
    assertThat(checked.code()).as(checked.err()).isZero();
  }

  @Test
  void aDifferenceIsToldWithItsField() throws Exception {
    convert();
    Files.writeString(
        statement,
        Files.readString(statement).replace("\"root\": \"state_dict\"", "\"root\": \"ema\""));
    Run run = Run.of("attest", "verify", statement, TRAINING, output);
    assertThat(run.code()).isEqualTo(4);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .contains("predicate.checkpoint.root: the statement says ema, the files give state_dict");
    JsonObject json = Run.of("attest", "verify", "--json", statement, TRAINING, output).json();
    assertThat(json.get("holds").getAsBoolean()).isFalse();
    assertThat(json.getAsJsonArray("differences")).hasSize(1);
  }

  @Test
  void aSignatureIsCheckedWithTheKeyThatIsNamed() throws Exception {
    KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Path secret =
        pem(temporary.resolve("secret.pem"), "PRIVATE KEY", keys.getPrivate().getEncoded());
    Path known = pem(temporary.resolve("us.pem"), "PUBLIC KEY", keys.getPublic().getEncoded());
    assertThat(convert("--attest-key", secret, "--attest-tensors").code()).isZero();
    assertThat(json(statement).get("payloadType").getAsString())
        .isEqualTo("application/vnd.in-toto+json");
    String payload =
        new String(
            Base64.getDecoder().decode(json(statement).get("payload").getAsString()),
            StandardCharsets.UTF_8);
    assertThat(payload).contains("\"tensors\": [");
    Run good = Run.of("attest", "verify", "--key", known, statement, TRAINING, output);
    assertThat(good.code()).as(good.err()).isZero();
    assertThat(good.outLines()).contains("signature: good, by the given key");
    assertThat(Run.of("attest", "verify", statement, TRAINING, output).outLines())
        .contains("signature: not checked; name its key with --key");
    Path other =
        pem(
            temporary.resolve("other.pem"),
            "PUBLIC KEY",
            KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic().getEncoded());
    Run bad = Run.of("attest", "verify", "--key", other, statement, TRAINING, output);
    assertThat(bad.code()).isEqualTo(4);
    assertThat(bad.err()).contains("not signed with the given key");
    Run secretAsKey = Run.of("attest", "verify", "--key", secret, statement, TRAINING, output);
    assertThat(secretAsKey.code()).isEqualTo(1);
    assertThat(secretAsKey.err()).contains("PUBLIC KEY");
  }

  @Test
  void withoutTheSourceItSaysWhatWasNotChecked() throws Exception {
    convert();
    Run run = Run.of("attest", "verify", "--without-source", statement, output);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("only the output was checked")
        .contains("not checked: predicate.converter, predicate.sources");
    Run mistyped = Run.of("attest", "verify", statement, temporary.resolve("gone.pt"), output);
    assertThat(mistyped.code()).isEqualTo(1);
  }

  @Test
  void otherNamesAndVersionsAreAcceptedIfAskedTo() throws Exception {
    convert();
    Path other = Files.move(output, temporary.resolve("other.safetensors"));
    assertThat(Run.of("attest", "verify", statement, TRAINING, other).code()).isEqualTo(4);
    Run renamed = Run.of("attest", "verify", "--renamed", statement, TRAINING, other);
    assertThat(renamed.code()).as(renamed.err()).isZero();
    Files.writeString(
        statement,
        Files.readString(statement)
            .replaceFirst("\"version\": \"[^\"]*\"", "\"version\": \"0.0.1\""));
    assertThat(Run.of("attest", "verify", "--renamed", statement, TRAINING, other).code())
        .isEqualTo(4);
    Run older =
        Run.of("attest", "verify", "--renamed", "--other-version", statement, TRAINING, other);
    assertThat(older.code()).as(older.err()).isZero();
  }

  @Test
  void aModelInShardsIsCheckedByItsIndex() throws Exception {
    assertThat(convert("--max-shard-size", "300").code()).isZero();
    Path index = temporary.resolve("model.safetensors.index.json");
    assertThat(Run.of("attest", "verify", statement, TRAINING, index).code()).isZero();
    assertThat(Run.of("attest", "verify", statement, TRAINING, output).code()).isZero();
    Files.writeString(index, Files.readString(index) + " ");
    Run run = Run.of("attest", "verify", statement, TRAINING, index);
    assertThat(run.code()).isEqualTo(4);
    assertThat(run.err()).contains("index.json");
  }

  @Test
  void everyOutputOfAMigrationHasAStatement() throws Exception {
    Path models = Files.createDirectory(temporary.resolve("models"));
    Files.copy(TRAINING, models.resolve("a.pt"));
    Files.copy(Samples.checkpoint("zip_basic.pt"), models.resolve("b.pt"));
    assertThat(Run.of("migrate", models).code()).isZero();
    assertThat(models.resolve("a.safetensors.intoto.json")).doesNotExist();
    Run run = Run.of("migrate", models, "--attest");
    assertThat(run.code()).as(run.err()).isZero();
    for (String name : List.of("a", "b")) {
      Run checked =
          Run.of(
              "attest",
              "verify",
              models.resolve(name + ".safetensors.intoto.json"),
              models.resolve(name + ".pt"),
              models.resolve(name + ".safetensors"));
      assertThat(checked.code()).as(checked.err()).isZero();
    }
    assertThat(json(models.resolve("a.safetensors.intoto.json")).toString())
        .contains("\"comparison\":\"everyElement\"");
    Run again = Run.of("migrate", models, "--attest");
    assertThat(again.out()).contains("already there");
  }

  @Test
  void aFileThatIsNoStatementIsKept() throws Exception {
    Path models = Files.createDirectory(temporary.resolve("models"));
    Files.copy(TRAINING, models.resolve("a.pt"));
    Path theirs = models.resolve("a.safetensors.intoto.json");
    Files.writeString(theirs, "theirs");
    Run run = Run.of("migrate", models, "--attest");
    assertThat(run.code()).isEqualTo(1);
    assertThat(theirs).hasContent("theirs");
    assertThat(models.resolve("a.safetensors")).doesNotExist();
  }

  @Test
  void whatMakesNoSenseIsSaid() {
    assertThat(Run.of("attest", "sign", "a", "b", "c").code()).isEqualTo(2);
    assertThat(Run.of("attest", "verify", "a", "b").err()).contains("--without-source");
    assertThat(Run.of("attest", "verify", "--without-source", "a", "b", "c").code()).isEqualTo(2);
    assertThat(Run.of("attest", "verify", "a", "hf://org/model/x.pt", "c").err())
        .contains("is an address");
    assertThat(convert("--dry-run").code()).isEqualTo(2);
    assertThat(Run.convert(TRAINING, output, "--attest-tensors").code()).isEqualTo(2);
    assertThat(Run.of("migrate", temporary, "--attest-key", "k").code()).isEqualTo(2);
    assertThat(Run.convert(TRAINING, TRAINING, TRAINING, "--attest", statement).code())
        .isEqualTo(2);
  }
}
