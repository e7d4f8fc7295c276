package dev.pt2st.attest;

import java.util.Locale;

/** Enum constants as words of a statement: {@code EVERY_ELEMENT} is {@code everyElement}. */
final class Words {
  private Words() {}

  static String of(Enum<?> constant) {
    String[] words = constant.name().toLowerCase(Locale.ROOT).split("_", -1);
    StringBuilder word = new StringBuilder(words[0]);
    for (int i = 1; i < words.length; i++) {
      word.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
    }
    return word.toString();
  }
}
