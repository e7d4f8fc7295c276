package dev.pt2st.archive;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.io.MappedFile;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The members of a tar (POSIX pax, GNU and older), used where they lie. */
final class TarMembers extends Members {
  private static final Set<String> TORCH_MEMBERS =
      Set.of("sys_info", "pickle", "tensors", "storages");

  private final MappedFile file;
  private final TarReader reader;
  private @Nullable TarEntry current;

  TarMembers(MappedFile file, Limits limits) {
    this.file = file;
    this.reader = new TarReader(file, limits);
  }

  /**
   * Whether a tar is a checkpoint itself: its first member is one of those that {@code
   * _legacy_load} of torch/serialization.py takes from a tar.
   */
  static boolean isTorchTar(MappedFile file) {
    try {
      TarMembers members = new TarMembers(file, Limits.STANDARD);
      return members.next() && TORCH_MEMBERS.contains(members.name());
    } catch (CheckpointException e) {
      return false;
    }
  }

  @Override
  public boolean next() throws CheckpointException {
    current = reader.next();
    return current != null;
  }

  @Override
  public void checkRest() throws CheckpointException {
    reader.checkRest();
  }

  private TarEntry current() {
    if (current == null) {
      throw new NoSuchElementException();
    }
    return current;
  }

  @Override
  public String name() {
    return current().name();
  }

  @Override
  public byte[] start() {
    return startOf(current().bytes().segment());
  }

  @Override
  public MappedFile open() {
    return file.part(
        file.name().inside(name()), current().bytes().offset(), current().bytes().size());
  }

  @Override
  public void close() {}
}
