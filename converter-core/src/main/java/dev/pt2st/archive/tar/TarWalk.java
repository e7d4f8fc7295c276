package dev.pt2st.archive.tar;

import dev.pt2st.LimitException;
import dev.pt2st.io.MappedFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Goes from member to member as {@code TarFile.next} of {@code Lib/tarfile.py} does. Where Python
 * calls itself for the header after an extended one, this keeps a list: a chain of them may be as
 * long as the archive.
 */
final class TarWalk {
  private static final int BLOCK = TarHeader.BLOCK;

  /** What is kept of an extended header; a longer one is read up to here. */
  private static final int MOST_EXTENDED = 16 << 20;

  private static final int LONGEST_NAME = 1 << 16;

  private static final int PIECES_OF_BLOCK = 21;

  private final MappedFile file;
  private final Map<String, String> forAll;
  private final Listener listener;

  /** A list of pieces that a global header may repeat for every member, and its text. */
  private String list = "";

  private @Nullable List<SparseMap.Piece> piecesOfList = List.of();

  /** Where Python has read to. */
  private long position;

  /** Where the next member begins. */
  private long next;

  /** Whether Python gives up the archive. */
  private boolean stopped;

  /** Hears of every header, extended ones too. */
  @FunctionalInterface
  interface Listener {
    /**
     * Hears of a header.
     *
     * @param at where it begins
     * @throws LimitException if it is one too many
     */
    void header(long at) throws LimitException;
  }

  /**
   * A walk that has not begun.
   *
   * @param forAll what global headers have said; changed by those that follow
   */
  TarWalk(MappedFile file, long start, Map<String, String> forAll, Listener listener) {
    this.file = file;
    this.next = start;
    this.forAll = forAll;
    this.listener = listener;
  }

  /**
   * A member.
   *
   * @param name cut off where it is longer than any that is one
   * @param data where its content begins
   * @param size of its content for Python, with holes; may be negative
   * @param headerSize the size in its own header
   * @param hasContent whether Python gives out its content
   * @param isLink whether its name stands for the content of another file
   * @param pieces of a file with holes
   */
  record Member(
      String name,
      long data,
      long size,
      long headerSize,
      boolean hasContent,
      boolean isLink,
      List<SparseMap.Piece> pieces) {}

  /** An extended header whose member follows. */
  private record Pending(
      TarHeader header,
      String longName,
      Map<String, String> records,
      List<SparseMap.Piece> repeated) {}

  /** The member that all pending headers are about, as far as it is known. */
  private static final class Draft {
    String name;
    final TarHeader header;
    long data;
    long size;
    List<SparseMap.Piece> pieces = List.of();

    Draft(TarHeader header, long data) {
      this.name = header.name();
      this.header = header;
      this.data = data;
      this.size = header.size();
    }
  }

  /** Where the next member begins, if there is one. */
  long nextStart() {
    return next;
  }

  /** Continues after the block at which it gave up, as {@code ignore_zeros} makes Python do it. */
  void skipBlock() {
    next += BLOCK;
    stopped = false;
  }

  /** The next member; null at the end, or where Python gives up. */
  @Nullable Member next() throws LimitException {
    if (stopped || next < 0 || next > file.size()) {
      return null;
    }
    position = next;
    Deque<Pending> pending = new ArrayDeque<>();
    Draft draft = draft(pending);
    while (draft != null && !pending.isEmpty() && !stopped) {
      apply(pending.pop(), draft);
    }
    if (draft == null) {
      stopped = true;
      return null;
    }
    // A header that Python gives up at was read by others.
    return new Member(
        draft.name.substring(0, Math.min(draft.name.length(), LONGEST_NAME)),
        draft.data,
        draft.size,
        draft.header.size(),
        draft.header.hasContent(),
        draft.header.type() == TarHeader.HARD_LINK
            || draft.header.type() == TarHeader.SYMBOLIC_LINK,
        draft.pieces);
  }

  /** Reads headers up to that of the member itself; null if there is none. */
  private @Nullable Draft draft(Deque<Pending> pending) throws LimitException {
    while (position <= file.size() - BLOCK) {
      TarHeader header = TarHeader.of(take(BLOCK));
      if (header == null) {
        return null;
      }
      listener.header(position - BLOCK);
      if (!header.isExtended()
          && header.type() != TarHeader.LONG_NAME
          && header.type() != TarHeader.LONG_LINK) {
        return member(header);
      }
      // Read with a negative count, a file of Python gives all that is left.
      long length = blocks(header.size());
      byte[] content = take(length < 0 ? Long.MAX_VALUE : length);
      Pending extended = extended(header, content);
      if (extended == null) {
        return null;
      }
      pending.push(extended);
    }
    return null;
  }

  /** What is kept of an extended header; null if Python gives up the archive there. */
  private @Nullable Pending extended(TarHeader header, byte[] content) {
    if (!header.isExtended()) {
      String name = TarHeader.text(content, 0, Math.min(content.length, LONGEST_NAME));
      return new Pending(header, name, Map.of(), List.of());
    }
    Map<String, String> records = header.isGlobal() ? forAll : new LinkedHashMap<>(forAll);
    if (!ExtendedRecords.read(content, records)) {
      return null;
    }
    // What a global header says may change with the headers after it.
    boolean mayRepeat =
        header.isGlobal()
            || (records.containsKey("GNU.sparse.size") && !records.containsKey("GNU.sparse.map"));
    return new Pending(
        header, "", records, mayRepeat ? ExtendedRecords.piecesOfRepeated(content) : List.of());
  }

  private Draft member(TarHeader header) {
    Draft draft = new Draft(header, position);
    TarHeader.OldSparse sparse = header.sparse();
    if (sparse != null) {
      draft.pieces = oldPieces(sparse);
      draft.data = position;
      next = position + blocks(header.size());
      draft.size = sparse.size();
      return draft;
    }
    next = position + (header.hasContent() ? blocks(header.size()) : 0);
    apply(forAll, draft);
    return draft;
  }

  private List<SparseMap.Piece> oldPieces(TarHeader.OldSparse sparse) {
    List<SparseMap.Piece> pieces = new ArrayList<>(sparse.pieces());
    boolean goesOn = sparse.goesOn();
    while (goesOn && position <= file.size() - BLOCK && pieces.size() < SparseMap.MOST_PIECES) {
      byte[] block = take(BLOCK);
      if (!TarHeader.addPieces(block, 0, PIECES_OF_BLOCK, false, pieces)) {
        stopped = true;
        break;
      }
      goesOn = block[504] != 0;
    }
    return pieces;
  }

  private void apply(Map<String, String> records, Draft draft) {
    ExtendedRecords.Applied applied = ExtendedRecords.apply(records);
    draft.name = applied.name().isEmpty() ? draft.name : applied.name();
    draft.size = applied.size().orElse(draft.size);
    stopped |= !applied.sound();
  }

  /** What an extended header says of its member, once that is known. */
  private void apply(Pending pending, Draft draft) {
    if (pending.header.type() == TarHeader.LONG_NAME) {
      draft.name = pending.longName;
    }
    if (!pending.header.isExtended()) {
      return;
    }
    Map<String, String> records = pending.records;
    String map = records.get("GNU.sparse.map");
    if (map != null) {
      List<SparseMap.Piece> pieces = piecesOf(map);
      stopped |= pieces == null;
      draft.pieces = pieces == null ? draft.pieces : pieces;
    } else if (records.containsKey("GNU.sparse.size")) {
      draft.pieces = pending.repeated;
    } else if ("1".equals(records.get("GNU.sparse.major"))
        && "0".equals(records.get("GNU.sparse.minor"))) {
      readPieces(draft);
    }
    if (pending.header.isGlobal()) {
      return;
    }
    apply(records, draft);
    if (records.containsKey("size")) {
      next = draft.data + (draft.header.hasContent() ? blocks(draft.size) : 0);
    }
  }

  private @Nullable List<SparseMap.Piece> piecesOf(String map) {
    if (!map.equals(list)) {
      list = map;
      piecesOfList = ExtendedRecords.piecesOfList(map);
    }
    return piecesOfList;
  }

  /** Version 1.0: the pairs stand in lines in front of the data. */
  private void readPieces(Draft draft) {
    StringBuilder text = new StringBuilder(new String(take(BLOCK), StandardCharsets.ISO_8859_1));
    List<Long> numbers = new ArrayList<>();
    long wanted = 1;
    int at = 0;
    while (numbers.size() < wanted && numbers.size() < SparseMap.MOST_PIECES) {
      int end = text.indexOf("\n", at);
      if (end < 0 && !numbers.isEmpty() && position < file.size()) {
        text.append(new String(take(BLOCK), StandardCharsets.ISO_8859_1));
        end = text.indexOf("\n", at);
      }
      OptionalLong number =
          end < 0 ? OptionalLong.empty() : PythonNumber.decimal(text.substring(at, end));
      if (number.isEmpty()) {
        stopped = true;
        return;
      }
      wanted = numbers.isEmpty() ? 1 + 2 * number.getAsLong() : wanted;
      numbers.add(number.getAsLong());
      at = end + 1;
    }
    draft.data = position;
    List<SparseMap.Piece> pieces = new ArrayList<>();
    for (int i = 1; i + 1 < numbers.size(); i += 2) {
      pieces.add(new SparseMap.Piece(numbers.get(i), numbers.get(i + 1)));
    }
    draft.pieces = pieces;
  }

  private byte[] take(long length) {
    long from = Math.min(position, file.size());
    long there = Math.clamp(length, 0, file.size() - from);
    byte[] taken = file.start(from, (int) Math.min(there, MOST_EXTENDED));
    position = from + there;
    return taken;
  }

  /** Bytes rounded up to whole blocks, as {@code _block} does also for negative ones. */
  private static long blocks(long size) {
    return Math.ceilDiv(size, BLOCK) * BLOCK;
  }
}
