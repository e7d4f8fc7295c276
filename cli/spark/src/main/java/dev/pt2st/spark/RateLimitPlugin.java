package dev.pt2st.spark;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;

/**
 * A limit of requests a second for a run as a whole: there is one bucket, which is the driver's,
 * and each request of an executor first asks there when it may be sent. Spark makes this by its
 * name if {@code spark.plugins} has it.
 */
public final class RateLimitPlugin implements SparkPlugin {
  /** Requests a second of all executors together; a number above zero. */
  public static final String RATE = "spark.pt2st.requestsPerSecond";

  /** What executors ask; a text, as the driver may not know classes of the job's own jar. */
  private static final String QUESTION = "when";

  /** Of the executor of this process; null if there is no limit. */
  private static volatile @Nullable PluginContext executor;

  /** Waits until one more request may be sent, if there is a limit. */
  static void pass() throws IOException, InterruptedException {
    PluginContext context = executor;
    if (context == null) {
      return;
    }
    Object nanos;
    try {
      nanos = context.ask(QUESTION);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the driver does not say when a request may be sent: " + e, e);
    }
    Thread.sleep(Duration.ofNanos((Long) nanos));
  }

  /** Whether requests of this process are limited. */
  static boolean isActive() {
    return executor != null;
  }

  @Override
  public DriverPlugin driverPlugin() {
    return new Driver();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new Executor();
  }

  private static final class Driver implements DriverPlugin {
    private @Nullable Bucket bucket;

    @Override
    public Map<String, String> init(SparkContext context, PluginContext plugin) {
      String rate = plugin.conf().get(RATE, "");
      if (!rate.isEmpty()) {
        bucket = new Bucket(Double.parseDouble(rate));
      }
      return Map.of();
    }

    @Override
    public Object receive(Object message) {
      Bucket known = bucket;
      if (known == null || !QUESTION.equals(message)) {
        throw new IllegalArgumentException("nobody knows this question");
      }
      return known.next(System.nanoTime());
    }
  }

  private static final class Executor implements ExecutorPlugin {
    @Override
    public void init(PluginContext context, Map<String, String> settings) {
      executor = context.conf().get(RATE, "").isEmpty() ? null : context;
    }

    @Override
    public void shutdown() {
      executor = null;
    }
  }

  /** Gives each request its time. Nothing waits here: whoever asks does. */
  static final class Bucket {
    private static final double SECOND = 1e9;

    private final long interval;
    private @Nullable Long next;

    /**
     * A bucket.
     *
     * @param rate requests a second
     * @throws IllegalArgumentException if that is not a number above zero
     */
    Bucket(double rate) {
      if (!(rate > 0) || Double.isInfinite(rate)) {
        throw new IllegalArgumentException(RATE + " is a number above zero, and not " + rate);
      }
      interval = Math.max(1, Math.round(SECOND / rate));
    }

    /**
     * How long the next request has to wait. What was not used before is not made up for.
     *
     * @param now in nanoseconds, by a clock of one's own
     */
    synchronized long next(long now) {
      long time = next == null || next - now < 0 ? now : next;
      next = time + interval;
      return time - now;
    }
  }
}
