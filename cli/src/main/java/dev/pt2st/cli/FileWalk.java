package dev.pt2st.cli;

import dev.pt2st.io.SortedDirectory;
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
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Every file that the arguments of a command name, one after the other: files, all files below
 * directories in the order of their names, patterns that no shell has expanded, and the lines of
 * standard input for {@code -}. Nothing is collected, so that a million files take no memory.
 *
 * <p>Links are followed, since a loader follows them; each directory outside of those that are
 * walked anyway is walked once.
 */
final class FileWalk implements AutoCloseable {
  private static final String STDIN = "-";

  /**
   * What was found.
   *
   * @param path a file, or what could not be reached
   * @param name of a file, below the directory that an argument names, with slashes; of a file that
   *     is named itself, its last name
   * @param problem why it could not be reached; null for a file
   */
  record Found(Path path, String name, @Nullable String problem) {
    private static Found problem(Path path, String problem) {
      return new Found(path, path.toString(), problem);
    }
  }

  /**
   * A directory on the way down; of a pattern only the matching files count.
   *
   * @param top the directory that an argument names
   */
  private record Level(
      Path top, Path directory, SortedDirectory entries, @Nullable PathMatcher pattern) {}

  private final Iterator<String> arguments;
  private final InputStream in;
  private final Charset charset;
  private final ArrayDeque<Level> open = new ArrayDeque<>();

  /**
   * The real paths of the directory that the present argument names and of those that links led to.
   */
  private final Set<Path> walked = new HashSet<>();

  private @Nullable BufferedReader lines;

  /** Whether standard input broke before its end, which has not been said yet. */
  private boolean broken;

  /**
   * @param arguments paths, patterns and {@code -}
   * @param in standard input
   * @param charset of its lines
   */
  FileWalk(List<String> arguments, InputStream in, Charset charset) {
    this.arguments = arguments.iterator();
    this.in = in;
    this.charset = charset;
  }

  /** The next one; null at the end. */
  @Nullable Found next() {
    while (true) {
      Level level = open.peek();
      if (level != null) {
        Found found = nextIn(level);
        if (found != null) {
          return found;
        }
        continue;
      }
      String argument = nextArgument();
      if (broken) {
        broken = false;
        return Found.problem(Path.of(STDIN), "the list on standard input cannot be read");
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

  private @Nullable String nextArgument() {
    String line = nextLine();
    while (line == null && !broken && arguments.hasNext()) {
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
      broken = true;
      return null;
    }
  }

  /** Begins with an argument: a file is all of it, a directory is walked from now on. */
  private @Nullable Found begin(String argument) {
    walked.clear(); // of an earlier pattern not all was looked at
    Path path;
    try {
      path = Path.of(argument);
    } catch (InvalidPathException e) {
      return pattern(argument);
    }
    if (Files.isDirectory(path)) {
      return enter(path, path, null, true);
    }
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
        ? new Found(path, String.valueOf(path.getFileName()), null)
        : pattern(argument);
  }

  /** An argument with wildcards: what is below its part without them is compared. */
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
          return enter(base, base, path -> matcher.matches(base.relativize(path)), true);
        }
      }
      return Found.problem(Path.of(argument), "there is no such file");
    } catch (InvalidPathException | PatternSyntaxException e) {
      return Found.problem(Path.of("?"), "this is no path: " + argument);
    }
  }

  private @Nullable Found enter(
      Path top, Path directory, @Nullable PathMatcher pattern, boolean named) {
    try {
      Path real = directory.toRealPath();
      boolean link = !named && Files.isSymbolicLink(directory);
      if (link ? isBelowWalked(real) : !named && walked.contains(real)) {
        return null;
      }
      if (link || named) {
        walked.add(real);
      }
      open.push(new Level(top, directory, new SortedDirectory(directory), pattern));
      return null;
    } catch (IOException e) {
      return Found.problem(directory, "the directory cannot be read");
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
      open.pop();
      return Found.problem(level.directory, "the directory cannot be read");
    }
    if (path == null) {
      open.pop();
      return null;
    }
    if (Files.isDirectory(path)) {
      return enter(level.top, path, level.pattern, false);
    }
    if (level.pattern != null && !level.pattern.matches(path)) {
      return null;
    }
    // Sockets, pipes and devices hold nothing that a loader could open as a file.
    boolean special = Files.exists(path) && !Files.isRegularFile(path);
    return special ? null : new Found(path, nameOf(level.top.relativize(path)), null);
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
