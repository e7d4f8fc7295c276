import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Gives the classes of a jar that are in the format of Java 5 that of Java 21, and changes nothing
 * else: {@code java NewerClassFiles.java JAR}. The build runs it on the program's jar.
 *
 * <p>picocli is compiled for Java 5. Such classes have no stack maps; the JVM checks them with its
 * old verifier, which it also has to load, and does not keep them in its cache of loaded classes.
 * That made a third of the time that a start takes.
 */
final class NewerClassFiles {
  /** The first format whose classes must have stack maps: that of Java 6. */
  private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;

  private static final int MAJOR_VERSION = 6; // where it stands in a class file; big-endian

  private final ZipFile jar;
  private final ClassFile classFiles;

  private NewerClassFiles(ZipFile jar) {
    this.jar = jar;
    this.classFiles =
        ClassFile.of(
            // Also code that could be taken over as it is gets stack maps.
            ConstantPoolSharingOption.NEW_POOL,
            StackMapsOption.GENERATE_STACK_MAPS,
            ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(this::open)
                    .orElse(ClassHierarchyResolver.defaultResolver())));
  }

  public static void main(String[] args) throws IOException {
    Path jar = Path.of(args[0]);
    Path changed = jar.resolveSibling(jar.getFileName() + ".new");
    try (ZipFile from = new ZipFile(jar.toFile());
        ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(changed))) {
      new NewerClassFiles(from).copyTo(to);
    }
    Files.move(changed, jar, StandardCopyOption.ATOMIC_MOVE);
  }

  private void copyTo(ZipOutputStream to) throws IOException {
    for (ZipEntry entry : jar.stream().map(ZipEntry.class::cast).toList()) {
      byte[] bytes = jar.getInputStream(entry).readAllBytes();
      ZipEntry copy = new ZipEntry(entry.getName());
      copy.setTimeLocal(entry.getTimeLocal());
      to.putNextEntry(copy);
      to.write(isOld(entry, bytes) ? renewed(entry, bytes) : bytes);
      to.closeEntry();
    }
  }

  private static boolean isOld(ZipEntry entry, byte[] bytes) {
    return entry.getName().endsWith(".class")
        && ((bytes[MAJOR_VERSION] & 0xff) << 8 | bytes[MAJOR_VERSION + 1] & 0xff)
            < FIRST_WITH_STACK_MAPS;
  }

  private byte[] renewed(ZipEntry entry, byte[] bytes) throws IOException {
    ClassTransform transform =
        (builder, element) -> {
          switch (element) {
            case ClassFileVersion _ ->
                builder.with(ClassFileVersion.of(ClassFile.JAVA_21_VERSION, 0));
            case MethodModel method ->
                builder.transformMethod(
                    method, MethodTransform.transformingCode(CodeTransform.ACCEPT_ALL));
            case ClassElement other -> builder.with(other);
          }
        };
    byte[] renewed = classFiles.transformClass(classFiles.parse(bytes), transform);
    var errors = classFiles.verify(renewed);
    if (!errors.isEmpty()) {
      throw new IOException(entry.getName() + " does not verify any more: " + errors.getFirst());
    }
    return renewed;
  }

  private InputStream open(ClassDesc name) {
    String descriptor = name.descriptorString();
    ZipEntry entry = jar.getEntry(descriptor.substring(1, descriptor.length() - 1) + ".class");
    try {
      return entry == null ? null : jar.getInputStream(entry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
