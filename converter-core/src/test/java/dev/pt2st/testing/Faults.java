package dev.pt2st.testing;

import dev.pt2st.Limit;
import dev.pt2st.Limits;
import dev.pt2st.ReadOptions;
import dev.pt2st.ResourceName;
import dev.pt2st.io.Input;
import dev.pt2st.io.source.FetchListener;
import dev.pt2st.io.source.FetchOptions;
import dev.pt2st.io.source.SourceException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Sources that fail at one read and work again after it, which is worse than those that fail for
 * ever: whoever overlooks the failure goes on with what was never read.
 */
public final class Faults {
  /** Small enough that a file of some kilobytes takes some reads, one after the other. */
  private static final FetchOptions SMALL =
      new FetchOptions(512, 512, -1, 1 << 20, 1, FetchListener.NONE);

  /** What a source can do in place of a read. */
  public enum Kind {
    /** Fewer bytes than a range has, which the source itself notices. */
    SHORT_BODY,
    /** Fewer bytes, which it does not notice. */
    UNNOTICED_SHORT_BODY,
    /** Another version of the object. */
    CHANGED,
    /** 503, until its tries are used up. */
    UNAVAILABLE,
    /** 429, with a wait that is too long. */
    RATE_LIMITED,
    /** No byte for as long as it waits. */
    STALLED,
    /** What the socket says, as it is. */
    CONNECTION_CLOSED,
    /** A bug of the source. */
    BUG
  }

  /** What is bounded by time would end elsewhere each time that it is read. */
  public static ReadOptions unhurried() {
    return ReadOptions.STANDARD.withLimits(Limits.STANDARD.with(Limit.SECONDS, 10_000));
  }

  /**
   * A read that goes wrong.
   *
   * @param read its number, from zero
   * @param reads how many there are if none goes wrong
   */
  public record Attempt(int read, int reads, Kind kind) {}

  private static final List<Kind> KINDS = List.of(Kind.values());

  private Faults() {}

  /**
   * Every read, each going wrong in another way than the one before.
   *
   * @param whole has been read to its end
   * @param most of more reads, so many are tried: the first, the last, and some between
   */
  public static List<Attempt> attempts(TestSource whole, int most) {
    int reads = whole.requests().size();
    List<Attempt> attempts = new ArrayList<>();
    for (int i = 0; i < Math.min(reads, most); i++) {
      int read = reads <= most ? i : (int) ((long) i * (reads - 1) / (most - 1));
      attempts.add(new Attempt(read, reads, KINDS.get(i % KINDS.size())));
    }
    return attempts;
  }

  /** How a file is read in these tests. */
  public static Input input(TestSource source) {
    return Input.of(source, SMALL);
  }

  /** A file whose reads all succeed but one. */
  public static TestSource failing(Path file, Attempt attempt) {
    int wrong = attempt.read();
    Kind kind = attempt.kind();
    ResourceName name = ResourceName.of(file);
    return TestSource.of(
        file,
        (number, target) -> {
          if (number != wrong) {
            return true;
          }
          fail(name, kind);
          target.put(new byte[target.remaining() / 2]);
          return false;
        });
  }

  private static void fail(ResourceName name, Kind kind) throws IOException {
    switch (kind) {
      case UNNOTICED_SHORT_BODY -> {} // what is wrong with it is seen behind it
      case BUG -> throw new IllegalStateException("secret");
      case CONNECTION_CLOSED -> throw new SocketException("Connection reset");
      case CHANGED ->
          throw new SourceException(
              name, SourceException.Reason.CHANGED, "it was replaced while it was read");
      case RATE_LIMITED ->
          throw new SourceException(
              name, SourceException.Reason.RATE_LIMITED, "it asks to wait for an hour");
      case SHORT_BODY, UNAVAILABLE, STALLED ->
          throw new SourceException(
              name, SourceException.Reason.UNREADABLE, kind + " after 3 tries");
    }
  }

  /** The scratch files that this process has open, nameless as they are. */
  public static List<Path> scratchFiles() throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    if (!Files.isDirectory(descriptors)) {
      return List.of();
    }
    try (Stream<Path> open = Files.list(descriptors)) {
      return open.filter(Faults::isScratch).toList();
    }
  }

  private static boolean isScratch(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().contains(".pt2st-");
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }
}
