import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Copies the program's jar into an image, without the native code for other systems, which is most
 * of it: {@code java ImageJar.java JAR COPY TIME}. The copy gets the time that the archives give
 * it, since the JVM's cache of loaded classes is for a jar of one time.
 */
final class ImageJar {
  /** The folders that zstd-jni has for each system. */
  private static final List<String> NATIVE =
      List.of("aix/", "darwin/", "freebsd/", "linux/", "win/");

  private static final String KEPT = "linux/amd64/";

  private ImageJar() {}

  public static void main(String[] args) throws IOException {
    Path copy = Path.of(args[1]);
    Files.createDirectories(copy.getParent());
    try (ZipFile from = new ZipFile(args[0]);
        OutputStream file = Files.newOutputStream(copy);
        ZipOutputStream to = new ZipOutputStream(file)) {
      for (ZipEntry entry : from.stream().filter(entry -> isWanted(entry.getName())).toList()) {
        ZipEntry same = new ZipEntry(entry.getName());
        same.setTimeLocal(entry.getTimeLocal());
        to.putNextEntry(same);
        from.getInputStream(entry).transferTo(to);
        to.closeEntry();
      }
    }
    Files.setLastModifiedTime(copy, FileTime.from(Instant.parse(args[2])));
  }

  private static boolean isWanted(String name) {
    return name.startsWith(KEPT) || NATIVE.stream().noneMatch(name::startsWith);
  }
}
