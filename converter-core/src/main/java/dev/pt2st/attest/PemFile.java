package dev.pt2st.attest;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.Remedy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file with one key in PEM. */
final class PemFile {
  private static final int LARGEST = 1 << 14;

  private static final String RULE = "-".repeat(5);

  private static final Pattern BLOCK =
      Pattern.compile(
          "\\s*"
              + RULE
              + "BEGIN ([A-Z0-9 ]{1,40})"
              + RULE
              + "\\s+([A-Za-z0-9+/=\\s]+)"
              + RULE
              + "END \\1"
              + RULE
              + "\\s*");

  private PemFile() {}

  /**
   * Reads the bytes of the key.
   *
   * @param label the label that the PEM block must have
   * @throws MalformedException if there is a block with another label, or more than one block
   * @throws IOException if the file cannot be read
   */
  static byte[] read(Path file, String label) throws MalformedException, IOException {
    byte[] bytes;
    try (InputStream stream = Files.newInputStream(file)) {
      bytes = stream.readNBytes(LARGEST + 1);
    }
    Matcher matcher = BLOCK.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
    if (bytes.length > LARGEST || !matcher.matches()) {
      throw wrong(file, "it is not a PEM file with one key");
    }
    if (!matcher.group(1).equals(label)) {
      throw wrong(
          file,
          "it has a " + matcher.group(1) + ", and a " + label + " without a password is needed");
    }
    try {
      return Base64.getMimeDecoder().decode(matcher.group(2));
    } catch (IllegalArgumentException e) {
      throw wrong(file, "its key is not base64");
    }
  }

  static MalformedException wrong(Path file, String what) {
    return new MalformedException(
        Place.of(file),
        what,
        new Remedy.Advice(
            "keys of ECDSA over P-256 or P-384, and of Ed25519, are read from PEM: PKCS#8 and SPKI"));
  }
}
