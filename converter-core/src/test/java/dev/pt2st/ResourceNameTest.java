package dev.pt2st;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceNameTest {
  @Test
  void anAddressStaysOneInEveryMessage() {
    ResourceName name = new ResourceName("s3://bucket/a//b.zip");
    assertThat(new MalformedException(Place.of(name).inEntry("data.pkl").at(3), "it breaks off"))
        .hasMessageStartingWith("s3://bucket/a//b.zip: data.pkl, byte 3: it breaks off; ");
    assertThat(name.inside("dir//x.pt")).hasToString("s3://bucket/a//b.zip!dir//x.pt");
    assertThat(Place.of(name).inEntry("a\u0000b").at(7).embedded())
        .hasToString("s3://bucket/a//b.zip!a\u0000b!loaded at 7");
  }

  @Test
  void aPathIsNamedAsItIsWritten() {
    assertThat(Place.of(Path.of("models/../a.pt")).at(1)).hasToString("models/../a.pt: byte 1");
  }

  @Test
  void whatIsInsideIsToldByTheNameOfTheOuter() {
    ResourceName archive = ResourceName.of(Path.of("a.zip"));
    assertThat(archive.inside("b.zip").inside("c.pt").within(archive)).isEqualTo("b.zip!c.pt");
    assertThat(archive.within(archive)).isEmpty();
    assertThat(new ResourceName("a.zipper!c").within(archive)).isEmpty();
  }

  @Test
  void theNameOfAFileIsWhatStandsBehindTheLastSlash() {
    assertThat(new ResourceName("s3://b/models/k.pt").fileName()).isEqualTo("k.pt");
    assertThat(new ResourceName("k.pt").fileName()).isEqualTo("k.pt");
  }

  @ParameterizedTest
  @CsvSource({
    "hf://org/model, true",
    "https://example.org/a.pt, true",
    "HTTPS://example.org/a.pt, true",
    "/models/a.pt, false",
    "a.pt, false",
    "hf:/org/model, false",
    "./hf://x, false",
    "C://x, false",
    "'', false",
    "://x, false",
    "1a://x, false",
    "a+b.c-1://x, true",
    "a b://x, false"
  })
  void anAddressBeginsWithAScheme(String text, boolean address) {
    assertThat(ResourceName.isAddress(text)).isEqualTo(address);
  }
}
