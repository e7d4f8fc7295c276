package dev.pt2st.torch;

import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.PickleInteger;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.torch.value.NumpyValue;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The arguments and states with which the standard library pickles its plain data types ({@code
 * __reduce__} in {@code Lib}). Other arguments could make Python use any amount of memory or time.
 *
 * @param arguments accepts the arguments of a call
 * @param state accepts the state that BUILD sets
 */
record RecordRules(Predicate<List<Value>> arguments, Predicate<Value> state) {
  private static final Map<String, RecordRules> RULES = new HashMap<>();

  private static final long DAYS_OF_TIMEDELTA = 999_999_999;
  private static final long SECONDS_OF_DAY = 86_400;
  private static final long MICROSECONDS = 1_000_000;
  private static final int BITS_OF_UUID = 128;

  /** All flags of {@code Lib/re/_constants.py}. */
  private static final int FLAGS_OF_RE = 0x1ff;

  private static final int DATE_BYTES = 4;
  private static final int TIME_BYTES = 6;

  /**
   * Without the highest bit of the month or the hour, which is the {@code fold} of an ambiguous
   * time.
   */
  private static final int FOLD = 0x7f;

  private static final Pattern DECIMAL =
      Pattern.compile(
          "[-+]?(?:(?:[0-9]++(?:\\.[0-9]*+)?|\\.[0-9]++)(?:[eE][-+]?[0-9]{1,19})?|Inf(?:inity)?|s?NaN[0-9]*+)");
  private static final Pattern FRACTION = Pattern.compile("[-+]?[0-9]+(?:/[0-9]+)?");

  static {
    Predicate<List<Value>> nothing = List::isEmpty;
    Predicate<Value> none = Value.None.class::isInstance;

    add("datetime.date", args -> args.size() == 1 && isDate(args.getFirst(), DATE_BYTES), none);
    add("datetime.time", RecordRules::isTime, none);
    add("datetime.datetime", RecordRules::isDatetime, none);
    add("datetime.timedelta", RecordRules::isTimedelta, none);
    add("datetime.timezone", RecordRules::isTimezone, none);
    add("decimal.Decimal", args -> args.size() == 1 && fits(args.getFirst(), DECIMAL), none);
    add("fractions.Fraction", RecordRules::isFraction, none);
    add("uuid.UUID", nothing, RecordRules::isUuid);
    add("collections.deque", RecordRules::isDeque, none);
    add("builtins.range", RecordRules::isRange, none);
    add("builtins.slice", args -> args.size() == 3, none);
    add("builtins.object", nothing, none);
    add("builtins.Ellipsis", args -> false, none);
    add("builtins.NotImplemented", args -> false, none);
    add("_io.BytesIO", nothing, RecordRules::isBuffer);
    add("re._compile", RecordRules::isExpression, none);
    add(
        "torch_npu.npu._format.Format",
        args -> args.size() == 1 && args.getFirst() instanceof Value.Int,
        none);
    for (String name :
        List.of(
            "argparse.Namespace",
            "types.SimpleNamespace",
            "collections.ChainMap",
            "collections.UserDict",
            "collections.UserList")) {
      add(name, nothing, RecordRules::areAttributes);
    }
    add(
        "collections.UserString",
        args -> args.size() <= 1 && areTexts(args),
        RecordRules::areAttributes);
    add("torch._dynamo.decorators._DimRange", nothing, RecordRules::isDimRange);
    DistributedRules.addTo(RULES);
    for (String name :
        List.of(
            "Path", "PosixPath", "PurePath", "PurePosixPath", "PureWindowsPath", "WindowsPath")) {
      for (String module : List.of("pathlib", "pathlib._local")) {
        add(module + "." + name, RecordRules::areTexts, none);
      }
    }
  }

  private static void add(String name, Predicate<List<Value>> arguments, Predicate<Value> state) {
    RULES.put(name, new RecordRules(arguments, state));
  }

  /**
   * The rules for a global; one outside the standard library is treated like a class of modules.
   */
  static RecordRules of(GlobalValue global) {
    return RULES.getOrDefault(global.dottedName(), ATTRIBUTES);
  }

  /** Classes of modules: they are instantiated without a call and then get their attributes. */
  private static final RecordRules ATTRIBUTES =
      new RecordRules(List::isEmpty, RecordRules::areAttributes);

  /** Whether a state is a {@code __dict__}, or a pair of that and the slots. */
  static boolean areAttributes(Value state) {
    return state instanceof DictValue
        || (state instanceof TupleValue pair
            && pair.items().size() == 2
            && pair.items().stream()
                .allMatch(part -> part instanceof DictValue || part instanceof Value.None));
  }

  /** Whether a state is a dimension and its bounds; a data class with slots has a list of them. */
  private static boolean isDimRange(Value state) {
    return areAttributes(state)
        || (state instanceof ListValue list
            && list.items().size() == 3
            && list.items().stream()
                .allMatch(item -> item instanceof Value.Int || item instanceof Value.None));
  }

  private static boolean areTexts(List<Value> arguments) {
    return arguments.stream().allMatch(Value.Text.class::isInstance);
  }

  private static boolean fits(Value value, Pattern pattern) {
    return value instanceof Value.Text text && pattern.matcher(text.value()).matches();
  }

  private static boolean isBetween(Value value, long least, long most) {
    return value instanceof Value.Int(long number) && number >= least && number <= most;
  }

  private static int[] bytes(Value value, int count) {
    Value.Bytes bytes = NumpyValue.bytesOf(value);
    if (bytes == null || bytes.size() != count) {
      return new int[0];
    }
    byte[] content = bytes.value().toArray(ValueLayout.JAVA_BYTE);
    int[] unsigned = new int[count];
    for (int i = 0; i < count; i++) {
      unsigned[i] = content[i] & 0xff;
    }
    return unsigned;
  }

  /** Whether a value has two bytes of a year, then a month and a day. */
  private static boolean isDate(Value value, int length) {
    int[] state = bytes(value, length);
    if (state.length < DATE_BYTES) {
      return false;
    }
    int year = state[0] << 8 | state[1];
    int month = state[2] & (length == DATE_BYTES ? 0xff : FOLD);
    return year >= 1
        && year <= 9999
        && month >= 1
        && month <= 12
        && state[3] >= 1
        && state[3] <= 31;
  }

  /** Whether an hour, a minute, a second and three bytes of microseconds begin at an index. */
  private static boolean isTime(int[] state, int at, int hourMask) {
    return (state[at] & hourMask) < 24
        && state[at + 1] < 60
        && state[at + 2] < 60
        && (state[at + 3] << 16 | state[at + 4] << 8 | state[at + 5]) < MICROSECONDS;
  }

  private static boolean isTime(List<Value> arguments) {
    if (!isStateWithZone(arguments)) {
      return false;
    }
    int[] state = bytes(arguments.getFirst(), TIME_BYTES);
    return state.length == TIME_BYTES && isTime(state, 0, FOLD);
  }

  private static boolean isDatetime(List<Value> arguments) {
    if (!isStateWithZone(arguments)) {
      return false;
    }
    int[] state = bytes(arguments.getFirst(), DATE_BYTES + TIME_BYTES);
    return state.length > 0
        && isDate(arguments.getFirst(), DATE_BYTES + TIME_BYTES)
        && isTime(state, DATE_BYTES, 0xff);
  }

  /**
   * A time zone is an object of Python's own class or of another class, which the pickle then
   * names.
   */
  private static boolean isStateWithZone(List<Value> arguments) {
    return arguments.size() == 1
        || (arguments.size() == 2
            && switch (arguments.get(1)) {
              case Value.None none -> true;
              case ObjectValue object -> true;
              case GlobalValue global -> true;
              default -> false;
            });
  }

  private static boolean isTimedelta(List<Value> arguments) {
    return arguments.size() == 3
        && isBetween(arguments.get(0), -DAYS_OF_TIMEDELTA, DAYS_OF_TIMEDELTA)
        && isBetween(arguments.get(1), 0, SECONDS_OF_DAY - 1)
        && isBetween(arguments.get(2), 0, MICROSECONDS - 1);
  }

  private static boolean isTimezone(List<Value> arguments) {
    return (arguments.size() == 1 || (arguments.size() == 2 && isText(arguments.get(1))))
        && arguments.getFirst() instanceof ObjectValue offset
        && offset.typeName().equals("datetime.timedelta");
  }

  /** Pattern and flags ({@code _pickle} of {@code Lib/re}). */
  private static boolean isExpression(List<Value> arguments) {
    return arguments.size() == 2
        && (isText(arguments.getFirst()) || arguments.getFirst() instanceof Value.Bytes)
        && isBetween(arguments.get(1), 0, FLAGS_OF_RE);
  }

  private static boolean isText(Value value) {
    return value instanceof Value.Text;
  }

  /** A fraction has its text or, from Python 3.12 on, its numerator and denominator. */
  private static boolean isFraction(List<Value> arguments) {
    if (arguments.size() == 2) {
      BigInteger denominator = PickleInteger.whole(arguments.get(1));
      return isWhole(arguments.getFirst()) && denominator != null && denominator.signum() > 0;
    }
    return arguments.size() == 1 && fits(arguments.getFirst(), FRACTION);
  }

  private static boolean isWhole(Value value) {
    return PickleInteger.whole(value) != null;
  }

  private static boolean isUuid(Value state) {
    if (!(state instanceof DictValue dict)) {
      return false;
    }
    BigInteger number = PickleInteger.whole(dict.get("int"));
    return number != null
        && number.signum() >= 0
        && number.bitLength() <= BITS_OF_UUID
        && dict.size() == (dict.get("is_safe") == null ? 1 : 2);
  }

  /** A deque has its items and its maximum length. */
  private static boolean isDeque(List<Value> arguments) {
    boolean sequence =
        arguments.isEmpty()
            || arguments.getFirst() instanceof ListValue
            || arguments.getFirst() instanceof TupleValue;
    return sequence
        && (arguments.size() < 2
            || (arguments.size() == 2
                && (arguments.get(1) instanceof Value.None
                    || isBetween(arguments.get(1), 0, Long.MAX_VALUE))));
  }

  private static boolean isRange(List<Value> arguments) {
    return arguments.size() == 3
        && arguments.stream().allMatch(RecordRules::isWhole)
        && !(arguments.get(2) instanceof Value.Int(long step) && step == 0);
  }

  /**
   * Whether a state is bytes, the position in them and attributes. A later write would pad up to
   * the position, so it must be within the bytes.
   */
  private static boolean isBuffer(Value state) {
    if (!(state instanceof TupleValue tuple) || tuple.items().size() != 3) {
      return false;
    }
    Value.Bytes bytes = NumpyValue.bytesOf(tuple.items().getFirst());
    Value attributes = tuple.items().get(2);
    return bytes != null
        && isBetween(tuple.items().get(1), 0, bytes.size())
        && (attributes instanceof Value.None || attributes instanceof DictValue);
  }
}
