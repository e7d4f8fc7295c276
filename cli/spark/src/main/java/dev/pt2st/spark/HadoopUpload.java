package dev.pt2st.spark;

import dev.pt2st.ResourceName;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.io.source.Upload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.jspecify.annotations.Nullable;

/**
 * A file of Hadoop that is being written. Object stores show an object when its stream is closed,
 * and can abort it before; elsewhere it is written beside and renamed.
 */
final class HadoopUpload implements Upload {
  /** The store itself refuses to replace: no other writer comes between a look and a write. */
  private static final String CONDITIONAL = "fs.option.create.conditional.overwrite";

  private final HadoopStore store;
  private final ResourceName name;
  private final FileSystem system;
  private final Path path;
  private final boolean replaces;
  private final @Nullable Path beside;
  private final FSDataOutputStream stream;
  private boolean isCommitted;

  private HadoopUpload(
      HadoopStore store,
      ResourceName name,
      FileSystem system,
      Path path,
      boolean replaces,
      @Nullable Path beside,
      FSDataOutputStream stream) {
    this.store = store;
    this.name = name;
    this.system = system;
    this.path = path;
    this.replaces = replaces;
    this.beside = beside;
    this.stream = stream;
  }

  static HadoopUpload begin(
      HadoopStore store, ResourceName name, FileSystem system, Path path, boolean replaces)
      throws IOException {
    return store.asked(
        name,
        () -> {
          if (!replaces && system.exists(path)) {
            throw exists(name);
          }
          if (system.hasPathCapability(path, CommonPathCapabilities.ABORTABLE_STREAM)) {
            FSDataOutputStreamBuilder<?, ?> builder = system.createFile(path).recursive();
            boolean isConditional = !replaces && system.hasPathCapability(path, CONDITIONAL);
            if (isConditional) {
              builder.opt(CONDITIONAL, "true");
            }
            builder.overwrite(replaces || isConditional);
            return new HadoopUpload(store, name, system, path, replaces, null, builder.build());
          }
          Path folder = path.getParent();
          if (folder == null) {
            throw new SourceException(name, Reason.REFUSED, "this names no file");
          }
          Path beside = new Path(folder, ".pt2st-" + UUID.randomUUID() + ".tmp");
          FSDataOutputStream stream = system.create(beside, false);
          return new HadoopUpload(store, name, system, path, replaces, beside, stream);
        });
  }

  private static SourceException exists(ResourceName name) {
    return new SourceException(
        name, Reason.EXISTS, "another file is there already, and is not replaced");
  }

  @Override
  public void write(ByteBuffer piece, long offset) throws IOException {
    byte[] bytes = new byte[piece.remaining()];
    piece.get(bytes);
    store.asked(
        name,
        () -> {
          stream.write(bytes);
          return offset;
        });
  }

  @Override
  public void finish() throws IOException {
    if (beside != null) {
      store.asked(
          name,
          () -> {
            stream.close();
            return beside;
          });
    }
  }

  @Override
  public void commit() throws IOException {
    store.asked(
        name,
        () -> {
          if (beside == null) {
            stream.close();
          } else {
            rename(beside);
          }
          isCommitted = true;
          return path;
        });
  }

  private void rename(Path from) throws IOException {
    if (system instanceof RawLocalFileSystem local) {
      java.nio.file.Path source = local.pathToFile(from).toPath();
      java.nio.file.Path target = local.pathToFile(path).toPath();
      if (replaces) {
        Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
        return;
      }
      try {
        Files.createLink(target, source); // fails if it is there, as a move need not
      } catch (FileAlreadyExistsException e) {
        throw exists(name);
      }
      Files.delete(source);
      return;
    }
    FileContext.getFileContext(system.getUri(), store.configuration())
        .rename(from, path, replaces ? Rename.OVERWRITE : Rename.NONE);
  }

  @Override
  public void close() throws IOException {
    if (isCommitted) {
      return;
    }
    if (beside == null) {
      stream.abort();
      stream.close();
    } else {
      stream.close();
      system.delete(beside, false);
    }
  }
}
