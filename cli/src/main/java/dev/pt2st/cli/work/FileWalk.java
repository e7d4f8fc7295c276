package dev.pt2st.cli.work;

import dev.pt2st.cli.input.Inputs;
import dev.pt2st.cli.input.Location;
import dev.pt2st.cli.report.Failure;
import dev.pt2st.io.spill.SortedDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Iterates over every file that the arguments of a command name: files, all files below directories
 * in the order of their names, patterns that the shell has not expanded, addresses with all files
 * below them, and the lines of standard input for {@code -}. Local files are not collected, so a
 * million files take no memory.
 *
 * <p>Links are followed, since a loader follows them. If every file counts, each linked directory
 * outside the walked ones is walked once. If files are selected by path, a directory is walked
 * again unless everything below it was already returned.
 */
public final class FileWalk implements AutoCloseable {
  private static final String STDIN = "-";

  /** How many directories may be walked again for one argument, as branching links never end. */
  private static final int MOST_REPEATED = 1 << 14;

  /** How often a directory may be below itself: a link may lead back to it. */
  private static final int MOST_BELOW_ITSELF = 2;

  /**
   * A result of the walk.
   *
   * @param location the location of a file, or of what could not be read
   * @param name the path of the file relative to the directory in the argument, with slashes; for a
   *     file named itself, its file name
   * @param problem why it could not be read; null for a file
   */
  public record Found(Location location, String name, @Nullable String problem) {
    private static Found file(Path path, String name) {
      return new Found(new Location.OnDisk(path), name, null);
    }

    private static Found problem(Path path, String problem) {
      return problem(new Location.OnDisk(path), problem);
    }

    private static Found problem(Location location, String problem) {
      return new Found(location, location.toString(), problem);
    }
  }

  /** A directory on the way down. */
  private static final class Level {
    /** The directory that an argument names. */
    final Path top;

    final Path directory;
    final Path real;
    final SortedDirectory entries;

    /** Which files count; null if all do. */
    final @Nullable PathMatcher pattern;

    /** Whether everything below it was returned. */
    boolean whole = true;

    Level(Path top, Path directory, Path real, @Nullable PathMatcher pattern) {
      this.top = top;
      this.directory = directory;
      this.real = real;
      this.entries = new SortedDirectory(directory);
      this.pattern = pattern;
    }
  }

  private final Iterator<String> arguments;
  private final Inputs inputs;
  private final InputStream in;
  private final Charset charset;
  private final Predicate<String> wanted;
  private final boolean wantsAll;
  private final ArrayDeque<Level> open = new ArrayDeque<>();

  /**
   * If every file counts, the real paths of the directory of the current argument and of linked
   * directories. Otherwise the real paths of all directories that were returned completely.
   */
  private final Set<Path> walked = new HashSet<>();

  /** Directories that were walked, perhaps incompletely. */
  private final Set<Path> seen = new HashSet<>();

  /** The remaining files of the current address. */
  private Iterator<Inputs.Listed> listed = Collections.emptyIterator();

  private int repeated;
  private long leftOut;

  private @Nullable BufferedReader lines;

  /** The current pattern, as long as nothing matches it; else null. */
  private @Nullable String pattern;

  /** A problem with the list on standard input that was not returned yet. */
  private @Nullable String listProblem;

  /** A walk over every file. */
  public FileWalk(List<String> arguments, Inputs inputs, InputStream in, Charset charset) {
    this(arguments, inputs, in, charset, null);
  }

  /**
   * @param arguments paths, patterns, addresses and {@code -}
   * @param inputs lists the files below an address
   * @param in standard input
   * @param charset the charset of its lines
   * @param wanted decides by name whether a file counts; null if all do
   */
  public FileWalk(
      List<String> arguments,
      Inputs inputs,
      InputStream in,
      Charset charset,
      @Nullable Predicate<String> wanted) {
    this.arguments = arguments.iterator();
    this.inputs = inputs;
    this.in = in;
    this.charset = charset;
    this.wanted = wanted == null ? name -> true : wanted;
    this.wantsAll = wanted == null;
  }

  /** How many files were left out so far. */
  public long leftOut() {
    return leftOut;
  }

  /** The next one; null at the end. */
  public @Nullable Found next() {
    while (true) {
      while (listed.hasNext()) {
        Inputs.Listed file = listed.next();
        Found found = wanted(new Found(file.address(), file.name(), null));
        if (found != null) {
          return found;
        }
      }
      Level level = open.peek();
      if (level != null) {
        Found found = nextIn(level);
        if (found != null) {
          return found;
        }
        continue;
      }
      if (pattern != null) {
        String unmatched = pattern;
        pattern = null;
        return noMatch(unmatched);
      }
      String argument = nextArgument();
      if (listProblem != null) {
        Found found = Found.problem(Path.of(STDIN), listProblem);
        listProblem = null;
        return found;
      }
      if (argument == null) {
        return null;
      }
      Found found = begin(argument);
      if (found != null) {
        return found;
      }
    }
  }

  private static Found noMatch(String pattern) {
    try {
      return Found.problem(Path.of(pattern), "no file matches this pattern");
    } catch (InvalidPathException e) {
      return Found.problem(Path.of("?"), "no file matches this pattern: " + pattern);
    }
  }

  private @Nullable String nextArgument() {
    String line = nextLine();
    while (line == null && listProblem == null && arguments.hasNext()) {
      String argument = arguments.next();
      if (!argument.equals(STDIN)) {
        return argument;
      }
      lines = new BufferedReader(new InputStreamReader(in, charset));
      line = nextLine();
    }
    return line;
  }

  private @Nullable String nextLine() {
    try {
      String line = lines == null ? null : lines.readLine();
      while (line != null && line.isEmpty()) {
        line = lines == null ? null : lines.readLine();
      }
      if (line == null) {
        lines = null;
      }
      return line;
    } catch (IOException e) {
      lines = null;
      listProblem = "the list on standard input cannot be read";
      return null;
    }
  }

  /** Starts an argument: returns its file, or begins to walk its directory. */
  private @Nullable Found begin(String argument) {
    walked.clear(); // an earlier pattern did not walk everything
    seen.clear();
    repeated = 0;
    pattern = null;
    Path path;
    try {
      if (Location.of(argument) instanceof Location.Address address) {
        return begin(address);
      }
      path = Path.of(argument);
    } catch (InvalidPathException e) {
      return pattern(argument);
    }
    if (Files.isDirectory(path)) {
      return enter(path, path, null, true);
    }
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
        ? wanted(Found.file(path, String.valueOf(path.getFileName())))
        : pattern(argument);
  }

  /** Starts an address: its files are returned from now on. */
  private @Nullable Found begin(Location.Address address) {
    try {
      listed = inputs.list(address).iterator();
      return listed.hasNext() ? null : Found.problem(address, "there is no file below it");
    } catch (IOException e) {
      return Found.problem(address, Failure.reason(e));
    }
  }

  /** Returns a file if it is wanted; otherwise counts it and returns null. */
  private @Nullable Found wanted(Found found) {
    if (wanted.test(found.name)) {
      return found;
    }
    leftOut++;
    return null;
  }

  /** Starts an argument with wildcards: walks the part before them and compares every path. */
  private @Nullable Found pattern(String argument) {
    int wildcard = 0;
    while (wildcard < argument.length() && "*?[{".indexOf(argument.charAt(wildcard)) < 0) {
      wildcard++;
    }
    try {
      if (wildcard < argument.length()) {
        int slash = argument.lastIndexOf('/', wildcard);
        Path base = Path.of(slash < 0 ? "." : argument.substring(0, slash + 1));
        String below = argument.substring(slash + 1);
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + below);
        if (Files.isDirectory(base)) {
          pattern = argument;
          return enter(base, base, path -> matcher.matches(base.relativize(path)), true);
        }
      }
      return Found.problem(Path.of(argument), "there is no such file");
    } catch (InvalidPathException | PatternSyntaxException e) {
      return Found.problem(Path.of("?"), "this is not a path: " + argument);
    }
  }

  private @Nullable Found enter(
      Path top, Path directory, @Nullable PathMatcher matcher, boolean named) {
    try {
      Path real = directory.toRealPath();
      boolean link = !named && Files.isSymbolicLink(directory);
      if (link ? isBelowWalked(real) : !named && walked.contains(real)) {
        return null;
      }
      if (matcher == null && wantsAll) {
        if (link || named) {
          walked.add(real);
        }
      } else if (!seen.add(real)) {
        long above = open.stream().filter(level -> level.real.equals(real)).count();
        if (above >= MOST_BELOW_ITSELF || repeated > MOST_REPEATED) {
          markPart();
          return null;
        }
        repeated++;
        if (repeated > MOST_REPEATED) {
          markPart();
          return Found.problem(
              directory, "too many links lead to the same directories; name those that count");
        }
      }
      open.push(new Level(top, directory, real, matcher));
      return null;
    } catch (IOException e) {
      markPart();
      return Found.problem(directory, "the directory cannot be read");
    }
  }

  /** Notes that the current directory is not returned completely. */
  private void markPart() {
    Level level = open.peek();
    if (level != null) {
      level.whole = false;
    }
  }

  private boolean isBelowWalked(Path real) {
    for (Path at = real; at != null; at = at.getParent()) {
      if (walked.contains(at)) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Found nextIn(Level level) {
    Path path;
    try {
      path = level.entries.next();
    } catch (IOException e) {
      level.whole = false;
      leave(level);
      return Found.problem(level.directory, "the directory cannot be read");
    }
    if (path == null) {
      leave(level);
      return null;
    }
    if (Files.isDirectory(path)) {
      return enter(level.top, path, level.pattern, false);
    }
    if (level.pattern != null && !level.pattern.matches(path)) {
      level.whole = false;
      return null;
    }
    pattern = null;
    // A loader cannot open sockets, pipes and devices as files.
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      return null;
    }
    Found found = wanted(Found.file(path, nameOf(level.top.relativize(path))));
    level.whole &= found != null;
    return found;
  }

  private void leave(Level level) {
    open.pop();
    if (!level.whole) {
      markPart();
    } else if (level.pattern != null || !wantsAll) {
      walked.add(level.real);
    }
  }

  private static String nameOf(Path below) {
    return below.toString().replace(below.getFileSystem().getSeparator(), "/");
  }

  @Override
  public void close() throws IOException {
    if (lines != null) {
      lines.close();
    }
  }
}
