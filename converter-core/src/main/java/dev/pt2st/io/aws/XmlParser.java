package dev.pt2st.io.aws;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the XML of {@link XmlElement} in one pass and without recursion. */
final class XmlParser {
  private static final int DEEPEST = 16;
  private static final int MOST_ELEMENTS = 100_000;
  private static final int LONGEST_REFERENCE = 10;
  private static final String DECLARATION = "<?xml";

  private final String text;
  private int at;
  private int elements;

  XmlParser(String text) {
    this.text = text;
  }

  /** An element whose end has not been read yet. */
  private record Open(String tag, StringBuilder text, List<XmlElement> children) {
    XmlElement element() {
      return new XmlElement(
          tag.substring(tag.indexOf(':') + 1), text.toString(), List.copyOf(children));
    }
  }

  XmlElement document() throws MalformedXmlException {
    if (text.startsWith("\ufeff")) {
      at++;
    }
    skipBlanks(); // a slow server sends some while it works
    if (text.startsWith(DECLARATION, at)) {
      declaration();
      skipBlanks();
    }
    XmlElement root = root();
    skipBlanks();
    if (at < text.length()) {
      throw new MalformedXmlException("there is something after its end");
    }
    return root;
  }

  private void declaration() throws MalformedXmlException {
    int end = text.indexOf("?>", at);
    if (end < 0) {
      throw new MalformedXmlException("its declaration has no end");
    }
    String declared = text.substring(at, end).replace('\'', '"');
    int encoding = declared.indexOf("encoding");
    if (encoding >= 0) {
      String value = declared.substring(encoding).replaceAll("[^\"]*\"([^\"]*)\".*", "$1");
      if (!value.equalsIgnoreCase("UTF-8")) {
        throw new MalformedXmlException("it is not in UTF-8");
      }
    }
    at = end + 2;
  }

  private XmlElement root() throws MalformedXmlException {
    Deque<Open> open = new ArrayDeque<>();
    while (true) {
      if (at >= text.length()) {
        throw new MalformedXmlException("it breaks off");
      }
      if (text.charAt(at) != '<') {
        if (open.isEmpty()) {
          throw new MalformedXmlException("it does not begin with an element");
        }
        text(open.getFirst().text());
        continue;
      }
      XmlElement complete;
      if (text.startsWith("</", at)) {
        complete = end(open);
      } else {
        complete = start(open);
      }
      if (complete == null) {
        continue;
      }
      if (open.isEmpty()) {
        return complete;
      }
      open.getFirst().children().add(complete);
    }
  }

  /** The element if it is empty; otherwise null, and the element is pushed as open. */
  private @Nullable XmlElement start(Deque<Open> open) throws MalformedXmlException {
    if (++elements > MOST_ELEMENTS) {
      throw new MalformedXmlException("it has too many elements");
    }
    at++;
    Open started = new Open(name(), new StringBuilder(), new ArrayList<>());
    attributes();
    if (text.startsWith("/>", at)) {
      at += 2;
      return started.element();
    }
    at++; // >
    if (open.size() == DEEPEST) {
      throw new MalformedXmlException("it is nested too deeply");
    }
    open.push(started);
    return null;
  }

  private XmlElement end(Deque<Open> open) throws MalformedXmlException {
    at += 2;
    String name = name();
    skipBlanks();
    if (open.isEmpty() || !open.getFirst().tag().equals(name) || !text.startsWith(">", at)) {
      throw new MalformedXmlException("its elements do not fit together");
    }
    at++;
    return open.pop().element();
  }

  private String name() throws MalformedXmlException {
    int start = at;
    while (at < text.length() && isNamePart(text.charAt(at))) {
      at++;
    }
    if (at == start) {
      throw new MalformedXmlException("it has more than elements and text");
    }
    return text.substring(start, at);
  }

  private static boolean isNamePart(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-'
        || c == '.'
        || c == ':';
  }

  /** Skips attributes, which services use only for namespaces and types. */
  private void attributes() throws MalformedXmlException {
    while (true) {
      skipBlanks();
      if (text.startsWith(">", at) || text.startsWith("/>", at)) {
        return;
      }
      name();
      skipBlanks();
      if (!text.startsWith("=", at)) {
        throw new MalformedXmlException("it has an attribute without a value");
      }
      at++;
      skipBlanks();
      char quote = at < text.length() ? text.charAt(at) : ' ';
      int end = quote == '"' || quote == '\'' ? text.indexOf(quote, at + 1) : -1;
      if (end < 0) {
        throw new MalformedXmlException("it has an attribute without a value");
      }
      at = end + 1;
    }
  }

  private void text(StringBuilder target) throws MalformedXmlException {
    while (at < text.length() && text.charAt(at) != '<') {
      char c = text.charAt(at);
      if (c == '&') {
        reference(target);
      } else {
        target.append(c);
        at++;
      }
    }
  }

  private void reference(StringBuilder target) throws MalformedXmlException {
    int end = text.indexOf(';', at);
    if (end < 0 || end - at > LONGEST_REFERENCE) {
      throw new MalformedXmlException("it has a reference without an end");
    }
    String name = text.substring(at + 1, end);
    switch (name) {
      case "amp" -> target.append('&');
      case "lt" -> target.append('<');
      case "gt" -> target.append('>');
      case "quot" -> target.append('"');
      case "apos" -> target.append('\'');
      default -> target.appendCodePoint(codePoint(name));
    }
    at = end + 1;
  }

  private static int codePoint(String name) throws MalformedXmlException {
    boolean hexadecimal = name.startsWith("#x");
    String digits = hexadecimal ? name.substring(2) : name.startsWith("#") ? name.substring(1) : "";
    if (!digits.matches("[0-9A-Fa-f]{1,7}")) {
      throw new MalformedXmlException("it has an entity");
    }
    try {
      int value = Integer.parseInt(digits, hexadecimal ? 16 : 10);
      if (Character.isValidCodePoint(value)
          && (value < Character.MIN_SURROGATE || value > Character.MAX_SURROGATE)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // There are letters in a decimal number.
    }
    throw new MalformedXmlException("it has a reference to no character");
  }

  private void skipBlanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }
}
