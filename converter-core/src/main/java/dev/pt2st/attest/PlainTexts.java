package dev.pt2st.attest;

import java.util.List;

/** Makes texts of a checkpoint encodable in UTF-8: an unpaired surrogate becomes U+FFFD. */
final class PlainTexts {
  private static final int REPLACEMENT = 0xfffd;

  private PlainTexts() {}

  static String of(String text) {
    if (text.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
      return text;
    }
    StringBuilder plain = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.getType(c) == Character.SURROGATE ? REPLACEMENT : c)
        .forEach(plain::appendCodePoint);
    return plain.toString();
  }

  static List<String> all(List<String> texts) {
    return texts.stream().map(PlainTexts::of).toList();
  }
}
