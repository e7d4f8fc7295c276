package dev.pt2st.io.http;

import dev.pt2st.ResourceName;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Prevents a server from redirecting us into a network that it is not in itself: this machine, the
 * local link with cloud metadata services, a private network. The addresses of every host are
 * checked, including those of the named server, as a name can get other addresses while we run.
 *
 * <p>The client resolves a name by itself, through the JVM's cache. So the guard checks twice,
 * before a request and when its response begins: the address that the client found is then still in
 * that cache. No byte of a response is used before the second check. If the JVM's cache is
 * disabled, only the certificate of an encrypted connection protects.
 */
final class AddressGuard implements AutoCloseable {
  private static final long IDLE_SECONDS = 5;

  private final Resolver resolver;
  private final Duration timeout;
  private final Map<Origin, Set<AddressKind>> homes = new ConcurrentHashMap<>();

  /** A lookup cannot be interrupted, so it runs on a thread of its own. */
  private final ExecutorService lookups =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform().daemon().name("lookup-", 0).factory());

  AddressGuard(Resolver resolver, Duration timeout) {
    this.resolver = resolver;
    this.timeout = timeout;
  }

  /** Refuses an origin in a kind of network that the named server is not in. */
  void check(ResourceName source, NamedServer named, Origin target)
      throws SourceException, InterruptedException {
    Set<AddressKind> allowed = homes.get(named.origin());
    if (allowed == null) {
      allowed = kinds(source, named.origin().host());
      Set<AddressKind> earlier = homes.putIfAbsent(named.origin(), allowed);
      allowed = earlier == null ? allowed : earlier;
    }
    for (AddressKind kind : kinds(source, target.host())) {
      if (kind != AddressKind.PUBLIC && !allowed.contains(kind)) {
        throw refusal(source, target, kind);
      }
    }
  }

  /**
   * The same for requests through a proxy, which resolves names by itself. Only hosts written as
   * addresses can be checked.
   */
  static void checkName(ResourceName source, NamedServer named, Origin target)
      throws SourceException {
    AddressKind kind = kindByName(target.host());
    if (kind != AddressKind.PUBLIC && kind != kindByName(named.origin().host())) {
      throw refusal(source, target, kind);
    }
  }

  private static AddressKind kindByName(String host) {
    if (isLocalName(host)) {
      return AddressKind.LOOPBACK;
    }
    return literal(host).orElse(AddressKind.PUBLIC);
  }

  /** The kind of a host that is written as an address and so needs no lookup. */
  private static Optional<AddressKind> literal(String host) {
    try {
      return Optional.of(AddressKind.of(InetAddress.ofLiteral(host)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static SourceException refusal(ResourceName source, Origin target, AddressKind kind) {
    return new SourceException(
        source,
        Reason.REFUSED,
        "the server leads to "
            + target
            + ", which is in "
            + kind.words()
            + "; this is not followed");
  }

  /** Whether a host is a name of this machine. */
  static boolean isLocalName(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost")
        || name.endsWith(".localhost")
        || name.equals("::1")
        || name.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
  }

  private Set<AddressKind> kinds(ResourceName source, String host)
      throws SourceException, InterruptedException {
    Optional<AddressKind> literal = literal(host);
    if (literal.isPresent()) {
      return EnumSet.of(literal.get());
    }
    Future<InetAddress[]> lookup = lookups.submit(() -> resolver.addresses(host));
    try {
      Set<AddressKind> kinds = EnumSet.noneOf(AddressKind.class);
      for (InetAddress address : lookup.get(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        kinds.add(AddressKind.of(address));
      }
      return kinds;
    } catch (ExecutionException e) {
      String what =
          e.getCause() instanceof UnknownHostException ? " is not known" : " cannot be looked up";
      throw new SourceException(source, Reason.UNREADABLE, "the host " + host + what);
    } catch (TimeoutException e) {
      throw new SourceException(
          source, Reason.UNREADABLE, "the address of the host " + host + " is not found in time");
    }
  }

  @Override
  public void close() {
    lookups.shutdownNow();
  }
}
