package dev.pt2st.scan;

import dev.pt2st.io.MappedFile;
import dev.pt2st.io.PlainText;
import dev.pt2st.scan.format.KnownFormat;
import dev.pt2st.scan.format.Structure;
import dev.pt2st.scan.format.UnreadFormat;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a content is if no reader of pickles or archives found anything in it.
 *
 * @param kind what it is, in words
 * @param rule the rule that it breaks; null if it breaks none
 * @param why the message of the finding
 * @param search how far it must still be searched
 */
record FormatAssessment(String kind, @Nullable Rule rule, String why, Search search) {
  /** How far a recognized content must still be searched. */
  enum Search {
    /** The structure of its format accounts for every byte. */
    NONE,
    /** It is text and is searched as such. */
    TEXT,
    /** All its bytes are searched. */
    ALL
  }

  /** File name extensions that promise a checkpoint. */
  private static final Set<String> CHECKPOINT_ENDINGS =
      Set.of(
          "pt",
          "pth",
          "ckpt",
          "bin",
          "pkl",
          "pickle",
          "pt2",
          "ptl",
          "joblib",
          "dill",
          "npy",
          "npz",
          "safetensors",
          "gguf",
          "t7");

  /**
   * Assesses a content.
   *
   * @param first its first bytes
   * @param name its name, which may promise a checkpoint
   */
  static FormatAssessment of(MappedFile content, byte[] first, String name) {
    boolean promised = promisesCheckpoint(name);
    if (content.size() == 0) {
      return promised ? wrong("empty", "the file is empty") : sound("empty", Search.NONE);
    }
    UnreadFormat unread = UnreadFormat.of(first);
    if (unread != null) {
      return notRead(unread.kind(), unread.why());
    }
    KnownFormat.Recognition known = KnownFormat.of(content);
    if (known != null && known.program() != null) {
      return notRead(known.format().kind(), known.program());
    }
    if (known != null && known.structure() != Structure.BROKEN) {
      return sound(
          known.format().kind(), known.structure() == Structure.WHOLE ? Search.NONE : Search.ALL);
    }
    if (!PlainText.isText(first) || !PlainText.isTextToEnd(content)) {
      return unrecognized(known == null ? null : known.format().kind());
    }
    String text = new String(first, StandardCharsets.ISO_8859_1).stripLeading();
    String start = text.toLowerCase(Locale.ROOT);
    if (promised && (start.startsWith("<!doctype html") || start.startsWith("<html"))) {
      return wrong("HTML page", "this is an HTML page, not a checkpoint");
    }
    if (promised && start.startsWith("version https://git-lfs.")) {
      return wrong("Git LFS pointer", "this is a Git LFS pointer, not the checkpoint itself");
    }
    return sound("text", Search.TEXT);
  }

  private static FormatAssessment sound(String kind, Search search) {
    return new FormatAssessment(kind, null, "", search);
  }

  private static FormatAssessment notRead(String kind, String why) {
    return new FormatAssessment(kind, Rule.NOT_LOOKED_INTO, why, Search.ALL);
  }

  private static FormatAssessment wrong(String kind, String why) {
    return new FormatAssessment(kind, Rule.WRONG_CONTENT, why, Search.TEXT);
  }

  /**
   * Bytes of no known format.
   *
   * @param begins the format whose magic number they begin with; null if none
   */
  static FormatAssessment unrecognized(@Nullable String begins) {
    return begins == null
        ? new FormatAssessment(
            "unrecognized data",
            Rule.UNRECOGNIZED_BYTES,
            "bytes of no known format, in which nothing was found that runs code",
            Search.ALL)
        : new FormatAssessment(
            "begins as " + withArticle(begins),
            Rule.UNRECOGNIZED_BYTES,
            "it begins as "
                + withArticle(begins)
                + ", but is not such a file to its end; nothing was found in it that runs code",
            Search.ALL);
  }

  private static String withArticle(String kind) {
    boolean isVowel =
        "AEIOaeio".indexOf(kind.charAt(0)) >= 0 || kind.startsWith("MP") || kind.startsWith("R ");
    return (isVowel ? "an " : "a ") + kind;
  }

  private static boolean promisesCheckpoint(String name) {
    int dot = name.lastIndexOf('.');
    return CHECKPOINT_ENDINGS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }
}
