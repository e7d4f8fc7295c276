package dev.pt2st.io.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.http.HttpSettings;
import dev.pt2st.io.http.HttpStore;
import dev.pt2st.io.http.Traffic;
import dev.pt2st.io.hub.HubStore;
import dev.pt2st.io.s3.S3Store;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.testing.FaultServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An address names its store, and nothing is looked at before one is given. */
class RemoteStoresTest {
  private static RemoteStores stores(Map<String, String> environment) {
    return new RemoteStores(
        HttpSettings.STANDARD,
        Traffic.unlimited(),
        environment,
        Path.of("/nowhere"),
        ScratchFolder.TEMPORARY,
        (name, size) -> {});
  }

  @Test
  void aSchemeHasOneStore() throws IOException {
    try (RemoteStores stores = stores(Map.of())) {
      assertThat(stores.store("hf://a/b")).isInstanceOf(HubStore.class);
      assertThat(stores.store("HF://c/d")).isSameAs(stores.store("hf://a/b"));
      assertThat(stores.store("https://a/b")).isInstanceOf(HttpStore.class);
      assertThat(stores.store("s3://a/b")).isInstanceOf(S3Store.class);
      assertThat(stores.traffic().requests()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gopher://u:secret@a/b?secret", "a.pt", ""})
  void anotherSchemeIsSaid(String uri) throws IOException {
    try (RemoteStores stores = stores(Map.of())) {
      assertThatThrownBy(() -> stores.store(uri))
          .isInstanceOf(SourceException.class)
          .hasMessageContaining("there are hf://, s3:// and https:// addresses")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void otherCloudsAreToldHowToBeReached() throws IOException {
    try (RemoteStores stores = stores(Map.of())) {
      assertThatThrownBy(() -> stores.store("gs://bucket/a"))
          .isInstanceOf(SourceException.class)
          .hasMessageContaining("S3 interoperability");
      assertThatThrownBy(() -> stores.store("az://container/a"))
          .hasMessageContaining("shared access signature");
    }
  }

  /** What is wrong in the environment hinders nobody who does not need it. */
  @Test
  void theEnvironmentIsLookedAtWhenItIsNeeded() throws IOException {
    try (FaultServer server =
            new FaultServer(request -> FaultServer.range(request, new byte[3], "ETag: \"x\""));
        RemoteStores stores = stores(Map.of("HF_ENDPOINT", "nonsense"))) {
      String uri = server.at("/a").toString();
      try (RangeSource source = stores.store(uri).open(uri)) {
        assertThat(source.size()).isEqualTo(3);
      }
      assertThatThrownBy(() -> stores.store("hf://a/b"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("HF_ENDPOINT");
      assertThat(stores.traffic().requests()).isOne();
    }
  }
}
