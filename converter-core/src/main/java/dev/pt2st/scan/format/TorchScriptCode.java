package dev.pt2st.scan.format;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Analyses the code of a TorchScript archive that runs when the archive is loaded. {@code
 * torch.load} gives such an archive to {@code torch.jit.load}, which calls {@code __setstate__} of
 * each module that has one (torch/csrc/jit/serialization/import.cpp), and TorchScript can write
 * files ({@code aten::save}). Modules of PyTorch itself have that method if they are quantized: it
 * repacks their weights.
 *
 * <p>So everything that such a method calls must be on a list. Methods of the same object are
 * followed. The methods of operators count as called, since the types of values are not inferred.
 * Code that is not formatted as PyTorch prints it (torch/csrc/jit/serialization/python_print.cpp)
 * is not followed at all.
 */
public final class TorchScriptCode {
  private static final String SET_STATE = "__setstate__";

  /** Methods that loading does not call; {@code __init__} runs only when code creates an object. */
  private static final Set<String> NOT_CALLED = Set.of("__init__", "__getstate__");

  /** Keywords that may precede parentheses. */
  private static final Set<String> WORDS =
      Set.of("if", "elif", "while", "for", "in", "not", "and", "or", "is", "return", "assert");

  /** Functions that only compute, or that abort the load. */
  private static final Set<String> HARMLESS =
      Set.of(
          "annotate",
          "getattr",
          "isinstance",
          "len",
          "ops.prim.RaiseException",
          "ops.prim.data",
          "ops.prim.device",
          "ops.prim.dtype",
          "print",
          "range",
          "torch.__contains__",
          "torch.__is__",
          "torch.__isnot__",
          "torch.__not__",
          "torch.add",
          "torch.append",
          "torch.eq",
          "torch.extend",
          "torch.format",
          "torch.ge",
          "torch.gt",
          "torch.le",
          "torch.len",
          "torch.lt",
          "torch.mul",
          "torch.ne",
          "torch.size",
          "torch.sub",
          "torch.to",
          "unchecked_cast",
          "uninitialized");

  /** Operators that pack and unpack the weights of quantized modules, or compute with them. */
  private static final Pattern QUANTIZED = Pattern.compile("ops\\.quantized\\.\\w+");

  private static final Pattern DEFINITION =
      Pattern.compile("(?m)^ *(?:(class) ([A-Za-z_]\\w*)[(:]|def ([A-Za-z_]\\w*)\\()");
  private static final Pattern STRUCTURE = Pattern.compile("\\b(?:def|class|with|lambda)\\b");
  private static final Pattern OPERATOR = Pattern.compile("__\\w+__");
  private static final Pattern OWN = Pattern.compile("self\\.(\\w+)");

  /**
   * Code that could give a listed name another meaning, or hide whose method is called: a name that
   * is assigned or passed on, and blanks around a dot.
   */
  private static final Pattern TWISTED =
      Pattern.compile(
          "(?<![\\w.])(?:annotate|getattr|isinstance|len|print|range|unchecked_cast|uninitialized)"
              + "\\b(?!\\()"
              + "|(?<![\\w.])(?:torch|ops)\\b(?!\\.)"
              + "|(?<![\\w.])(?<!getattr\\()self\\b(?![.):])"
              + "|\\s\\.|(?:[A-Za-z_]\\w*|[)\\]\"])\\.\\s"
              + "|[^\\x20-\\x7e\\n]|[\\\\@;]");

  /**
   * A method, or a function outside of classes.
   *
   * @param owner the file and the class that contain it
   * @param body the code, beginning with the parameters
   */
  private record Method(String owner, String name, String body) {}

  private final List<Method> methods = new ArrayList<>();
  private int files;
  private boolean hasSetState;
  private boolean isOdd;

  /** Adds the code of one file. */
  public void add(String code) {
    files++;
    hasSetState |= code.contains(SET_STATE);
    String plain = withoutTexts(code);
    if (plain == null || TWISTED.matcher(plain).find() || !addMethods(plain)) {
      isOdd = true;
    }
  }

  /** Adds a file that could not be read whole. */
  public void addUnread() {
    hasSetState = true;
    isOdd = true;
  }

  /** A call during loading that is not known to be harmless; null if there is none. */
  public @Nullable String program() {
    if (!hasSetState) {
      return null;
    }
    if (isOdd) {
      return "TorchScript of this archive runs when it is loaded (__setstate__), and is not laid out"
          + " as PyTorch writes it";
    }
    String call = call();
    return call == null
        ? null
        : "TorchScript of this archive runs when it is loaded (__setstate__) and calls " + call;
  }

  private @Nullable String call() {
    Map<String, Method> byName = new HashMap<>();
    Deque<Method> called = new ArrayDeque<>();
    for (Method method : methods) {
      if (byName.put(key(method.owner(), method.name()), method) != null) {
        return "one of two methods of the name " + method.name();
      }
      if (OPERATOR.matcher(method.name()).matches() && !NOT_CALLED.contains(method.name())) {
        called.add(method);
      }
    }
    Set<Method> seen = new HashSet<>(called);
    while (!called.isEmpty()) {
      Method method = called.remove();
      if (!isOwn(method)) {
        return "a method of another class than its own: " + method.name();
      }
      for (String callee : callees(method.body())) {
        Matcher own = OWN.matcher(callee);
        Method next = own.matches() ? byName.get(key(method.owner(), own.group(1))) : null;
        if (next != null) {
          if (seen.add(next)) {
            called.add(next);
          }
        } else if (!HARMLESS.contains(callee) && !QUANTIZED.matcher(callee).matches()) {
          return callee;
        }
      }
    }
    return null;
  }

  /** Whether its first parameter is an object of its class, named {@code self}. */
  private static boolean isOwn(Method method) {
    String owner = method.owner().substring(method.owner().indexOf(' ') + 1);
    return Pattern.compile("self(?:: (?:[\\w.]*\\.)?" + owner + ")?[,)]")
        .matcher(method.body())
        .lookingAt();
  }

  private static String key(String owner, String name) {
    return owner + ' ' + name;
  }

  /** The functions called in a body: the text before each opening parenthesis. */
  private static List<String> callees(String printed) {
    // PyTorch prints parentheses around a value whose attribute is accessed.
    String body = printed.replace("(self)", "self");
    List<String> callees = new ArrayList<>();
    for (int at = body.indexOf('('); at >= 0; at = body.indexOf('(', at + 1)) {
      int end = at;
      while (end > 0 && Character.isWhitespace(body.charAt(end - 1))) {
        end--;
      }
      int start = end;
      while (start > 0 && isOfName(body.charAt(start - 1))) {
        start--;
      }
      String callee = body.substring(start, end);
      if (callee.isEmpty()) {
        if (end > 0 && ")]\"".indexOf(body.charAt(end - 1)) >= 0) {
          callees.add("what an expression gives");
        }
      } else if (!WORDS.contains(callee)) {
        callees.add(callee);
      }
    }
    return callees;
  }

  private static boolean isOfName(char next) {
    return next == '.' || next == '_' || Character.isLetterOrDigit(next);
  }

  /** Splits code into its methods; false if it is not formatted as PyTorch prints it. */
  private boolean addMethods(String code) {
    Matcher definition = DEFINITION.matcher(code);
    String owner = files + " ";
    String name = null;
    int start = 0;
    int count = 0;
    while (definition.find()) {
      if (name != null) {
        methods.add(new Method(owner, name, code.substring(start, definition.start())));
      }
      count++;
      boolean isClass = definition.group(1) != null;
      boolean isMember = definition.group().startsWith("  def ");
      boolean isTop = !definition.group().startsWith(" ");
      if (!isTop && !isMember) {
        return false;
      }
      if (isTop) {
        owner = files + " " + (isClass ? definition.group(2) : "");
      }
      name = definition.group(3);
      start = definition.end();
    }
    if (name != null) {
      methods.add(new Method(owner, name, code.substring(start)));
    }
    return STRUCTURE.matcher(code).results().count() == count;
  }

  /**
   * The code with empty strings and without comments; null if it has anything that PyTorch does not
   * print, such as strings over several lines.
   */
  private static @Nullable String withoutTexts(String code) {
    StringBuilder plain = new StringBuilder(code.length());
    for (int at = 0; at < code.length(); at++) {
      char next = code.charAt(at);
      switch (next) {
        case '"', '\'' -> {
          int end = endOfText(code, at);
          if (end < 0) {
            return null;
          }
          plain.append("\"\"");
          at = end;
        }
        case '#' -> {
          int end = code.indexOf('\n', at);
          at = (end < 0 ? code.length() : end) - 1;
        }
        default -> plain.append(next);
      }
    }
    return plain.toString();
  }

  private static int endOfText(String code, int start) {
    char quote = code.charAt(start);
    if (code.startsWith(String.valueOf(quote).repeat(3), start)) {
      return -1;
    }
    for (int at = start + 1; at < code.length(); at++) {
      char next = code.charAt(at);
      if (next == quote) {
        return at;
      }
      if (next == '\n') {
        return -1;
      }
      if (next == '\\') {
        at++;
      }
    }
    return -1;
  }
}
