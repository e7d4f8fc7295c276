package dev.pt2st.cli.input;

import dev.pt2st.archive.SourcePath;
import dev.pt2st.io.Input;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An input and what must be closed after reading it.
 *
 * @param input the input
 * @param source closed by {@link #close}; null if there is nothing to close
 */
public record OpenInput(Input input, @Nullable Closeable source) implements AutoCloseable {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /** The member of an archive that is read; empty if it is the file itself. */
  public String member() {
    return input instanceof Input.OnDisk file
        ? SourcePath.of(file.path()).member()
        : ((Input.Ranged) input).member();
  }

  /**
   * The SHA-256 that the Hub states for a large file. The Hub identifies such files by it, and each
   * response with bytes of the file is bound to it.
   */
  public Optional<String> statedSha256() {
    return input instanceof Input.Ranged ranged
            && ranged.name().text().startsWith("hf://")
            && SHA256.matcher(ranged.source().version()).matches()
        ? Optional.of(ranged.source().version())
        : Optional.empty();
  }

  @Override
  public void close() throws IOException {
    if (source != null) {
      source.close();
    }
  }
}
