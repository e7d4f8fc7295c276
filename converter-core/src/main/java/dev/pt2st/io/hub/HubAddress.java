package dev.pt2st.io.hub;

import dev.pt2st.ResourceName;
import dev.pt2st.io.http.ShownAddress;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address on the Hub: {@code hf://org/model[@revision][/path]}, optionally with a leading {@code
 * models/}.
 *
 * @param repository such as {@code org/model}
 * @param revision a branch, a tag or a commit
 * @param path the path of a file or a folder in the repository; empty for the whole repository
 */
record HubAddress(String repository, String revision, String path) {
  private static final String SCHEME = "hf://";
  private static final String MAIN = "main";
  private static final int LONGEST = 4096;
  private static final List<String> OTHER_KINDS =
      List.of("datasets", "spaces", "kernels", "buckets");

  private static final Pattern NAME = Pattern.compile("\\w(?:[\\w.-]{0,94}\\w)?");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  /** Revisions that contain slashes; they are recognized before a path begins. */
  private static final Pattern LONG_REVISION =
      Pattern.compile("^(refs/(?:convert/[\\w.-]+|pr/\\d+))(?:/|$)");

  static HubAddress of(String uri) throws SourceException {
    ResourceName shown = ShownAddress.of(uri.substring(0, Math.min(uri.length(), LONGEST)));
    if (!uri.regionMatches(true, 0, SCHEME, 0, SCHEME.length()) || uri.length() > LONGEST) {
      throw refused(shown, "this is not the address of a model on the Hub: hf://org/model/file");
    }
    String text = uri.substring(SCHEME.length());
    if (text.startsWith("models/")) {
      text = text.substring("models/".length());
    }
    int slash = text.indexOf('/');
    String org = slash < 0 ? text : text.substring(0, slash);
    if (OTHER_KINDS.contains(org)) {
      throw refused(shown, "of the Hub only models are read, and no " + org);
    }
    if (slash < 0) {
      throw refused(shown, "a model on the Hub is named with its owner: hf://org/model");
    }
    String rest = text.substring(slash + 1);
    int at = rest.indexOf('@');
    int end = rest.indexOf('/');
    if (at < 0 || (end >= 0 && end < at)) {
      String model = end < 0 ? rest : rest.substring(0, end);
      return checked(shown, org + "/" + model, MAIN, end < 0 ? "" : rest.substring(end + 1));
    }
    String model = rest.substring(0, at);
    String behind = rest.substring(at + 1);
    Matcher known = LONG_REVISION.matcher(behind);
    int cut = known.find() ? known.end(1) : behind.indexOf('/');
    String revision = cut < 0 ? behind : behind.substring(0, cut);
    String path = cut < 0 || cut == behind.length() ? "" : behind.substring(cut + 1);
    return checked(shown, org + "/" + model, decoded(shown, revision), path);
  }

  private static String decoded(ResourceName shown, String revision) throws SourceException {
    try {
      return URLDecoder.decode(revision.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw refused(shown, "its revision is not encoded as addresses are");
    }
  }

  private static HubAddress checked(
      ResourceName shown, String repository, String revision, String path) throws SourceException {
    int slash = repository.indexOf('/');
    boolean named =
        NAME.matcher(repository.substring(0, slash)).matches()
            && NAME.matcher(repository.substring(slash + 1)).matches()
            && !repository.contains("--")
            && !repository.contains("..")
            && !repository.endsWith(".git");
    if (!named) {
      throw refused(shown, "the Hub has no models of such a name");
    }
    boolean revisionIsGood =
        !revision.isEmpty()
            && !revision.contains("..")
            && revision.chars().allMatch(c -> c > 0x20 && c != 0x7f);
    if (!revisionIsGood) {
      throw refused(shown, "the Hub has no revisions of such a name");
    }
    String plain = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    if (!plain.isEmpty() && !isSafe(plain)) {
      throw refused(shown, "the path does not stay within the repository");
    }
    return new HubAddress(repository, revision, plain);
  }

  /** Whether a path stays below its start on every operating system. */
  static boolean isSafe(String path) {
    if (path.isEmpty() || path.length() > LONGEST || path.contains("\\")) {
      return false;
    }
    for (String part : path.split("/", -1)) {
      boolean escapes = part.isEmpty() || part.equals(".") || part.equals("..");
      if (escapes || part.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
        return false;
      }
    }
    return !(path.length() > 1 && path.charAt(1) == ':');
  }

  static boolean isCommit(String revision) {
    return COMMIT.matcher(revision).matches();
  }

  private static SourceException refused(ResourceName shown, String what) {
    return new SourceException(shown, Reason.REFUSED, what);
  }

  HubAddress at(String otherRevision) {
    return new HubAddress(repository, otherRevision, path);
  }

  HubAddress file(String otherPath) {
    return new HubAddress(repository, revision, otherPath);
  }

  /** The name in messages. */
  ResourceName name() {
    return new ResourceName(uri());
  }

  /** The address in the form that {@link #of} accepts. */
  String uri() {
    boolean whole = !LONG_REVISION.matcher(revision).matches();
    String written = whole ? revision.replace("%", "%25").replace("/", "%2F") : revision;
    return SCHEME + repository + "@" + written + (path.isEmpty() ? "" : "/" + path);
  }
}
