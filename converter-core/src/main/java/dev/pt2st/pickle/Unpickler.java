package dev.pt2st.pickle;

import dev.pt2st.CheckpointException;
import dev.pt2st.GlobalName;
import dev.pt2st.GlobalUse;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.io.ByteCursor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The stack machine: reads one pickle of any protocol and returns the value that it describes. It
 * does what CPython's {@code Modules/_pickle.c} does, but loads no class, calls nothing and never
 * recurses. A {@link Domain} gives the meaning of globals, calls and persistent ids.
 *
 * <p>This class has over 400 lines because it is one machine with a method for each opcode. Memo,
 * stack, texts and numbers have classes of their own. The rest shares the cursor, the budget and
 * the limit on the pickle's bytes, and can be compared with {@code _pickle.c} side by side.
 */
public final class Unpickler {
  /** A text of more bytes than this may represent an array. */
  private static final int LONG_TEXT = 1024;

  public static final int HIGHEST_PROTOCOL = 5;
  private static final int OPCODES_PER_LOOK_AT_THE_CLOCK = 1 << 14;

  private final ByteCursor in;
  private final Domain domain;
  private final HeapBudget budget;
  private final Supplier<Place> where = this::place;
  private final PickleStack stack;
  private final Memo memo;
  private final SettledCosts costs;
  private final long maxOpcodes;
  private int protocol;
  private final Place start;
  private long opcodeAt;

  /**
   * The offset at which the pickle exceeds its size limit. Bytes that stay in the stream unread do
   * not count, so they move it.
   */
  private long mostOffset;

  private Unpickler(ByteCursor in, Domain domain, HeapBudget budget) {
    this.in = in;
    this.domain = domain;
    this.budget = budget;
    this.stack = new PickleStack(budget.limits().get(Limit.STACK), where);
    this.memo = new Memo(budget.limits().get(Limit.MEMO), where);
    this.costs = new SettledCosts(budget);
    this.maxOpcodes = budget.limits().get(Limit.OPCODES);
    this.start = in.place();
    this.opcodeAt = in.offset();
    long most = budget.limits().get(Limit.PICKLE_BYTES);
    this.mostOffset = most > Long.MAX_VALUE / 2 ? Long.MAX_VALUE / 2 : opcodeAt + most;
  }

  /** A pickle's value and the protocol that its last PROTO announces; 0 without one. */
  public record Result(Value value, int protocol) {}

  /**
   * Reads one pickle and leaves the cursor after its STOP.
   *
   * @throws CheckpointException if the stream is malformed, exceeds a limit, or is refused by the
   *     domain
   */
  public static Result load(ByteCursor in, Domain domain, HeapBudget budget)
      throws CheckpointException {
    return new Unpickler(in, domain, budget).load();
  }

  private Result load() throws CheckpointException {
    if (in.remaining() >= MemoUse.LEAST_BYTES && in.remaining() <= mostOffset - in.offset()) {
      memo.keepOnly(MemoUse.of(in));
    }
    long opcodes = 0;
    while (true) {
      Opcode opcode = nextOpcode();
      opcodes++;
      if (opcodes > maxOpcodes) {
        throw new LimitException(
            place(), Limit.OPCODES, "the pickle has more than " + maxOpcodes + " opcodes");
      }
      if (opcode == Opcode.STOP || opcodes % OPCODES_PER_LOOK_AT_THE_CLOCK == 0) {
        budget.deadline().check(where);
      }
      if (opcode == Opcode.STOP) {
        if (in.isBounded() && in.remaining() > 0) {
          // Some readers would look for the next pickle here, others after the frame.
          throw new MalformedException(place(), "the pickle ends before its frame does");
        }
        in.unbound();
        return new Result(stack.pop(), protocol);
      }
      execute(opcode);
      // A frame that was read to its end no longer matters.
      if (in.remaining() == 0) {
        in.unbound();
      }
    }
  }

  private Opcode nextOpcode() throws CheckpointException {
    opcodeAt = in.offset();
    if (opcodeAt >= mostOffset) {
      throw new LimitException(
          place(),
          Limit.PICKLE_BYTES,
          "the pickle has more than " + budget.limits().get(Limit.PICKLE_BYTES) + " bytes");
    }
    return Opcode.read(in);
  }

  private void execute(Opcode opcode) throws CheckpointException {
    switch (opcode) {
      case STOP -> throw new IllegalStateException("STOP ends the loop");
      case PROTO -> setProtocol(in.u8());
      case FRAME -> openFrame();

      case NONE -> pushShared(Value.None.NONE);
      case NEWTRUE -> pushShared(Value.Bool.TRUE);
      case NEWFALSE -> pushShared(Value.Bool.FALSE);
      case INT, LONG, FLOAT -> push(ArgumentValue.ofLine(opcode, line(), where));
      case BININT -> push(Value.Int.of(in.i32()));
      case BININT1 -> push(Value.Int.of(in.u8()));
      case BININT2 -> push(Value.Int.of(in.u16()));
      case LONG1 -> pushBinaryInteger(in.u8());
      case LONG4 -> pushBinaryInteger(signedLength(in.i32()));
      case BINFLOAT -> push(new Value.Real(Double.longBitsToDouble(Long.reverseBytes(in.i64()))));

      case STRING -> pushString();
      case UNICODE -> pushUnicode();
      case BINSTRING -> pushPython2(in.u32());
      case SHORT_BINSTRING -> pushPython2(in.u8());
      case BINUNICODE -> pushText(in.u32());
      case SHORT_BINUNICODE -> pushText(in.u8());
      case BINUNICODE8 -> pushText(in.i64());
      case BINBYTES -> push(bytes(in.u32()));
      case SHORT_BINBYTES -> push(bytes(in.u8()));
      case BINBYTES8 -> push(bytes(in.i64()));
      case BYTEARRAY8 -> push(new Value.MutableBytes(bytes(in.i64())));

      case EMPTY_TUPLE -> pushShared(TupleValue.EMPTY);
      case TUPLE1 -> pushTuple(stack.popFrom(stack.size() - 1));
      case TUPLE2 -> pushTuple(stack.popFrom(stack.size() - 2));
      case TUPLE3 -> pushTuple(stack.popFrom(stack.size() - 3));
      case TUPLE -> pushTuple(popToMark());
      case EMPTY_LIST -> pushContainer(new ListValue());
      case LIST -> {
        Value[] items = popItems(stack.popMark());
        charge((long) items.length * HeapBudget.SLOT);
        pushContainer(new ListValue(Arrays.asList(items)));
      }
      case EMPTY_DICT -> pushContainer(new DictValue(DictValue.Kind.DICT));
      case DICT -> {
        DictValue dict = new DictValue(DictValue.Kind.DICT);
        setItems(dict, popItems(stack.popMark()));
        pushContainer(dict);
      }
      case EMPTY_SET -> pushContainer(SetValue.mutable());
      case FROZENSET -> {
        SetValue set = SetValue.frozen();
        addItems(set, popItems(stack.popMark()));
        pushContainer(set);
      }

      case APPEND -> append(stack.size() - 1);
      case APPENDS -> append(stack.popMark());
      case SETITEM -> setItemsAbove(stack.size() - 2);
      case SETITEMS -> setItemsAbove(stack.popMark());
      case ADDITEMS -> addItemsAbove(stack.popMark());
      case BUILD -> build();

      case MARK -> {
        charge(HeapBudget.SLOT);
        stack.mark();
      }
      case POP -> stack.popValueOrMark();
      case POP_MARK -> stack.dropFrom(stack.popMark());
      case DUP -> {
        costs.escape();
        pushShared(stack.top());
      }

      case GET -> pushMemo(PickleText.index(line(), where));
      case BINGET -> pushMemo(in.u8());
      case LONG_BINGET -> pushMemo(in.u32());
      case PUT -> memoize(PickleText.index(line(), where));
      case BINPUT -> memoize(in.u8());
      case LONG_BINPUT -> memoize(in.u32());
      case MEMOIZE -> memoize(memo.size());

      case GLOBAL -> push(globalOf(nameLine(), nameLine()));
      case STACK_GLOBAL -> stackGlobal();
      case INST -> inst();
      case OBJ -> obj();
      case NEWOBJ -> newObject(null);
      case NEWOBJ_EX -> newObjectWithKeywords();
      case REDUCE -> reduce();
      case PERSID -> {
        costs.escape();
        push(domain.persistent(new Value.Text(asciiLine()), place()));
      }
      case BINPERSID -> {
        costs.escape();
        Value id = stack.pop();
        refuseFunction(id);
        push(domain.persistent(id, place()));
      }

      case EXT1, EXT2, EXT4 ->
          throw new MalformedException(
              place(),
              "the stream uses Python's extension registry, which no checkpoint does",
              new Remedy.DoNotTrust("do not trust the file"));
      case NEXT_BUFFER, READONLY_BUFFER ->
          throw new UnsupportedException(
              place(),
              "the pickle keeps a part of its data outside of itself (out-of-band buffers)",
              new Remedy.Advice("pickle it again without a buffer_callback"));
    }
  }

  private Place place() {
    return start.at(opcodeAt);
  }

  private void setProtocol(int announced) throws UnsupportedException {
    if (announced > HIGHEST_PROTOCOL) {
      throw new UnsupportedException(
          place(),
          "it announces pickle protocol " + announced + ", and the highest is 5",
          new Remedy.Advice("pickle it again with protocol 5, if it is a pickle"));
    }
    protocol = announced;
  }

  /**
   * CPython reads a frame at once and loses the bytes that an opcode needs beyond it. So no opcode
   * may cross the end of a frame, and a nested frame must end within the outer one.
   */
  private void openFrame() throws MalformedException {
    long length = in.i64();
    in.require(length);
    if (!in.isBounded()) {
      in.boundTo(length);
    }
  }

  private int signedLength(int length) throws MalformedException {
    if (length < 0) {
      throw new MalformedException(place(), "a LONG4 of negative length");
    }
    return length;
  }

  private void charge(long bytes) throws LimitException {
    budget.charge(bytes, where);
  }

  /** Bytes copied to the heap, after checking that the stream has them and charging for them. */
  private byte[] charged(long length) throws CheckpointException {
    in.require(length);
    charge(length);
    return in.array(length);
  }

  /** A line without its end. */
  private byte[] line() throws CheckpointException {
    byte[] line = charged(in.lineLength());
    in.u8();
    return line;
  }

  /** Bytes that stay in the stream unread; they do not count towards the pickle's size limit. */
  private Value.Bytes bytes(long length) throws MalformedException {
    Value.Bytes bytes = new Value.Bytes(in.slice(length));
    mostOffset += length;
    return bytes;
  }

  private void pushPython2(long length) throws CheckpointException {
    Value.Bytes bytes = bytes(length);
    charge(Math.min(length, LONG_TEXT));
    push(Value.Text.python2(bytes));
  }

  private void pushString() throws CheckpointException {
    long length = in.lineLength();
    charge(Math.min(length, LONG_TEXT));
    push(PickleText.string(in.slice(length), where));
    in.u8();
  }

  private void pushUnicode() throws CheckpointException {
    long length = in.lineLength();
    Value.Text inStream = longText(length, TextCoding.UNICODE_ESCAPES);
    push(inStream == null ? PickleText.unicode(charged(length), where) : inStream);
    in.u8();
  }

  /**
   * A long text whose characters may represent bytes, as protocols 0 to 2 write arrays. It stays in
   * the stream. For any other text the result is null and the cursor does not move.
   */
  private Value.@Nullable Text longText(long length, TextCoding coding) throws MalformedException {
    if (length <= LONG_TEXT) {
      return null;
    }
    long from = in.position();
    MemorySegment stream = in.slice(length);
    long size = coding.size(stream);
    if (size < 0) {
      in.position(from);
      return null;
    }
    mostOffset += length;
    return Value.Text.latin1(new Value.Bytes(stream, coding, size));
  }

  private void push(Value value) throws LimitException {
    charge(HeapBudget.OBJECT);
    stack.push(value);
  }

  /** Pushes a value that already exists elsewhere. */
  private void pushShared(Value value) throws LimitException {
    charge(HeapBudget.SLOT);
    stack.pushBorrowed(value);
  }

  private void pushContainer(Value value) throws LimitException {
    charge(HeapBudget.CONTAINER);
    stack.push(value);
  }

  private void pushTuple(Value[] items) throws LimitException {
    charge(HeapBudget.OBJECT + (long) items.length * HeapBudget.SLOT);
    boolean holdsFunction = false;
    for (Value item : items) {
      holdsFunction |= isFunction(item);
    }
    stack.push(new TupleValue(List.of(items), holdsFunction));
  }

  /** Whether a value is a function that may only be called, or a tuple with one. */
  private boolean isFunction(Value value) {
    return switch (value) {
      case GlobalValue global -> domain.isOnlyCalled(global);
      case TupleValue tuple -> tuple.holdsFunction();
      default -> false;
    };
  }

  private void refuseFunction(Value value) throws MalformedException {
    if (isFunction(value)) {
      throw new MalformedException(
          place(),
          (value instanceof GlobalValue global ? global.dottedName() : "a function in a tuple")
              + " is kept as a value, and pickles only call it",
          new Remedy.DoNotTrust(
              "do not trust the file: what it is kept in could call it with anything"));
    }
  }

  private void refuseFunctions(List<Value> arguments, int from) throws MalformedException {
    for (int i = from; i < arguments.size(); i++) {
      refuseFunction(arguments.get(i));
    }
  }

  /**
   * Pops the items for a container or an object. Only tuples may contain a function that may only
   * be called.
   */
  private Value[] popItems(int from) throws MalformedException {
    Value[] items = stack.popFrom(from);
    for (Value item : items) {
      refuseFunction(item);
    }
    return items;
  }

  private void pushText(long length) throws CheckpointException {
    String shortText = in.shortText(length);
    if (shortText != null) {
      charge(length);
      push(new Value.Text(shortText));
      return;
    }
    Value.Text inStream = longText(length, TextCoding.UTF8);
    push(inStream == null ? new Value.Text(PickleText.utf8(charged(length), where)) : inStream);
  }

  private void pushBinaryInteger(int length) throws CheckpointException {
    push(PickleText.binaryInteger(charged(length), where));
  }

  private void pushMemo(long index) throws CheckpointException {
    Value value = memo.get(index);
    if (value == null) {
      throw new MalformedException(place(), "nothing was put into the memo at " + index);
    }
    pushShared(value);
  }

  private void memoize(long index) throws CheckpointException {
    boolean isKept = memo.isKept(index);
    if (isKept) {
      costs.escape();
    }
    if (isKept || !memo.isDense(index)) {
      charge(memo.isDense(index) ? 2 * HeapBudget.SLOT : HeapBudget.SPARSE_ENTRY);
    }
    memo.put(index, stack.top());
  }

  private Value[] popToMark() throws MalformedException {
    return stack.popFrom(stack.popMark());
  }

  private void append(int from) throws CheckpointException {
    Value target = changed(from);
    List<Value> items = Arrays.asList(popItems(from));
    if (items.isEmpty()) {
      return;
    }
    charge((long) items.size() * HeapBudget.SLOT);
    switch (target) {
      case ListValue list -> list.items().addAll(items);
      case ObjectValue object -> {
        domain.checkItems(object, place());
        object.addListItems(items);
      }
      default -> throw wrongKind("APPEND", target);
    }
  }

  /** The value below a position, which the values above it are added to. */
  private Value changed(int position) throws MalformedException {
    Value target = stack.below(position);
    if (stack.isBorrowed(position)) {
      costs.escape();
    }
    return target;
  }

  private void setItemsAbove(int from) throws CheckpointException {
    Value target = changed(from);
    Value[] items = popItems(from);
    if (items.length == 0) {
      return;
    }
    switch (target) {
      case DictValue dict -> setItems(dict, items);
      case ObjectValue object -> {
        domain.checkItems(object, place());
        setItems(object.dictItemsForUpdate(), items);
      }
      default -> throw wrongKind("SETITEM", target);
    }
  }

  private void setItems(DictValue dict, Value[] items) throws CheckpointException {
    if (items.length % 2 != 0) {
      throw new MalformedException(place(), "a dict gets a key without a value");
    }
    charge(items.length / 2L * HeapBudget.MAP_ENTRY);
    dict.reserve(items.length / 2);
    for (int i = 0; i < items.length; i += 2) {
      charge(HeapBudget.ofKey(items[i]));
      if (!dict.put(items[i], items[i + 1])) {
        throw new MalformedException(place(), "a key of a dict is of a kind that cannot be one");
      }
    }
  }

  private void addItemsAbove(int from) throws CheckpointException {
    Value target = changed(from);
    Value[] items = popItems(from);
    if (items.length == 0) {
      return;
    }
    switch (target) {
      case SetValue set when !set.isFrozen() -> addItems(set, items);
      case ObjectValue object -> {
        domain.checkItems(object, place());
        object.addListItems(Arrays.asList(items));
      }
      default -> throw wrongKind("ADDITEMS", target);
    }
  }

  private void addItems(SetValue set, Value[] items) throws CheckpointException {
    charge((long) items.length * HeapBudget.MAP_ENTRY);
    for (Value item : items) {
      charge(HeapBudget.ofKey(item));
      if (!set.add(item)) {
        throw new MalformedException(place(), "an item of a set is of a kind that cannot be one");
      }
    }
  }

  private void build() throws CheckpointException {
    stack.peek(1);
    Value state = stack.pop();
    Value target = changed(stack.size());
    charge(HeapBudget.SLOT + HeapBudget.contentOf(state));
    refuseFunction(state);
    String called = StateNames.calledOf(state);
    if (called != null) {
      throw new MalformedException(
          place(), "a state sets the attribute " + called + ", which unpicklers call");
    }
    switch (target) {
      case ObjectValue object -> {
        domain.checkState(object, state, place());
        object.addState(state);
      }
      case DictValue dict when dict.kind() != DictValue.Kind.DICT -> dict.addState(state);
      case DomainValue value when value.takeState(state) -> costs.end(value, stack.size());
      default -> {
        // CPython's load_build ignores a state of None for every object.
        if (!(state instanceof Value.None)) {
          throw wrongKind("BUILD", target);
        }
      }
    }
  }

  private String nameLine() throws CheckpointException {
    String name = PickleText.strictUtf8(line());
    if (name == null || name.isEmpty()) {
      throw new MalformedException(place(), "a global has an invalid name");
    }
    return name;
  }

  private String asciiLine() throws CheckpointException {
    String text = PickleText.latin1(line());
    if (text.chars().anyMatch(c -> c >= 0x80)) {
      throw new MalformedException(place(), "a text that must be ASCII is not");
    }
    return text;
  }

  private Value globalOf(String module, String name) throws CheckpointException {
    GlobalName written = new GlobalName(module, name);
    costs.escape();
    charge(module.length() + (long) name.length());
    // Pickler writes Python 2 names for protocols below 3 (fix_imports), so names are mapped only
    // there.
    GlobalName resolved = protocol < 3 ? Python2Names.toPython3(written) : written;
    return domain.global(resolved, written, place());
  }

  private void stackGlobal() throws CheckpointException {
    Value name = stack.pop();
    Value module = stack.pop();
    if (!(name instanceof Value.Text nameText) || !(module instanceof Value.Text moduleText)) {
      throw new MalformedException(place(), "STACK_GLOBAL needs two texts");
    }
    push(globalOf(moduleText.value(), nameText.value()));
  }

  private void inst() throws CheckpointException {
    List<Value> arguments = Arrays.asList(popToMark());
    String module = asciiLine();
    String name = asciiLine();
    if (module.isEmpty() || name.isEmpty()) {
      throw new MalformedException(place(), "a global has an invalid name");
    }
    call(globalOf(module, name), arguments);
  }

  private void obj() throws CheckpointException {
    List<Value> values = Arrays.asList(popToMark());
    if (values.isEmpty()) {
      throw new MalformedException(place(), "OBJ without a class");
    }
    call(values.getFirst(), values.subList(1, values.size()));
  }

  private void reduce() throws CheckpointException {
    Value arguments = stack.pop();
    Value callable = stack.pop();
    if (!(arguments instanceof TupleValue) && domain.takesAnyArgument(callable)) {
      call(callable, List.of(arguments));
    } else {
      call(callable, tuple("REDUCE", arguments));
    }
  }

  private void call(Value callable, List<Value> arguments) throws CheckpointException {
    charge(HeapBudget.CONTAINER + (long) arguments.size() * HeapBudget.SLOT);
    // The domain is asked only if the first argument is a function: most calls make tensors.
    boolean first = !arguments.isEmpty() && isFunction(arguments.getFirst());
    refuseFunctions(arguments, first && domain.takesFunction(callable) ? 1 : 0);
    GlobalValue.note(callable, GlobalUse.CALLED);
    Value made = domain.call(callable, arguments, place());
    if (!(made instanceof TupleValue)) {
      costs.escape();
    }
    charge(HeapBudget.contentOf(made));
    stack.push(made);
  }

  private void newObject(@Nullable DictValue keywords) throws CheckpointException {
    // The stack slots of the class and its arguments are free then.
    long before = budget.used() - 2 * HeapBudget.SLOT;
    List<Value> arguments = tuple("NEWOBJ", stack.pop());
    Value type = stack.pop();
    charge(HeapBudget.CONTAINER + (long) arguments.size() * HeapBudget.SLOT);
    refuseFunctions(arguments, 0);
    GlobalValue.note(type, GlobalUse.INSTANTIATED);
    Value made = domain.instance(type, arguments, keywords, place());
    costs.begin(made, stack.size(), before);
    stack.push(made);
  }

  private void newObjectWithKeywords() throws CheckpointException {
    Value keywords = stack.pop();
    if (!(keywords instanceof DictValue dict)) {
      throw new MalformedException(place(), "NEWOBJ_EX without a dict of keyword arguments");
    }
    for (int i = 0; i < dict.size(); i++) {
      if (!(dict.key(i) instanceof Value.Text)) {
        throw new MalformedException(place(), "a keyword of NEWOBJ_EX is not a string");
      }
    }
    newObject(dict);
  }

  private List<Value> tuple(String opcode, Value value) throws MalformedException {
    if (value instanceof TupleValue tuple) {
      return tuple.items();
    }
    throw new MalformedException(place(), opcode + " with arguments that are not a tuple");
  }

  private MalformedException wrongKind(String opcode, Value target) {
    return new MalformedException(
        place(),
        opcode
            + " on a value that takes none"
            + (target instanceof DomainValue ? " such: " : ": ")
            + ValueDescription.of(target));
  }
}
