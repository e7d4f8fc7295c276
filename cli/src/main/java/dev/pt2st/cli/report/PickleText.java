package dev.pt2st.cli.report;

import dev.pt2st.GlobalUse;
import dev.pt2st.Place;
import dev.pt2st.cli.terminal.Table;
import dev.pt2st.cli.terminal.Terminal;
import dev.pt2st.cli.terminal.Units;
import dev.pt2st.inspect.pickle.PickleListener;
import dev.pt2st.pickle.Opcode;
import dev.pt2st.pickle.analysis.Disassembler;
import dev.pt2st.pickle.analysis.Instruction;
import dev.pt2st.pickle.analysis.SymbolicEffect;
import dev.pt2st.pickle.analysis.SymbolicValue;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Prints instructions as {@code python -m pickletools} does, annotated with the global that is
 * called, the value in the memo, and where an unpickler would stop.
 */
public final class PickleText implements PickleListener {
  /** How many bytes of an argument are shown if the output is not a terminal. */
  private static final int MOST_BYTES = 1_000;

  private static final int INDENT = 4;

  /** Deeper levels are not indented further: a hostile stream may have 200,000. */
  private static final int MOST_LEVELS = 6;

  private static final int NAME_WIDTH = 10;

  private final Terminal terminal;
  private final int width;
  private boolean first = true;

  public PickleText(Terminal terminal) {
    this.terminal = terminal;
    this.width = terminal.tableWidth();
  }

  @Override
  public void begin(Place place, int number) {
    if (!first) {
      terminal.line("");
    }
    first = false;
    String entry = place.entry();
    String title =
        (entry == null ? "" : entry + ": ")
            + "pickle "
            + number
            + (place.offset() > 0 ? ", from byte " + place.offset() : "");
    terminal.line(Table.cut(title, width));
  }

  @Override
  public void step(Disassembler.Step step) {
    Instruction instruction = step.instruction();
    SymbolicEffect effect = step.effect();
    StringBuilder line = new StringBuilder();
    String offset = Long.toString(instruction.offset());
    line.append(" ".repeat(Math.max(0, 5 - offset.length()))).append(offset).append(": ");
    String code = codeOf(instruction.opcode());
    line.append(code).append(" ".repeat(Math.max(0, 5 - code.length())));
    line.append(" ".repeat(INDENT * Math.min(effect.level(), MOST_LEVELS)));
    if (effect.level() > MOST_LEVELS) {
      line.append("[").append(effect.level()).append("] ");
    }
    String name = instruction.opcode().name();
    line.append(name);
    int room = Math.max(NAME_WIDTH, width - line.length() - NAME_WIDTH);
    String argument = instruction.argumentText(Math.min(room, MOST_BYTES));
    String note = note(instruction.opcode(), effect);
    if (!argument.isEmpty() || !note.isEmpty()) {
      line.append(" ".repeat(Math.max(0, NAME_WIDTH - name.length())));
      line.append(argument.isEmpty() ? "" : " ").append(argument);
      line.append(note.isEmpty() ? "" : " ").append(note);
    }
    terminal.line(Table.cut(line.toString(), width));
    if (effect.problem() != null) {
      terminal.line("       ! an unpickler stops here: " + effect.problem());
    }
  }

  /** The opcode's byte, as Python writes it in quotes. */
  private static String codeOf(Opcode opcode) {
    return opcode.code() < 0x80
        ? new String(new byte[] {(byte) opcode.code()}, StandardCharsets.US_ASCII)
        : "\\x" + Integer.toHexString(opcode.code());
  }

  private static String note(Opcode opcode, SymbolicEffect effect) {
    StringBuilder note = new StringBuilder();
    if (effect.mark() >= 0) {
      note.append("(MARK at ").append(effect.mark()).append(')');
    }
    if (opcode == Opcode.MEMOIZE) {
      note.append("(as ").append(effect.memo()).append(')');
    }
    SymbolicValue known = effect.fromMemo();
    if (known != null) {
      note.append('(').append(describe(known)).append(')');
    }
    if (effect.global() != null && opcode != Opcode.GLOBAL && opcode != Opcode.INST) {
      note.append(note.isEmpty() ? "" : " ").append('(').append(use(effect.use()));
      note.append(effect.global()).append(')');
    }
    return note.toString();
  }

  private static String use(@Nullable GlobalUse use) {
    return switch (use) {
      case CALLED -> "calls ";
      case CHANGED -> "changes ";
      case INSTANTIATED -> "makes ";
      case NAMED -> "";
      case null -> "";
    };
  }

  /** A short description of the value put into the memo. */
  private static String describe(SymbolicValue value) {
    if (value.isGlobal()) {
      return String.valueOf(value.global());
    }
    Instruction maker = value.madeBy();
    String argument = maker.isText() ? maker.argumentText(MOST_BYTES) : "";
    return argument.isEmpty() ? maker.opcode() + " at " + maker.offset() : argument;
  }

  @Override
  public void end(int highestProtocol, int valuesLeft) {
    terminal.line("highest protocol among opcodes = " + highestProtocol);
    if (valuesLeft > 0) {
      terminal.line(Units.count(valuesLeft, "value") + " left on the stack behind STOP");
    }
  }

  @Override
  public void rest(Place place, long bytes) {
    terminal.line("");
    terminal.line(Units.count(bytes, "more byte") + " from byte " + place.offset());
  }
}
