package dev.pt2st.io.aws;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file with a token, which its owner writes anew from time to time. */
final class TokenFile {
  private static final long LARGEST = 64 << 10;

  private TokenFile() {}

  static String read(Path file) throws CredentialsException {
    try {
      if (Files.size(file) <= LARGEST) {
        String token = Files.readString(file, StandardCharsets.UTF_8).strip();
        if (!token.isEmpty()) {
          return token;
        }
      }
    } catch (IOException e) {
      // The same sentence.
    }
    throw new CredentialsException("The file " + file + " cannot be read, or holds no token");
  }
}
