import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Writes the list of all files of a wheel, which installers compare with what they install: {@code
 * java WheelRecord.java WHEEL IMAGE}. The first folder has all files but those of the program,
 * which come out of the image: src/dist/wheel.xml puts both together.
 */
final class WheelRecord {
  /** Where the image is in the wheel, and what is taken of it. */
  private static final String PROGRAM = "pt2st/program/";

  private static final List<String> TAKEN = List.of("bin", "lib");

  private WheelRecord() {}

  public static void main(String[] args) throws IOException, NoSuchAlgorithmException {
    Path wheel = Path.of(args[0]);
    Path image = Path.of(args[1]);
    if (!Files.isRegularFile(image.resolve("lib/pt2st/runtime").resolve(args[2]))) {
      throw new IOException(
          image + ": the runtime has no " + args[2] + ", so it is for another platform");
    }
    Path info;
    try (Stream<Path> folders = Files.list(wheel)) {
      info =
          folders
              .filter(folder -> folder.toString().endsWith(".dist-info"))
              .findFirst()
              .orElseThrow();
    }
    Files.copy(
        image.resolve("share/doc/pt2st/NOTICE"),
        info.resolve("licenses/NOTICE"),
        StandardCopyOption.REPLACE_EXISTING);
    Path record = info.resolve("RECORD");
    Files.deleteIfExists(record);

    SortedMap<String, Path> files = new TreeMap<>();
    addAll(files, "", wheel, wheel);
    for (String folder : TAKEN) {
      addAll(files, PROGRAM, image, image.resolve(folder));
    }
    StringBuilder lines = new StringBuilder();
    for (var file : files.entrySet()) {
      if (file.getKey().matches(".*[\",\r\n].*")) {
        throw new IOException(file.getKey() + ": the list would need quotes");
      }
      lines
          .append(file.getKey())
          .append(",sha256=")
          .append(sha256(file.getValue()))
          .append(',')
          .append(Files.size(file.getValue()))
          .append('\n');
    }
    lines.append(wheel.relativize(record).toString().replace('\\', '/')).append(",,\n");
    Files.writeString(record, lines);
  }

  private static void addAll(SortedMap<String, Path> files, String prefix, Path root, Path folder)
      throws IOException {
    try (Stream<Path> found = Files.walk(folder)) {
      found
          .filter(Files::isRegularFile)
          .forEach(file ->
              files.put(prefix + root.relativize(file).toString().replace('\\', '/'), file));
    }
  }

  /** As the list has it: URL-safe base64 without padding. */
  private static String sha256(Path file) throws IOException, NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.digest());
  }
}
