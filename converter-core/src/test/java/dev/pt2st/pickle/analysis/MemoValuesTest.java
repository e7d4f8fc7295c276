package dev.pt2st.pickle.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.GlobalName;
import dev.pt2st.pickle.DomainValue;
import dev.pt2st.pickle.Opcode;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a memo keeps of a value tells as much as the value did. */
class MemoValuesTest {
  private static final MemorySegment BYTES =
      MemorySegment.ofArray("weight".getBytes(StandardCharsets.UTF_8));

  private static SymbolicValue text(Opcode opcode, boolean hashable) {
    Instruction madeBy = new Instruction(opcode, new Argument.Counted(BYTES), 10, 18);
    return new SymbolicValue(madeBy, null, List.of(), 0, hashable);
  }

  private static SymbolicValue made(
      Opcode opcode, @Nullable GlobalName global, List<SymbolicValue> items, long count) {
    Instruction madeBy = new Instruction(opcode, new Argument.Nothing(), 10, 11);
    return new SymbolicValue(madeBy, global, items, count, true);
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "SHORT_BINUNICODE",
        "BINUNICODE",
        "BINUNICODE8",
        "SHORT_BINSTRING",
        "BINSTRING",
        "SHORT_BINBYTES",
        "BINBYTES",
        "BINBYTES8",
        "BYTEARRAY8",
        "LONG1",
        "LONG4"
      })
  void aTextIsGivenBackAsItWas(Opcode opcode) {
    SymbolicValue value = text(opcode, ValueKind.of(opcode).mayBeHashed());

    DomainValue kept = KeptText.of(value);

    assertThat(kept).isInstanceOf(KeptText.class);
    assertThat(((KeptText) kept).value()).isEqualTo(value);
  }

  /** Whatever a text does not tell is kept as it is. */
  @Test
  void allElseIsKeptItself() {
    SymbolicValue odd = text(Opcode.BINUNICODE, false);
    SymbolicValue tuple = made(Opcode.TUPLE2, null, List.of(), 2);
    Instruction line = new Instruction(Opcode.UNICODE, new Argument.Line(BYTES), 10, 18);
    SymbolicValue unicode = new SymbolicValue(line, null, List.of(), 0, true);
    Instruction counted = new Instruction(Opcode.BINUNICODE, new Argument.Counted(BYTES), 10, 18);
    SymbolicValue named =
        new SymbolicValue(counted, new GlobalName("os", "system"), List.of(), 0, true);
    SymbolicValue filled = new SymbolicValue(counted, null, List.of(tuple), 0, true);
    SymbolicValue many = new SymbolicValue(counted, null, List.of(), 1, true);

    assertThat(List.of(odd, tuple, unicode, named, filled, many))
        .allSatisfy(value -> assertThat(KeptText.of(value)).isSameAs(value));
  }

  @Test
  void valuesThatTellTheSameAreOne() {
    AlikeValues alike = new AlikeValues();
    SymbolicValue first = alike.shared(made(Opcode.TUPLE, null, List.of(), 3));

    assertThat(alike.shared(made(Opcode.TUPLE, null, List.of(), 3))).isSameAs(first);
    for (int count = 4; count < 40; count++) {
      assertThat(alike.shared(made(Opcode.TUPLE, null, List.of(), count)).count()).isEqualTo(count);
    }
    assertThat(alike.shared(made(Opcode.TUPLE, null, List.of(), 3)).count()).isEqualTo(3);
  }

  /** Of what tells one from another, nothing is lost. */
  @Test
  void valuesThatDifferStayApart() {
    AlikeValues alike = new AlikeValues();
    SymbolicValue plain = made(Opcode.REDUCE, null, List.of(), 1);
    List<SymbolicValue> others =
        List.of(
            made(Opcode.NEWOBJ, null, List.of(), 1),
            made(Opcode.REDUCE, new GlobalName("os", "system"), List.of(), 1),
            made(Opcode.REDUCE, null, List.of(), 2),
            made(Opcode.REDUCE, null, List.of(plain), 1),
            made(Opcode.REDUCE, null, new ArrayList<>(), 1),
            new SymbolicValue(plain.madeBy(), null, List.of(), 1, false),
            text(Opcode.BINUNICODE, true));
    assertThat(alike.shared(plain)).isSameAs(plain);

    assertThat(others).allSatisfy(value -> assertThat(alike.shared(value)).isSameAs(value));
  }
}
