package dev.pt2st.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A Hub of local folders, and commands that are told of it. */
abstract class HubTesting {
  @TempDir static Path shared;
  static HubOfFolders hub;
  static Path copy;
  static Map<String, String> environment;

  @TempDir Path temporary;

  /** What the runs of a test have printed. */
  final List<Run> runs = new ArrayList<>();

  @BeforeAll
  static void startHub() throws IOException {
    copy = shared.resolve("repositories/org/model");
    Files.createDirectories(copy.resolve("sub"));
    List<String> sound = List.of("zip_basic.pt", "zip_training.pt", "legacy_basic.pt");
    for (String name : sound) {
      Files.copy(Samples.checkpoint(name), copy.resolve(name));
    }
    try (var names = Samples.hostileWithVerdict()) {
      for (String name : names.sorted(Comparator.reverseOrder()).limit(26).toList()) {
        Files.copy(Samples.hostile(name), copy.resolve("sub").resolve(name));
      }
    }
    Files.writeString(copy.resolve("README.md"), "A model.\n");
    Files.write(copy.resolve("large.bin"), new byte[100_000]); // it is kept behind the Hub
    Path weights = shared.resolve("repositories/org/weights");
    Files.createDirectories(weights.resolve("old"));
    Files.copy(Samples.checkpoint("zip_basic.pt"), weights.resolve("pytorch_model.bin"));
    Files.copy(Samples.checkpoint("zip_basic.pt"), weights.resolve("old/pytorch_model.bin"));
    Run.done(Samples.checkpoint("zip_basic.pt"), weights.resolve("old/model.safetensors"));
    Files.writeString(weights.resolve("config.json"), "{}");
    Files.writeString(weights.resolve("README.md"), "Weights.\n");
    hub = HubOfFolders.start(shared.resolve("repositories"), shared.resolve("home"));
    environment = hub.environment();
  }

  @AfterAll
  static void stopHub() {
    if (hub != null) {
      hub.close();
    }
  }

  @BeforeEach
  void forgetRuns() {
    runs.clear();
  }

  Run run(Object... args) {
    Run run = Run.in(environment, args);
    runs.add(run);
    return run;
  }
}
