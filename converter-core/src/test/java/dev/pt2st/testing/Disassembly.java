package dev.pt2st.testing;

import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.pickle.Opcode;
import dev.pt2st.pickle.analysis.Disassembler;
import dev.pt2st.pickle.analysis.SymbolicEffect;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A disassembled pickle as lines: offset, level, opcode, argument and notes. */
public final class Disassembly {
  private Disassembly() {}

  /** The lines of a stream, each of whose bytes is a character; the last may say why it ends. */
  public static List<String> of(String stream) {
    return of(stream.getBytes(StandardCharsets.ISO_8859_1), Limits.STANDARD);
  }

  public static List<String> of(byte[] stream, Limits limits) {
    ByteCursor in = new ByteCursor(MemorySegment.ofArray(stream), Place.of(Path.of("test.pkl")));
    Disassembler disassembler = new Disassembler(in, limits);
    List<String> lines = new ArrayList<>();
    try {
      while (disassembler.hasNext()) {
        lines.add(line(disassembler.next()));
      }
    } catch (MalformedException | LimitException e) {
      lines.add("ends: " + e.problem());
    }
    return lines;
  }

  /** An instruction and what it does. */
  public static String line(Disassembler.Step step) {
    Opcode opcode = step.instruction().opcode();
    SymbolicEffect effect = step.effect();
    StringBuilder line = new StringBuilder();
    line.append(step.instruction().offset()).append(": ");
    line.append("    ".repeat(effect.level())).append(opcode);
    String argument = step.instruction().argumentText(1000);
    line.append(argument.isEmpty() ? "" : " " + argument);
    line.append(effect.mark() < 0 ? "" : " (MARK at " + effect.mark() + ")");
    line.append(opcode == Opcode.MEMOIZE ? " (as " + effect.memo() + ")" : "");
    line.append(effect.global() == null ? "" : " " + effect.use() + " " + effect.global());
    return line.append(effect.problem() == null ? "" : " ! " + effect.problem()).toString();
  }
}
