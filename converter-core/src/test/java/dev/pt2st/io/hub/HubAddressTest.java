package dev.pt2st.io.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.io.source.SourceException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An address is read as huggingface_hub reads it, and stays within its repository. */
class HubAddressTest {
  @ParameterizedTest
  @CsvSource({
    "hf://org/model, org/model, main, ''",
    "HF://org/model, org/model, main, ''",
    "hf://org/model/, org/model, main, ''",
    "hf://models/org/model, org/model, main, ''",
    "hf://org/model/a/b.pt, org/model, main, a/b.pt",
    "hf://org/model/a/, org/model, main, a",
    "hf://org/model/a@b.pt, org/model, main, a@b.pt",
    "hf://org/model@v1, org/model, v1, ''",
    "hf://org/model@v1/a.pt, org/model, v1, a.pt",
    "hf://org/model@refs/pr/3, org/model, refs/pr/3, ''",
    "hf://org/model@refs/pr/3/a.pt, org/model, refs/pr/3, a.pt",
    "hf://org/model@refs/convert/parquet-v2/a.pt, org/model, refs/convert/parquet-v2, a.pt",
    "hf://org/model@feature%2Fx+y/a.pt, org/model, feature/x+y, a.pt",
    "hf://o/m-1.0_x@main/a b%41?#.pt, o/m-1.0_x, main, a b%41?#.pt"
  })
  void anAddressNamesAModelARevisionAndAPath(
      String uri, String repository, String revision, String path) throws SourceException {
    HubAddress address = HubAddress.of(uri);
    assertThat(address).isEqualTo(new HubAddress(repository, revision, path));
    assertThat(HubAddress.of(address.uri())).isEqualTo(address);
  }

  @ParameterizedTest
  @CsvSource({
    "hf://datasets/org/name, no datasets",
    "hf://spaces/org/name, no spaces",
    "hf://buckets/org/name, no buckets",
    "hf://gpt2, with its owner",
    "hf://, with its owner",
    "hf://org/, no models of such a name",
    "hf:///model, no models of such a name",
    "hf://org/../x, no models of such a name",
    "hf://org/a--b, no models of such a name",
    "hf://org/a..b, no models of such a name",
    "hf://org/a.git, no models of such a name",
    "hf://org/-a, no models of such a name",
    "hf://or g/a, no models of such a name",
    "hf://org/model@, no revisions of such a name",
    "hf://org/model@/a, no revisions of such a name",
    "hf://org/model@a%2F..%2Fb/x, no revisions of such a name",
    "hf://org/model@a%0ab/x, no revisions of such a name",
    "hf://org/model@%zz/x, not encoded",
    "hf://org/model/../x, does not stay",
    "hf://org/model/a/../../x, does not stay",
    "hf://org/model//x, does not stay",
    "hf://org/model/a//x, does not stay",
    "hf://org/model/./x, does not stay",
    "hf://org/model/a\\b, does not stay",
    "hf://org/model/c:x, does not stay",
    "https://org/model, not the address of a model"
  })
  void whatIsNoAddressIsSaid(String uri, String words) {
    assertThatThrownBy(() -> HubAddress.of(uri))
        .isInstanceOf(SourceException.class)
        .hasMessageContaining(words);
  }

  @ParameterizedTest
  @ValueSource(ints = {4096, 100_000})
  void anAddressHasAnEnd(int length) {
    assertThatThrownBy(() -> HubAddress.of("hf://org/model/" + "a".repeat(length)))
        .isInstanceOf(SourceException.class)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(5000));
  }

  @ParameterizedTest
  @CsvSource({
    "'<https://h/a?x=1&y=2>; rel=\"next\"', https://h/a?x=1&y=2",
    "'</a>; rel=\"last\", </b>; rel=next', /b",
    "'</b>; title=\"x; rel=next\"; rel=\"prev\"', ''",
    "'', ''",
    "'nonsense', ''"
  })
  void theNextPageIsInTheLink(String header, String address) {
    assertThat(NextLink.of(header)).isEqualTo(address);
  }
}
