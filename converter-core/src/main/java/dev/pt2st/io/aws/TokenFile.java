package dev.pt2st.io.aws;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file with a token, which is rewritten from time to time. */
final class TokenFile {
  private static final int LARGEST = 64 << 10;

  private TokenFile() {}

  static String read(Path file) throws CredentialsException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      if (bytes.length <= LARGEST) {
        String token = new String(bytes, StandardCharsets.UTF_8).strip();
        if (!token.isEmpty()) {
          return token;
        }
      }
    } catch (IOException e) {
      // The same message.
    }
    throw new CredentialsException("The file " + file + " cannot be read, or holds no token");
  }
}
