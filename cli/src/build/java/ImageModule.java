import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.ModuleAttribute;
import java.lang.classfile.attribute.ModuleMainClassAttribute;
import java.lang.classfile.attribute.ModulePackagesAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ModuleDesc;
import java.lang.constant.PackageDesc;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Makes a module of the program's jar, for jlink to put into the runtime: {@code java
 * ImageModule.java JAR MODULE NATIVE VERSION IMAGE}.
 *
 * <p>In the runtime the program starts faster than from a jar. The JVM's cache of loaded classes is
 * also for a jar of one time only, and for a runtime of any: so an image may be copied, and pip may
 * give its files the time of the day.
 *
 * <p>Native code, which is most of the jar, is not in the module. That for one system, from the
 * folder NATIVE, goes into the image as a file: from a module zstd-jni would unpack it into the
 * folder for temporary files at each start. What the libraries want said goes into the image too.
 */
final class ImageModule {
  /** The folders that zstd-jni has for each system. */
  private static final List<String> NATIVE =
      List.of("aix/", "darwin/", "freebsd/", "linux/", "win/");

  /** Of no use in a runtime, or of none without {@code Multi-Release} in the manifest. */
  private static final List<String> LEFT_OUT =
      List.of("META-INF/MANIFEST.MF", "META-INF/maven/", "META-INF/versions/");

  private static final String NAME = "dev.pt2st.app";
  private static final String MAIN = "dev.pt2st.cli.Main";

  private ImageModule() {}

  public static void main(String[] args) throws IOException {
    String kept = args[2];
    Path module = Path.of(args[1]);
    Path image = Path.of(args[4]);
    Files.createDirectories(module.getParent());
    SortedSet<String> packages = new TreeSet<>();
    boolean hasNative = false;
    try (ZipFile from = new ZipFile(args[0]);
        ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(module))) {
      for (ZipEntry entry : from.stream().filter(entry -> !entry.isDirectory()).toList()) {
        String name = entry.getName();
        if (name.startsWith("META-INF/services/")) {
          throw new IOException(name + ": the module would have to say what it provides");
        }
        if (name.startsWith(kept)) {
          hasNative = true;
          String library = "libzstd-jni" + name.substring(name.lastIndexOf('.'));
          copy(from.getInputStream(entry), image.resolve("lib/pt2st").resolve(library));
        }
        if (isLeftOut(name)) {
          continue;
        }
        add(to, name, from.getInputStream(entry));
        if (name.contains("/") && !name.startsWith("META-INF/")) {
          packages.add(name.substring(0, name.lastIndexOf('/')).replace('/', '.'));
        }
      }
      add(to, "module-info.class", new ByteArrayInputStream(descriptor(packages, args[3])));
      copy(
          from.getInputStream(from.getEntry("META-INF/NOTICE")),
          image.resolve("share/doc/pt2st/NOTICE"));
    }
    if (!hasNative) {
      throw new IOException(args[0] + ": no native code in " + kept);
    }
  }

  private static boolean isLeftOut(String name) {
    return NATIVE.stream().anyMatch(name::startsWith)
        || LEFT_OUT.stream().anyMatch(name::startsWith);
  }

  private static void copy(InputStream content, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    try (content) {
      Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void add(ZipOutputStream to, String name, InputStream content) throws IOException {
    try (content) {
      to.putNextEntry(new ZipEntry(name));
      content.transferTo(to);
      to.closeEntry();
    }
  }

  /** The module opens and exports nothing: all that it needs is in it and in java.base. */
  private static byte[] descriptor(SortedSet<String> packages, String version) {
    ModuleAttribute module =
        ModuleAttribute.of(
            ModuleDesc.of(NAME),
            builder ->
                builder
                    .moduleVersion(version)
                    .requires(ModuleDesc.of("java.base"), List.of(AccessFlag.MANDATED), null));
    return ClassFile.of()
        .buildModule(
            module,
            classes ->
                classes
                    .with(
                        ModulePackagesAttribute.ofNames(
                            packages.stream().map(PackageDesc::of).toList()))
                    .with(ModuleMainClassAttribute.of(ClassDesc.of(MAIN))));
  }
}
