package dev.pt2st.io.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Sessions that do not wait for long. */
final class TestSessions {
  static final HttpSettings QUICK =
      new HttpSettings(
          Duration.ofSeconds(2),
          Duration.ofSeconds(3),
          Duration.ofMillis(400),
          3,
          Duration.ofSeconds(60),
          4);

  /** An address on the internet; nothing is ever sent there. */
  static final byte[] PUBLIC = {93, (byte) 184, (byte) 216, 34};

  private TestSessions() {}

  static HttpSession quick() throws IOException {
    return with(Traffic.unlimited(), Resolver.SYSTEM, new CopyOnWriteArrayList<>());
  }

  static HttpSession with(Traffic traffic) throws IOException {
    return with(traffic, Resolver.SYSTEM, new CopyOnWriteArrayList<>());
  }

  static HttpSession with(Resolver resolver) throws IOException {
    return with(Traffic.unlimited(), resolver, new CopyOnWriteArrayList<>());
  }

  /** A session that only notes how long it would wait. */
  static HttpSession with(Traffic traffic, Resolver resolver, List<Duration> waits)
      throws IOException {
    return new HttpSession(QUICK, traffic, Map.of(), resolver, waits::add);
  }

  /** The name localhost is on the internet, as far as the guard can see. */
  static InetAddress[] localhostIsPublic(String host) throws UnknownHostException {
    return host.equals("localhost")
        ? new InetAddress[] {InetAddress.getByAddress(host, PUBLIC)}
        : InetAddress.getAllByName(host);
  }
}
