package dev.pt2st.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.CheckpointException;
import dev.pt2st.GlobalName;
import dev.pt2st.GlobalUse;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.testing.PlainDomain;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A function that pickles only call is never kept; and each use of a class is noted. */
class KeptFunctionTest {
  private static final String CLASS = "ca\nC\n";
  private static final String FUNCTION = "ca\nonly_called\n";

  private static final class Functions implements Domain {
    private final PlainDomain plain = new PlainDomain();
    private @Nullable GlobalValue last;

    @Override
    public Value global(GlobalName name, GlobalName written, Place place) {
      Value value = plain.global(name, written, place);
      if (value instanceof GlobalValue global && name.name().equals("C")) {
        last = global;
      }
      return value;
    }

    @Override
    public Value persistent(Value id, Place place) {
      return plain.persistent(id, place);
    }

    @Override
    public Value call(Value callable, List<Value> arguments, Place place)
        throws MalformedException {
      return plain.call(callable, arguments, place);
    }

    @Override
    public Value instance(
        Value type, List<Value> arguments, @Nullable DictValue keywords, Place place)
        throws MalformedException {
      return plain.instance(type, arguments, keywords, place);
    }

    @Override
    public boolean isOnlyCalled(GlobalValue global) {
      return global.name().name().equals("only_called");
    }

    @Override
    public boolean takesFunction(Value callable) {
      return callable instanceof GlobalValue global && global.name().name().equals("takes");
    }
  }

  private static Functions load(String stream) throws CheckpointException {
    byte[] bytes = stream.translateEscapes().getBytes(StandardCharsets.ISO_8859_1);
    ByteCursor in = new ByteCursor(MemorySegment.ofArray(bytes), Place.of(Path.of("test.pkl")));
    Functions functions = new Functions();
    assertThat(Unpickler.load(in, functions, new HeapBudget(Limits.STANDARD)).value()).isNotNull();
    return functions;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        CLASS + FUNCTION + "\\205\\201.",
        CLASS + "N" + FUNCTION + "\\206\\201.",
        CLASS + FUNCTION + "\\205}\\222.",
        CLASS + FUNCTION + "\\205R.",
        CLASS + "N" + FUNCTION + "\\206R.",
        CLASS + ")R" + FUNCTION + "b.",
        "ca\ntakes\n" + FUNCTION + FUNCTION + "\\206R.",
        "(" + CLASS + FUNCTION + "o.",
        "(" + FUNCTION + "ia\nC\n.",
        "]" + FUNCTION + "a.",
        "]" + FUNCTION + "\\205a.",
      })
  void aFunctionIsNoValue(String stream) {
    assertThatThrownBy(() -> load(stream))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("is kept as a value");
  }

  @Test
  void aFunctionMayBeTheFirstArgumentOfWhatCallsIt() throws Exception {
    assertThat(load("ca\ntakes\n" + FUNCTION + "N\\206R.")).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "., NAMED",
    ")\\201., INSTANTIATED",
    ")}\\222., INSTANTIATED",
    ")R., CALLED",
  })
  void eachUseOfAClassIsNoted(String rest, GlobalUse use) throws Exception {
    GlobalValue used = load(CLASS + rest).last;
    assertThat(used).isNotNull();
    assertThat(used.use()).isEqualTo(use);
  }

  @Test
  void aFrameEndsWithinItsStream() {
    assertThatThrownBy(() -> load("\\200\\4\\225\\3\\0\\0\\0\\0\\0\\0\\0N."))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> load("\\200\\4\\225\\377\\377\\377\\377\\377\\377\\377\\377N."))
        .isInstanceOf(MalformedException.class);
  }
}
