package dev.pt2st.io.aws;

import java.util.Optional;
import java.util.regex.Pattern;

/** The error in a response of an AWS service. */
public final class AwsError {
  private static final Pattern CODE = Pattern.compile("[A-Za-z][A-Za-z0-9.]{0,63}");

  private AwsError() {}

  /**
   * The code in the body of a response, such as {@code NoSuchKey}; empty if there is none. The
   * message next to it is not used, as it may contain what was signed.
   */
  public static String code(byte[] body) {
    return error(body).flatMap(error -> error.textOf("Code")).filter(AwsError::isCode).orElse("");
  }

  /**
   * Another text in the body, such as the {@code Region} of a bucket. It is the server's text and
   * not trusted.
   */
  public static Optional<String> detail(byte[] body, String name) {
    return error(body).flatMap(error -> error.textOf(name));
  }

  private static boolean isCode(String text) {
    return CODE.matcher(text).matches();
  }

  private static Optional<XmlElement> error(byte[] body) {
    try {
      XmlElement root = XmlElement.parse(body);
      return root.name().equals("Error") ? Optional.of(root) : root.child("Error");
    } catch (MalformedXmlException e) {
      return Optional.empty();
    }
  }
}
