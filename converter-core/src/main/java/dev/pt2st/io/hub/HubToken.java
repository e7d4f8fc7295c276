package dev.pt2st.io.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What the Hub knows a user by. It never shows its value.
 *
 * @param value empty if there is no token
 * @param from where it was found, for messages
 */
public record HubToken(String value, String from) {
  /** For what is public. */
  public static final HubToken NONE = new HubToken("", "");

  private static final int LONGEST_FILE = 64 << 10;

  /** One out of a text in which white space does not count. */
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
