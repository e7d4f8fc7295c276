package dev.pt2st.migrate.recognize;

import dev.pt2st.io.spill.SpillingQueue;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a directory of the source tree is: a whole whose entries are not looked at, or a set of
 * independent entries. Each kind of whole is a case of this type.
 */
public sealed interface DirectoryFacts extends AutoCloseable {
  /** The text of the directory; empty for the root. */
  String directory();

  @Override
  default void close() throws IOException {}

  /** The tree that this migration writes to: nothing in it is a source. */
  record TargetTree(String directory) implements DirectoryFacts {}

  /** Facts about each entry, in the order of the names; stored outside of the heap. */
  final class Entries implements DirectoryFacts {
    private final String directory;
    private final SpillingQueue<EntryFact> facts =
        new SpillingQueue<>(EntryFactLine::write, EntryFactLine::read);

    /** Creates it without facts. */
    public Entries(String directory) {
      this.directory = directory;
    }

    @Override
    public String directory() {
      return directory;
    }

    /** Adds a fact; not allowed after the first {@link #each}. */
    public void add(EntryFact fact) throws IOException {
      facts.add(fact);
    }

    /** Supplies the facts one by one, each time from the first on; null at the end. */
    public Supplier<@Nullable EntryFact> each() throws IOException {
      return facts.each();
    }

    @Override
    public void close() throws IOException {
      facts.close();
    }
  }
}
