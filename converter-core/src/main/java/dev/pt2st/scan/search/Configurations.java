package dev.pt2st.scan.search;

import dev.pt2st.LimitException;
import dev.pt2st.Place;
import dev.pt2st.io.MappedFile;
import dev.pt2st.torch.DangerousGlobals;
import dev.pt2st.work.Deadline;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds texts in YAML, or in JSON, which is a subset of it, that name what is imported or called
 * when a model is loaded. This is not a parser: a key counts however it is quoted, and a value
 * counts as harmless only if it is written plainly.
 */
public final class Configurations {
  /** How many bytes of a text are searched if its name is not special. */
  private static final int SEARCHED = 1 << 20;

  /** How many bytes of a text are searched if a loader looks for its name. */
  private static final int MOST_SEARCHED = 64 << 20;

  private static final String MLFLOW_MODEL = "mlmodel";
  private static final String NEMO_CONFIGURATION = "model_config.yaml";

  /** An escape in a string that may represent a letter or, at the end of a line, nothing. */
  private static final Pattern ESCAPE =
      Pattern.compile(
          "\\\\(?:x([0-9a-fA-F]{2})|u00([0-9a-fA-F]{2})|U000000([0-9a-fA-F]{2})|\\R[ \\t]*+)");

  /** The UTF-8 bytes that may follow a backslash that {@link #ESCAPE} matches. */
  private static final String LETTER_ESCAPES = "xuU\r\n\u000b\f\u00c2\u00e2";

  private static final int HEX = 16;

  private static final String COLON = "[\"']?(?:\\s|#.*+)*+:";

  /** A key at the start of a line or in a flow mapping, optionally with an anchor or a tag. */
  private static final String KEY =
      "(?m)(?:^[^\\S\\r\\n]*+|[{\\[,]\\s*+)(?:[-?]\\s++)*+(?:[&!]\\S*+\\s++)*+[\"']?";

  /**
   * The end of a plain value: the end of a flow, or of a line that is the last one or is followed
   * by a key.
   */
  private static final String END =
      "(?=[ \\t]*+(?:[,}\\]]|(?:#.*+)?(?:\\z|\\R(?:\\s*+\\z|\\s*+[}\\]]|.*:|\\s*+[-#]))))";

  private static final Pattern FLAVORS = Pattern.compile(KEY + "flavors" + COLON);

  private static final Pattern FLAVORS_AT_TOP =
      Pattern.compile("(?m)^(?:---\\s++)?(?:[&!?]\\S*+\\s++)*+[\"']?flavors" + COLON);

  /** An MLflow model with code of its own, or with a loader that is not MLflow's. */
  private static final Pattern MLFLOW_CODE =
      Pattern.compile(
          KEY
              + "(?:(?:code|model_code_path)"
              + COLON
              + "(?!\\s*+(?:null|~|''|\"\")"
              + END
              + ")|loader_module"
              + COLON
              + "(?!\\s*+([\"']?)mlflow(?:\\.\\w++)*+\\1"
              + END
              + "))");

  /** An alias or a merge key, either of which can hide a key. */
  private static final Pattern ALIAS = Pattern.compile("\\*[^\\s,\\[\\]{}]++\\s*+:|<<\\s*+:");

  private static final Pattern TARGET = Pattern.compile("_target_" + COLON + "\\s*+");

  /** NeMo imports these as well. */
  private static final Pattern NEMO_TARGET =
      Pattern.compile(KEY + "(?:_?target_?|cls)" + COLON + "\\s*+");

  /** A class of which NeMo itself builds its models. */
  private static final Pattern OWN_CLASS =
      Pattern.compile(
          "([\"']?)((?:nemo|torch|pytorch_lightning|lightning)(?:\\.\\w++)++)\\1" + END);

  private static final Pattern NAME = Pattern.compile("[\\w.]++");

  private Configurations() {}

  /**
   * Why a text describes a model that runs code when it is loaded; null if it does not.
   *
   * @param isMember whether it is in an archive
   * @param deadline the deadline of the file that contains it
   * @throws LimitException if it takes too long
   */
  static @Nullable String programOf(MappedFile content, boolean isMember, Deadline deadline)
      throws LimitException {
    try {
      return timedProgramOf(content, isMember, deadline);
    } catch (TimedText.TooLong e) {
      throw e.problem();
    }
  }

  private static @Nullable String timedProgramOf(
      MappedFile content, boolean isMember, Deadline deadline) {
    String name = fileName(content.name().toString());
    boolean isMlflow = name.equals(MLFLOW_MODEL);
    boolean isConfiguration =
        isMember && (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"));
    int searched = isMlflow || isConfiguration ? MOST_SEARCHED : SEARCHED;
    byte[] bytes = content.start(0, searched);
    if (!isMlflow && !isConfiguration && !mayHaveFlavors(bytes)) {
      return null;
    }
    Place place = Place.of(content.name());
    TimedText text =
        new TimedText(plain(new String(bytes, StandardCharsets.UTF_8)), deadline, place);
    boolean isCut = content.size() > searched;
    if (isMlflow && (isCut || ALIAS.matcher(text).find())) {
      return "this is a model of MLflow that is not read to its end or has hidden keys, and may run"
          + " Python code beside it";
    }
    if ((isMlflow || hasFlavors(text)) && MLFLOW_CODE.matcher(text).find()) {
      return "this is a model of MLflow, whose loading runs Python code beside it";
    }
    return isConfiguration ? calledBy(text, name.equals(NEMO_CONFIGURATION)) : null;
  }

  /**
   * The name of a content in its folder or archive, in lower case. Trailing slashes are removed, as
   * when a tar is extracted.
   */
  private static String fileName(String path) {
    int end = path.length();
    while (end > 0 && path.charAt(end - 1) == '/') {
      end--;
    }
    int start = Math.max(path.lastIndexOf('/', end - 1), path.lastIndexOf('!', end - 1)) + 1;
    return path.substring(start, end).toLowerCase(Locale.ROOT);
  }

  /**
   * Whether NeMo takes a tar member of this name for the configuration of its model. A link of this
   * name may lead to a text of any other name.
   */
  public static boolean isOfNemo(String path) {
    return fileName(path).equals(NEMO_CONFIGURATION);
  }

  /** Whether {@link #hasFlavors} is needed: most texts have neither the key nor an escape. */
  private static boolean mayHaveFlavors(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return text.contains("flavors") || hasEscape(text);
  }

  private static boolean hasEscape(String text) {
    for (int at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', at + 1)) {
      if (at + 1 < text.length() && LETTER_ESCAPES.indexOf(text.charAt(at + 1)) >= 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a text of another name would be an MLflow model. Source code that mentions one has the
   * key elsewhere.
   */
  private static boolean hasFlavors(TimedText text) {
    return text.toString().contains("flavors")
        && (text.toString().stripLeading().startsWith("{")
            ? FLAVORS.matcher(text).find()
            : FLAVORS_AT_TOP.matcher(text).find());
  }

  private static @Nullable String calledBy(TimedText text, boolean isNemo) {
    if (isNemo && ALIAS.matcher(text).find()) {
      return "this configuration of NeMo has hidden keys, and may name what is called";
    }
    Matcher target = isNemo ? NEMO_TARGET.matcher(text) : TARGET.matcher(text);
    while (target.find()) {
      Matcher own = OWN_CLASS.matcher(text).region(target.end(), text.length());
      own.useTransparentBounds(true);
      if (own.lookingAt() && isClass(own.group(2)) && DangerousGlobals.find(own.group(2)) == null) {
        continue;
      }
      return "this configuration names what is called when the model is loaded ("
          + shown(text, target.end())
          + "), which is not of the library itself";
    }
    return null;
  }

  private static boolean isClass(String name) {
    char first = name.charAt(name.lastIndexOf('.') + 1);
    return first >= 'A' && first <= 'Z';
  }

  private static String shown(TimedText text, int at) {
    Matcher name = NAME.matcher(text).region(Math.min(text.length(), at), text.length());
    return name.lookingAt() ? "_target_: " + name.group() : "_target_";
  }

  /** A text with escapes of letters resolved and without a byte order mark. */
  private static String plain(String marked) {
    String text = marked.startsWith("\ufeff") ? marked.substring(1) : marked;
    if (text.indexOf('\\') < 0) {
      return text;
    }
    return ESCAPE
        .matcher(text)
        .replaceAll(escape -> {
          for (int i = 1; i <= escape.groupCount(); i++) {
            if (escape.group(i) != null) {
              char c = (char) Integer.parseInt(escape.group(i), HEX);
              // A quote or line end from an escape does not end a string.
              return Character.isLetter(c) || c == '_' ? String.valueOf(c) : " ";
            }
          }
          return "";
        });
  }
}
