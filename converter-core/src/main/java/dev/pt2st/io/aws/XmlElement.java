package dev.pt2st.io.aws;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An element of an XML response. AWS services send only elements with text or with other elements.
 *
 * <p>It is read by our own parser, as the JDK's would add 11 MB to the runtime image. Ours supports
 * neither document types nor entities other than the five predefined ones, so no document can make
 * it fetch or expand anything.
 *
 * @param name without the prefix of its namespace
 * @param text all text in it that is in no other element
 * @param children in their order
 */
public record XmlElement(String name, String text, List<XmlElement> children) {
  /**
   * Reads a document.
   *
   * @throws MalformedXmlException if it is not XML, is not in UTF-8, is nested too deeply, or has
   *     unsupported constructs
   */
  public static XmlElement parse(byte[] document) throws MalformedXmlException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(document)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedXmlException("it is not in UTF-8");
    }
    return new XmlParser(text).document();
  }

  /** All children with a name. */
  public Stream<XmlElement> all(String child) {
    return children.stream().filter(element -> element.name.equals(child));
  }

  /** The text of the first child with a name. */
  public Optional<String> textOf(String child) {
    return all(child).map(XmlElement::text).findFirst();
  }

  /** The first child with a name. */
  public Optional<XmlElement> child(String child) {
    return all(child).findFirst();
  }
}
