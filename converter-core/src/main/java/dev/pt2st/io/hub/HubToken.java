package dev.pt2st.io.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The user's token for the Hub. Its text never shows the value.
 *
 * @param value empty if there is no token
 * @param from where it was found, in words for messages
 */
public record HubToken(String value, String from) {
  /** No token, for public repositories. */
  public static final HubToken NONE = new HubToken("", "");

  private static final int LONGEST_FILE = 64 << 10;

  /** The token in a text, in which white space is ignored. */
  static HubToken of(String text, String from) {
    String value = text.replace("\r", "").replace("\n", "").strip();
    return value.isEmpty() ? NONE : new HubToken(value, from);
  }

  static HubToken read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return NONE;
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LONGEST_FILE + 1);
      if (bytes.length > LONGEST_FILE) {
        throw new IOException("The file of the Hub's token " + file + " is too large for a token.");
      }
      return of(new String(bytes, StandardCharsets.UTF_8), file.toString());
    } catch (NoSuchFileException e) {
      return NONE;
    }
  }

  boolean exists() {
    return !value.isEmpty();
  }

  @Override
  public String toString() {
    return exists() ? "HubToken[from " + from + "]" : "HubToken[]";
  }
}
