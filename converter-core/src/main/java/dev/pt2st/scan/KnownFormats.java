package dev.pt2st.scan;

import dev.pt2st.io.MappedFile;
import dev.pt2st.io.PlainText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Files that hold no pickle, or of which that cannot be said: told by their first bytes. */
final class KnownFormats {
  /**
   * One format.
   *
   * @param magic its first bytes, each as one character
   * @param at where they stand
   * @param kind what it is, in words
   * @param why why nothing can be said of what is in it; null where no pickle is in it
   */
  private record Format(String magic, int at, String kind, @Nullable String why) {
    boolean matches(String start) {
      return start.startsWith(magic, at);
    }
  }

  private static final String DATABASE =
      "databases are not read; the values of a shelf (shelve) are pickles";

  private static final List<Format> FORMATS =
      List.of(
          harmless("GGUF", "GGUF"),
          harmless("\u0089PNG\r\n\u001a\n", "PNG image"),
          harmless("\u00ff\u00d8\u00ff", "JPEG image"),
          harmless("GIF8", "GIF image"),
          harmless("BM", "BMP image"),
          harmless("II*\0", "TIFF image"),
          harmless("MM\0*", "TIFF image"),
          harmless("\0\0\1\0", "icon"),
          harmless("%PDF-", "PDF"),
          harmless("OggS", "Ogg media"),
          harmless("fLaC", "FLAC audio"),
          harmless("ID3", "MP3 audio"),
          harmless("PAR1", "Parquet file"),
          harmless("ARROW1", "Arrow file"),
          harmless("wOFF", "font"),
          harmless("wOF2", "font"),
          harmless("RIFF", "RIFF media"),
          new Format("ftyp", 4, "MP4 media", null),
          new Format("TFL3", 4, "TensorFlow Lite model", null),
          opaque(
              "\u0089HDF\r\n\u001a\n",
              "HDF5 file",
              "HDF5 is not read; a Keras model in it may hold Python code (Lambda layers)"),
          opaque("(\u00b5/\u00fd", "zstd data", "it is compressed with zstd, which is not read"),
          opaque("\4\"M\u0018", "LZ4 data", "it is compressed with LZ4, which is not read"),
          opaque("]\0", "LZMA data", "it is compressed with LZMA, which is not read"),
          opaque("Rar!\u001a\7", "RAR archive", "RAR archives are not read"),
          opaque("ZF", "old joblib file", "compressed files of old joblib are not read"),
          opaque(
              "\u00ac\u00ed\0\5",
              "Java serialization",
              "it holds serialized Java objects, which can run code when they are read"),
          opaque("SQLite format 3\0", "SQLite database", "databases are not read"),
          opaque("\u00ce\u009aW\u0013", "gdbm database", DATABASE),
          opaque("\u00cd\u009aW\u0013", "gdbm database", DATABASE),
          opaque("\u00cf\u009aW\u0013", "gdbm database", DATABASE),
          opaque("\u0013W\u009a\u00ce", "gdbm database", DATABASE),
          opaque("\u0013W\u009a\u00cd", "gdbm database", DATABASE),
          opaque("\u0013W\u009a\u00cf", "gdbm database", DATABASE),
          opaque("\0\6\25a", "Berkeley DB database", DATABASE),
          opaque("a\25\6\0", "Berkeley DB database", DATABASE),
          new Format("a\25\6\0", 12, "Berkeley DB database", DATABASE),
          new Format("\0\6\25a", 12, "Berkeley DB database", DATABASE),
          new Format("b1\5\0", 12, "Berkeley DB database", DATABASE),
          new Format("\0\0051b", 12, "Berkeley DB database", DATABASE));

  /** Names that promise a checkpoint. */
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

  private KnownFormats() {}

  private static Format harmless(String magic, String kind) {
    return new Format(magic, 0, kind, null);
  }

  private static Format opaque(String magic, String kind, String why) {
    return new Format(magic, 0, kind, why);
  }

  /**
   * What a content is.
   *
   * @param kind in words
   * @param rule the rule that it breaks; null if it breaks none
   * @param why what is to be said about that
   * @param certainty how it was told
   */
  record Known(String kind, @Nullable Rule rule, String why, Certainty certainty) {
    static Known harmless(String kind, Certainty certainty) {
      return new Known(kind, null, "", certainty);
    }
  }

  /** How a content was told. */
  enum Certainty {
    /** Its first bytes are those of a format in which no pickle is. */
    TOLD_BY_MAGIC,
    /** It is of a format that is not read, and loaders that read it find pickles or code in it. */
    NOT_READ,
    /** All of it is text. */
    TEXT,
    /** It is of no format that is known. */
    UNRECOGNIZED
  }

  /**
   * Tells what a content is in which no pickle was found.
   *
   * @param first its first bytes
   * @param name the name it goes by, which may promise a checkpoint
   */
  static Known tell(MappedFile content, byte[] first, String name) {
    boolean promised = promisesCheckpoint(name);
    if (content.size() == 0) {
      return promised
          ? wrong("empty", "the file is empty")
          : Known.harmless("empty", Certainty.TOLD_BY_MAGIC);
    }
    String start = new String(first, StandardCharsets.ISO_8859_1);
    for (Format format : FORMATS) {
      if (format.matches(start)) {
        return format.why == null
            ? Known.harmless(format.kind, Certainty.TOLD_BY_MAGIC)
            : new Known(format.kind, Rule.NOT_LOOKED_INTO, format.why, Certainty.NOT_READ);
      }
    }
    if (!PlainText.isText(first) || !PlainText.isTextToEnd(content)) {
      return Known.harmless("unrecognized data", Certainty.UNRECOGNIZED);
    }
    String text = start.stripLeading().toLowerCase(Locale.ROOT);
    if (promised && (text.startsWith("<!doctype html") || text.startsWith("<html"))) {
      return wrong("HTML page", "this is an HTML page, not a checkpoint");
    }
    if (promised && text.startsWith("version https://git-lfs.")) {
      return wrong("Git LFS pointer", "this is a Git LFS pointer, not the checkpoint itself");
    }
    return Known.harmless("text", Certainty.TEXT);
  }

  private static Known wrong(String kind, String why) {
    return new Known(kind, Rule.WRONG_CONTENT, why, Certainty.TOLD_BY_MAGIC);
  }

  private static boolean promisesCheckpoint(String name) {
    int dot = name.lastIndexOf('.');
    return CHECKPOINT_ENDINGS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }
}
