package dev.pt2st.io.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.ResourceName;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.testing.FaultServer;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proxies are those that curl would take from the environment. */
class ProxySettingsTest {
  private static URI proxy(Map<String, String> environment, String uri) throws IOException {
    return ProxySettings.of(environment).proxyFor(Origin.of(URI.create(uri)));
  }

  @ParameterizedTest
  @CsvSource({
    "https_proxy, https://a.org/, true",
    "HTTPS_PROXY, https://a.org/, true",
    "HTTPS_PROXY, http://a.org/, false",
    "http_proxy, http://a.org/, true",
    "HTTP_PROXY, http://a.org/, false",
    "ALL_PROXY, https://a.org/, true",
    "all_proxy, http://a.org/, true",
    "ALL_PROXY, http://localhost:8080/, false",
    "ALL_PROXY, http://127.0.0.1:8080/, false"
  })
  void aVariableIsForItsScheme(String variable, String uri, boolean proxied) throws IOException {
    assertThat(proxy(Map.of(variable, "http://proxy:3128"), uri) != null).isEqualTo(proxied);
  }

  @ParameterizedTest
  @CsvSource({
    "a.org, https://a.org/, false",
    "a.org, https://b.a.org/, false",
    ".a.org, https://b.a.org/, false",
    "a.org, https://ba.org/, true",
    "'x, a.org', https://a.org/, false",
    "*, https://a.org/, false",
    "10.0.0.1, https://10.0.0.1/, false"
  })
  void someHostsHaveNone(String direct, String uri, boolean proxied) throws IOException {
    Map<String, String> environment = Map.of("HTTPS_PROXY", "proxy:3128", "NO_PROXY", direct);
    assertThat(proxy(environment, uri) != null).isEqualTo(proxied);
  }

  @ParameterizedTest
  @CsvSource({
    "socks5://proxy:1080, not spoken to by http://",
    "https://proxy:443, not spoken to by http://",
    "http://user:secret@proxy:3128, a proxy with a password",
    "http://secret proxy/, is not an address"
  })
  void whatIsNotSupportedIsSaid(String value, String words) {
    assertThatThrownBy(() -> ProxySettings.of(Map.of("HTTPS_PROXY", value)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("HTTPS_PROXY")
        .hasMessageContaining(words)
        .hasMessageNotContaining("secret");
  }

  /** The proxy looks names up by itself; ours need not be known here. */
  @Test
  void aProxyIsAskedInsteadOfTheHost() throws IOException {
    ResourceName name = new ResourceName("test://file");
    try (FaultServer proxy = new FaultServer(request -> FaultServer.answer(200, "by proxy"));
        HttpSession session =
            new HttpSession(
                TestSessions.QUICK,
                Traffic.unlimited(),
                Map.of("http_proxy", proxy.at("").toString()),
                host -> {
                  throw new AssertionError("looked up: " + host);
                },
                time -> {})) {
      URI uri = URI.create("http://models.corp.invalid/f");
      HttpCall call = HttpCall.of("GET", name, NamedServer.ofEndpoint(uri), uri);
      assertThat(session.send(call, 100).text()).isEqualTo("by proxy");
      assertThat(proxy.requests().getFirst().target()).isEqualTo(uri.toString());

      HttpCall elsewhere = call.at(URI.create("http://169.254.169.254/x"));
      assertThatThrownBy(() -> session.send(elsewhere, 100))
          .isInstanceOf(SourceException.class)
          .hasMessageContaining("the local link");
    }
  }
}
