package dev.pt2st.spark;

import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.Store;
import dev.pt2st.io.http.HttpSettings;
import dev.pt2st.io.http.Traffic;
import dev.pt2st.io.remote.RemoteStores;
import dev.pt2st.units.UnitStores;
import java.io.IOException;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * The stores of a process, an executor or the driver. Those of {@code hf}, {@code s3} and {@code
 * https} are the library's, one set for all tasks, as they keep connections; every other scheme is
 * Hadoop's.
 */
final class ExecutorStores implements UnitStores {
  /** Requests under way at a time: an executor has many tasks. */
  private static final int CONNECTIONS = 64;

  private static final Set<String> OURS = Set.of("hf", "s3", "http", "https");

  /** Made when the first task needs it, and kept as long as the process. */
  private static final class Shared {
    static final RemoteStores STORES =
        RemoteStores.ofProcess(
            HttpSettings.STANDARD.withConnections(CONNECTIONS),
            Traffic.through(RateLimitPlugin::pass),
            ScratchFolder.TEMPORARY,
            (name, size) -> {});
  }

  private final HadoopStore hadoop;

  ExecutorStores(Configuration configuration) {
    hadoop = new HadoopStore(configuration, RateLimitPlugin::pass);
  }

  @Override
  public Store store(String uri) throws IOException {
    String scheme = uri.substring(0, Math.max(0, uri.indexOf("://")));
    return OURS.contains(scheme) ? Shared.STORES.store(uri) : hadoop;
  }
}
