package dev.pt2st.spark;

import dev.pt2st.ResourceName;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;

/** One version of a file of Hadoop. Each thread that reads has a stream of its own meanwhile. */
final class HadoopSource implements RangeSource {
  private static final Pattern BOUND = Pattern.compile("server|client");

  private final HadoopStore store;
  private final ResourceName name;
  private final FileSystem system;
  private final FileStatus status;
  private final boolean isBound;
  private final ConcurrentLinkedDeque<FSDataInputStream> idle = new ConcurrentLinkedDeque<>();

  HadoopSource(HadoopStore store, ResourceName name, FileSystem system, FileStatus status) {
    this.store = store;
    this.name = name;
    this.system = system;
    this.status = status;
    this.isBound = isBound(system.getUri(), store.configuration());
  }

  /** Whether each read names the entity tag of the file, so that another file gives no bytes. */
  private static boolean isBound(URI store, Configuration configuration) {
    String mode = configuration.get("fs.s3a.change.detection.mode", "server");
    String own =
        configuration.get("fs.s3a.bucket." + store.getHost() + ".change.detection.mode", mode);
    return "s3a".equals(store.getScheme()) && BOUND.matcher(own).matches();
  }

  @Override
  public ResourceName name() {
    return name;
  }

  @Override
  public long size() {
    return status.getLen();
  }

  @Override
  public String version() {
    return HadoopStore.version(status);
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    Objects.checkFromIndexSize(offset, target.remaining(), size());
    byte[] bytes = new byte[target.remaining()];
    store.asked(
        name,
        () -> {
          FSDataInputStream known = idle.poll();
          FSDataInputStream stream = known == null ? stream() : known;
          boolean isDone = false;
          try {
            stream.readFully(offset, bytes);
            isDone = true;
          } finally {
            if (isDone) {
              idle.push(stream);
            } else {
              stream.close();
            }
          }
          return isDone;
        });
    if (!isBound) {
      FileStatus now = store.asked(name, () -> system.getFileStatus(status.getPath()));
      if (now.getLen() != size() || !HadoopStore.version(now).equals(version())) {
        throw new SourceException(name, Reason.CHANGED, "the file was replaced while it was read");
      }
    }
    target.put(bytes);
  }

  private FSDataInputStream stream() throws IOException, InterruptedException {
    try {
      return system
          .openFile(status.getPath())
          .opt("fs.option.openfile.read.policy", "random")
          .withFileStatus(status)
          .build()
          .get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    }
  }

  @Override
  public void close() throws IOException {
    for (FSDataInputStream stream = idle.poll(); stream != null; stream = idle.poll()) {
      stream.close();
    }
  }
}
