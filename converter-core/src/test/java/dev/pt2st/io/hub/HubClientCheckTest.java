package dev.pt2st.io.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.io.FileSource;
import dev.pt2st.io.http.HttpSession;
import dev.pt2st.io.http.HttpSettings;
import dev.pt2st.io.http.Traffic;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.Store.Entry;
import dev.pt2st.testing.CPython;
import dev.pt2st.testing.Corpus;
import dev.pt2st.testing.HubServer;
import dev.pt2st.testing.SafetensorsBytes;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real {@code huggingface_hub} takes our server for a Hub, so what the other tests ask of it is
 * what a Hub gives. And what it leaves in its cache is found there.
 */
class HubClientCheckTest {
  @TempDir private Path folder;

  private static Path interpreter() throws IOException, InterruptedException {
    Optional<Path> python = CPython.interpreter();
    Assumptions.assumeTrue(
        python.isPresent(), "skipped: no python3 on the path, and none that PT2ST_PYTHON names");
    Process asked =
        new ProcessBuilder(
                python.orElseThrow().toString(), "-I", "-c", "import huggingface_hub, numpy")
            .redirectErrorStream(true)
            .start();
    asked.getInputStream().readAllBytes();
    Assumptions.assumeTrue(
        asked.waitFor() == 0, () -> "skipped: no huggingface_hub for " + python.orElseThrow());
    return python.orElseThrow();
  }

  private void put(String path, byte[] bytes) throws IOException {
    Path file = folder.resolve("repositories").resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  private static byte[] random(int seed) {
    byte[] bytes = new byte[20_000];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** The steps of the client, each with the line of what came of it. */
  private Map<String, String> steps(Path interpreter, HubServer server, Path home)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            interpreter.toString(),
            "-I",
            Corpus.root().resolve("samples/tools/hub_client_check.py").toString());
    builder.environment().put("HF_ENDPOINT", server.endpoint().toString());
    builder.environment().put("HF_HOME", home.toString());
    builder.environment().keySet().removeIf(name -> name.matches("HF_TOKEN|.*HUB_TOKEN|.*OFFLINE"));
    builder.redirectErrorStream(true);
    Process client = builder.start();
    Map<String, String> steps = new HashMap<>();
    try (BufferedReader lines = client.inputReader(StandardCharsets.UTF_8)) {
      String step = "";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("STEP ")) {
          step = line.substring("STEP ".length());
        } else if (!step.isEmpty()) {
          steps.putIfAbsent(step, line.strip());
        }
      }
    }
    assertThat(client.waitFor()).isZero();
    return steps;
  }

  @Test
  void theRealClientTakesTheServerForAHub() throws Exception {
    Path interpreter = interpreter();
    byte[] large = random(1);
    put("acme/gpt/config.json", "{}".getBytes(StandardCharsets.UTF_8));
    put("acme/gpt/sub/a b.pt", large);
    put(
        "acme/gpt/model.safetensors",
        SafetensorsBytes.of(
            "{" + SafetensorsBytes.tensor("w", "U8", "[4]", 0, 4) + "}", new byte[4]));
    put(
        "acme/gpt/pytorch_model.bin",
        Files.readAllBytes(Corpus.root().resolve("samples/checkpoints/zip_basic.pt")));
    put("acme/gated/m.pt", random(2));
    put("acme/secret/m.pt", random(3));
    Path home = folder.resolve("home");
    Map<String, String> options = Map.of("MOCK_GATED", "acme/gated", "MOCK_PRIVATE", "acme/secret");
    try (HubServer server = HubServer.start(interpreter, folder.resolve("repositories"), options)) {
      Map<String, String> steps = steps(interpreter, server, home);

      assertThat(steps.get("list_repo_tree recursive (paged)"))
          .contains("('RepoFile', 'config.json', 2, False)")
          .contains("('RepoFile', 'sub/a b.pt', 20000, True)");
      assertThat(steps.get("model_info")).contains("'model.safetensors'");
      assertThat(steps.get("hf_hub_download regular")).endsWith("/config.json");
      assertThat(steps.get("hf_hub_download lfs")).endsWith("/sub/a b.pt");
      assertThat(steps.get("again: from cache")).isEqualTo(steps.get("hf_hub_download lfs"));
      assertThat(steps.get("get_safetensors_metadata")).isEqualTo("['w']");
      assertThat(steps.get("bad revision")).startsWith("EXC RevisionNotFoundError");
      assertThat(steps.get("missing entry")).startsWith("EXC RemoteEntryNotFoundError");
      assertThat(steps.get("missing repo")).startsWith("EXC RepositoryNotFoundError");
      assertThat(steps.get("gated without token")).startsWith("EXC GatedRepoError");
      assertThat(steps.get("gated with token")).endsWith("/m.pt");
      assertThat(steps.get("private without token")).startsWith("EXC RepositoryNotFoundError");
      assertThat(steps.get("HfFileSystem + zipfile: names and data.pkl by ranges"))
          .matches("\\(\\d+, \\d+\\)");
      assertThat(server.log()).noneMatch(line -> line.contains("CDN WAS SENT A TOKEN"));

      cacheIsRead(server, home, large);
    }
  }

  private static void cacheIsRead(HubServer server, Path home, byte[] large) throws IOException {
    Map<String, String> environment =
        Map.of("HF_ENDPOINT", server.endpoint().toString(), "HF_HOME", home.toString());
    HubSettings settings = HubSettings.of(environment, Path.of("/nowhere"));
    try (HttpSession session =
            new HttpSession(HttpSettings.STANDARD, Traffic.unlimited(), Map.of());
        HubStore store = new HubStore(session, settings);
        RangeSource source = store.open("hf://acme/gpt/sub/a b.pt");
        RangeSource small = store.open("hf://acme/gpt/config.json")) {
      assertThat(small).isInstanceOf(FileSource.class);
      assertThat(source).isInstanceOf(FileSource.class);
      ByteBuffer all = ByteBuffer.allocate(large.length);
      source.read(0, all);
      assertThat(all.array()).isEqualTo(large);
      assertThat(session.traffic().requests()).isEqualTo(2);
      assertThat(session.traffic().downloaded()).isZero();

      HubSettings offline =
          new HubSettings(settings.endpoint(), settings.token(), settings.cache(), true);
      List<Entry> entries = new HubStore(session, offline).list("hf://acme/gpt");
      assertThat(entries)
          .extracting(Entry::path)
          .containsExactly("config.json", "model.safetensors", "sub/a b.pt");
      assertThat(session.traffic().requests()).isEqualTo(2);
    }
  }
}
