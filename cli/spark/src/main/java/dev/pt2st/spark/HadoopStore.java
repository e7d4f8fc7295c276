package dev.pt2st.spark;

import dev.pt2st.IfExists;
import dev.pt2st.ResourceName;
import dev.pt2st.io.http.RequestGate;
import dev.pt2st.io.http.ShownAddress;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.io.source.Store;
import dev.pt2st.io.source.Upload;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.security.AccessControlException;

/**
 * Files that a file system of Hadoop has: {@code s3a}, {@code hdfs}, {@code file}. How often a
 * request is tried is the file system's own matter.
 */
final class HadoopStore implements Store {
  private final Configuration configuration;
  private final RequestGate gate;

  /**
   * Opens nothing yet.
   *
   * @param gate each read and each look at a file waits there
   */
  HadoopStore(Configuration configuration, RequestGate gate) {
    this.configuration = configuration;
    this.gate = gate;
  }

  /** A step that fails as files of Hadoop do. */
  @FunctionalInterface
  interface Step<T> {
    T run() throws IOException, InterruptedException;
  }

  /** Runs a step that asks the file system for something, and says what is wrong in our words. */
  <T> T asked(ResourceName name, Step<T> step) throws IOException {
    return guarded(
        name,
        () -> {
          gate.pass();
          return step.run();
        });
  }

  private static <T> T guarded(ResourceName name, Step<T> step) throws IOException {
    try {
      return step.run();
    } catch (SourceException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClosedByInterruptException();
    } catch (IOException e) {
      if (e instanceof InterruptedIOException && Thread.currentThread().isInterrupted()) {
        throw new ClosedByInterruptException();
      }
      throw failure(name, e);
    }
  }

  private static SourceException failure(ResourceName name, IOException e) {
    SourceException failure =
        switch (e) {
          case FileNotFoundException missing ->
              new SourceException(name, Reason.MISSING, "there is no such file");
          case FileAlreadyExistsException exists ->
              new SourceException(
                  name, Reason.EXISTS, "another file is there already, and is not replaced");
          case java.nio.file.AccessDeniedException denied ->
              new SourceException(name, Reason.NOT_ALLOWED, words(denied));
          case AccessControlException denied ->
              new SourceException(name, Reason.NOT_ALLOWED, words(denied));
          default -> new SourceException(name, Reason.UNREADABLE, words(e));
        };
    failure.initCause(e);
    return failure;
  }

  private static String words(IOException e) {
    return e.getClass().getSimpleName()
        + (e.getMessage() == null ? "" : ": " + e.getMessage().replaceAll("\\s+", " "));
  }

  /**
   * The path of an address.
   *
   * @throws SourceException if Hadoop would take it for another file: {@code a//b} for {@code a/b}
   */
  static Path path(String uri) throws SourceException {
    ResourceName name = ShownAddress.of(uri);
    Path path;
    try {
      path = new Path(uri);
    } catch (IllegalArgumentException e) {
      throw new SourceException(name, Reason.REFUSED, "Hadoop does not take this for an address");
    }
    int slash = uri.indexOf('/', uri.indexOf("://") + 3);
    String written = slash < 0 ? "" : uri.substring(slash);
    String folder = written.endsWith("/") ? written.substring(0, written.length() - 1) : written;
    String understood = path.toUri().getPath();
    if (!understood.equals(written) && !understood.equals(folder)) {
      throw new SourceException(
          name, Reason.REFUSED, "Hadoop would take it for " + understood + ", another file");
    }
    return path;
  }

  FileSystem fileSystem(ResourceName name, Path path) throws SourceException {
    try {
      FileSystem system = path.getFileSystem(configuration);
      // Its files of checksums would lie among the results.
      return system instanceof LocalFileSystem local ? local.getRaw() : system;
    } catch (IOException | IllegalArgumentException e) {
      throw new SourceException(
          name, Reason.REFUSED, "no file system of Hadoop has it: " + e.getMessage());
    }
  }

  /** What tells a file from every other one of this name; empty if nothing does. */
  static String version(FileStatus status) {
    if (status instanceof EtagSource source && source.getEtag() != null) {
      return source.getEtag();
    }
    long time = status.getModificationTime();
    return time <= 0 ? "" : "changed " + Instant.ofEpochMilli(time);
  }

  @Override
  public RangeSource open(String uri) throws IOException {
    ResourceName name = new ResourceName(uri);
    Path path = path(uri);
    FileSystem system = fileSystem(name, path);
    FileStatus status = asked(name, () -> system.getFileStatus(path));
    if (!status.isFile()) {
      throw new SourceException(name, Reason.REFUSED, "this is not a file");
    }
    return new HadoopSource(this, name, system, status);
  }

  /** Takes what is listed. */
  @FunctionalInterface
  interface Visitor {
    /** Hears of the next file. */
    void file(Entry entry) throws IOException;
  }

  /**
   * Gives all files below an address, or the file that it names, in no order: a million of them
   * need no memory.
   */
  void each(String uri, Visitor visitor) throws IOException {
    ResourceName name = new ResourceName(uri);
    Path top = path(uri);
    FileSystem system = fileSystem(name, top);
    String folder = system.makeQualified(top).toUri().getPath();
    String start = folder.endsWith("/") ? folder : folder + "/";
    String base = uri.endsWith("/") ? uri : uri + "/";
    RemoteIterator<LocatedFileStatus> files = asked(name, () -> system.listFiles(top, true));
    while (guarded(name, files::hasNext)) {
      LocatedFileStatus file = guarded(name, files::next);
      String path = file.getPath().toUri().getPath();
      if (path.startsWith(start)) {
        String below = path.substring(start.length());
        visitor.file(new Entry(base + below, below, file.getLen(), version(file)));
      } else if (path.equals(folder)) {
        visitor.file(new Entry(uri, file.getPath().getName(), file.getLen(), version(file)));
      }
    }
  }

  @Override
  public List<Entry> list(String uri) throws IOException {
    List<Entry> entries = new ArrayList<>();
    each(uri, entries::add);
    entries.sort(Comparator.comparing(Entry::path));
    return entries;
  }

  @Override
  public Upload begin(String uri, long size, IfExists ifExists, Map<String, String> metadata)
      throws IOException {
    ResourceName name = new ResourceName(uri);
    if (!metadata.isEmpty()) {
      throw new SourceException(
          name, Reason.REFUSED, "file systems of Hadoop keep nothing beside a file's bytes");
    }
    Path path = path(uri);
    FileSystem system = fileSystem(name, path);
    return HadoopUpload.begin(this, name, system, path, ifExists == IfExists.REPLACE);
  }

  @Override
  public Map<String, String> metadata(String uri) {
    return Map.of();
  }

  Configuration configuration() {
    return configuration;
  }

  @Override
  public void close() {
    // Hadoop keeps its file systems as long as the process.
  }
}
