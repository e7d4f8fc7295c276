package dev.pt2st.io.aws;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The sections of a shared AWS file by heading; values are by name in lower case. A value in a
 * subsection has the subsection's name as a prefix: {@code s3.addressing_style}.
 */
final class ProfileFile {
  private static final int LARGEST = 1 << 20;

  private final String words;
  private final Map<String, Map<String, String>> sections = new HashMap<>();
  private Map<String, String> section = new HashMap<>();
  private boolean inSection;
  private String property = "";
  private int indent;

  private ProfileFile(String words) {
    this.words = words;
  }

  /**
   * Reads a file; without a file there are no sections.
   *
   * @throws CredentialsException if it cannot be read; the message holds nothing of its content
   */
  static Map<String, Map<String, String>> read(Path path) throws CredentialsException {
    String words = "The file " + path;
    String text;
    try (InputStream in = Files.newInputStream(path)) {
      // The size of a special file, which is generated while it is read, means nothing.
      byte[] bytes = in.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw new CredentialsException(words + " is too large for settings of AWS");
      }
      text = new String(bytes, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (CredentialsException e) {
      throw e;
    } catch (IOException e) {
      throw new CredentialsException(words + " cannot be read");
    }
    ProfileFile file = new ProfileFile(words);
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      file.line(line, number);
    }
    return file.sections;
  }

  private void line(String line, int number) throws CredentialsException {
    String content = line.strip();
    if (content.isEmpty() || content.startsWith("#") || content.startsWith(";")) {
      return;
    }
    int depth = line.indexOf(content.charAt(0));
    if (!property.isEmpty() && depth > indent) {
      more(content);
      return;
    }
    property = "";
    if (content.startsWith("[")) {
      heading(content, number);
      return;
    }
    int equals = content.indexOf('=');
    if (equals <= 0 || !inSection) {
      throw new CredentialsException(
          words + " is not as AWS writes it: line " + number + " has no setting and no section");
    }
    indent = depth;
    property = name(content, equals);
    section.put(property, value(content.substring(equals + 1)));
  }

  private void heading(String content, int number) throws CredentialsException {
    int end = content.indexOf(']');
    if (end < 0) {
      throw new CredentialsException(
          words + " is not as AWS writes it: the section in line " + number + " has no end");
    }
    String name = content.substring(1, end).strip().replaceAll("\\s+", " ");
    inSection = true;
    section = sections.computeIfAbsent(name.replace("\"", ""), key -> new HashMap<>());
  }

  /**
   * An indented line, which is a setting of a subsection. No setting used here has a value over
   * several lines.
   */
  private void more(String content) {
    int equals = content.indexOf('=');
    if (equals > 0) {
      section.put(property + "." + name(content, equals), value(content.substring(equals + 1)));
    }
  }

  private static String name(String content, int equals) {
    return content.substring(0, equals).strip().toLowerCase(Locale.ROOT);
  }

  /** The value without a trailing comment. */
  private static String value(String text) {
    return text.replaceFirst("\\s[#;].*", "").strip();
  }
}
