package dev.pt2st.cli.report;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.CheckpointException;
import dev.pt2st.GlobalName;
import dev.pt2st.GlobalUse;
import dev.pt2st.Place;
import dev.pt2st.ReadOptions;
import dev.pt2st.cli.terminal.Json;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.inspect.pickle.PickleListener;
import dev.pt2st.inspect.pickle.PickleListing;
import dev.pt2st.io.Input;
import dev.pt2st.pickle.analysis.Disassembler;
import dev.pt2st.pickle.analysis.Instruction;
import dev.pt2st.pickle.analysis.SymbolicEffect;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** The instructions of a file's pickles as JSON, as docs/inspect.md describes. */
public final class PickleJson implements PickleListener {
  private static final int MOST_BYTES = 1_000;

  private final JsonWriter json;
  private boolean inPickle;

  private PickleJson(JsonWriter json) {
    this.json = json;
  }

  /**
   * Prints the instructions.
   *
   * @return why they end too early, else null
   */
  public static @Nullable Failure print(Terminal terminal, Input input, ReadOptions options) {
    @Nullable Failure[] failure = new @Nullable Failure[1];
    Json.print(
        terminal,
        json -> {
          json.name("file").value(input.name().text());
          PickleJson listener = new PickleJson(json);
          json.name("pickles").beginArray();
          try {
            PickleListing.list(input, options, listener);
          } catch (CheckpointException | IOException e) {
            failure[0] = Failure.of(e);
          }
          listener.endPickle();
          json.endArray();
          json.name("problem");
          if (failure[0] == null) {
            json.nullValue();
          } else {
            InspectJson.writeProblem(json, failure[0]);
          }
        });
    return failure[0];
  }

  /** A step that may throw an {@code IOException}, which a listener may not. */
  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  private static void unchecked(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void endPickle() throws IOException {
    if (inPickle) {
      json.endArray();
      json.endObject();
      inPickle = false;
    }
  }

  @Override
  public void begin(Place place, int number) {
    unchecked(() -> {
      endPickle();
      inPickle = true;
      json.beginObject();
      json.name("entry").value(place.entry());
      json.name("number").value(number);
      json.name("offset").value(Math.max(0, place.offset()));
      json.name("instructions").beginArray();
    });
  }

  @Override
  public void step(Disassembler.Step step) {
    unchecked(() -> Json.line(json, line -> write(step.instruction(), step.effect())));
  }

  private void write(Instruction instruction, SymbolicEffect effect) throws IOException {
    json.name("offset").value(instruction.offset());
    json.name("opcode").value(instruction.opcode().name());
    String argument = instruction.argumentText(MOST_BYTES);
    if (!argument.isEmpty()) {
      json.name("argument").value(argument);
    }
    json.name("level").value(effect.level());
    if (effect.mark() >= 0) {
      json.name("mark").value(effect.mark());
    }
    if (effect.memo() >= 0) {
      json.name("memo").value(effect.memo());
    }
    GlobalName global = effect.global();
    GlobalUse use = effect.use();
    if (global != null && use != null) {
      json.name("global").value(global.toString());
      json.name("use").value(InspectReport.lower(use));
    }
    if (effect.problem() != null) {
      json.name("problem").value(effect.problem());
    }
  }

  @Override
  public void end(int highestProtocol, int valuesLeft) {
    unchecked(() -> {
      json.endArray();
      json.name("highest_protocol").value(highestProtocol);
      json.name("values_left").value(valuesLeft);
      json.endObject();
      inPickle = false;
    });
  }

  @Override
  public void rest(Place place, long bytes) {}
}
