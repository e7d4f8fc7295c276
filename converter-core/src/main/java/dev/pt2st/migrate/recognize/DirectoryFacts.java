package dev.pt2st.migrate.recognize;

import dev.pt2st.io.SpillingQueue;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a directory of the source tree is: something as a whole, of which no entry is looked at, or
 * a place where entries stand, each a thing of its own. A kind of whole is a case of this type.
 */
public sealed interface DirectoryFacts extends AutoCloseable {
  /** The text of the directory; empty for the root. */
  String directory();

  @Override
  default void close() throws IOException {}

  /** The tree that this migration writes to: nothing in it is a source. */
  record TargetTree(String directory) implements DirectoryFacts {}

  /** Facts about each entry, in the order of their names; however many, they take no heap. */
  final class Entries implements DirectoryFacts {
    private final String directory;
    private final SpillingQueue<EntryFact> facts =
        new SpillingQueue<>(EntryFactLine::write, EntryFactLine::read);

    /** Without a fact yet. */
    public Entries(String directory) {
      this.directory = directory;
    }

    @Override
    public String directory() {
      return directory;
    }

    /** Adds one; not after the first look at them. */
    public void add(EntryFact fact) throws IOException {
      facts.add(fact);
    }

    /** Gives them one by one, each time from the first on; null at the end. */
    public Supplier<@Nullable EntryFact> each() throws IOException {
      return facts.each();
    }

    @Override
    public void close() throws IOException {
      facts.close();
    }
  }
}
