package dev.pt2st.spark;

import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.http.HttpSettings;
import dev.pt2st.io.http.RequestGate;
import dev.pt2st.io.http.Traffic;
import dev.pt2st.io.remote.RemoteStores;
import dev.pt2st.io.source.Store;
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

  /** Those of a task, whose requests wait as the limit of the run wants it. */
  ExecutorStores(Configuration configuration) {
    this(configuration, RateLimitPlugin::pass);
  }

  /** The same with another gate for requests of Hadoop. */
  ExecutorStores(Configuration configuration, RequestGate gate) {
    hadoop = new HadoopStore(configuration, gate);
  }

  /** Whether the library itself reads what an address names. */
  static boolean isOurs(String uri) {
    return OURS.contains(uri.substring(0, Math.max(0, uri.indexOf("://"))));
  }

  HadoopStore hadoop() {
    return hadoop;
  }

  @Override
  public Store store(String uri) throws IOException {
    return isOurs(uri) ? Shared.STORES.store(uri) : hadoop;
  }
}
