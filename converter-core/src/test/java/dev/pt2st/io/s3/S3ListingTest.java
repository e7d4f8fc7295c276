package dev.pt2st.io.s3;

import static dev.pt2st.io.s3.S3StoreTest.fails;
import static dev.pt2st.testing.FaultServer.answer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.io.source.Store.Entry;
import dev.pt2st.testing.FaultServer;
import dev.pt2st.testing.FaultServer.Reply;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A listing has all objects, or is none. */
class S3ListingTest {
  /** What the first requests get, and all after them. */
  private static FaultServer.Handler inTurn(Reply... replies) {
    AtomicInteger next = new AtomicInteger();
    return request -> replies[Math.min(next.getAndIncrement(), replies.length - 1)];
  }

  private static String page(String objects, String rest) {
    return "<ListBucketResult><EncodingType>url</EncodingType>"
        + objects
        + rest
        + "</ListBucketResult>";
  }

  private static String listed(String key, String size) {
    return "<Contents><Key>"
        + key
        + "</Key><Size>"
        + size
        + "</Size><ETag>&quot;e&quot;</ETag></Contents>";
  }

  @Test
  void aListingGoesFromPageToPage() throws Exception {
    try (ScriptedS3 s3 =
        new ScriptedS3(
            inTurn(
                answer(
                    200,
                    page(
                        listed("p/b%2Fc+d", "5") + listed("p/", "0"),
                        "<IsTruncated>true</IsTruncated><NextContinuationToken>t/+=</NextContinuationToken>")),
                answer(200, page(listed("p/a", "6"), "<IsTruncated>false</IsTruncated>"))))) {
      assertThat(s3.store().list("s3://bucket/p"))
          .containsExactly(
              new Entry("s3://bucket/p/a", "a", 6, "\"e\""),
              new Entry("s3://bucket/p/b/c d", "b/c d", 5, "\"e\""));
      assertThat(s3.lines())
          .containsExactly(
              "GET /bucket?encoding-type=url&list-type=2&prefix=p%2F",
              "GET /bucket?encoding-type=url&list-type=2&prefix=p%2F&continuation-token=t%2F%2B%3D");
    }
  }

  /** A server that does not know the encoding sends keys as they are. */
  @Test
  void keysThatAreNotEncodedAreTakenAsTheyAre() throws Exception {
    String plain =
        page(listed("a+b%20&#x41;", "5"), "<IsTruncated>false</IsTruncated>")
            .replace("<EncodingType>url</EncodingType>", "");
    try (ScriptedS3 s3 = new ScriptedS3(request -> answer(200, plain))) {
      assertThat(s3.store().list("s3://bucket"))
          .containsExactly(new Entry("s3://bucket/a+b%20A", "a+b%20A", 5, "\"e\""));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', does not say whether it has more objects",
    "'', <IsTruncated>maybe</IsTruncated>, does not say whether it has more objects",
    "'', <IsTruncated>true</IsTruncated>, does not say whether it has more objects",
    "other/key|1, <IsTruncated>false</IsTruncated>, lists something that was not requested",
    "p/%zz|1, <IsTruncated>false</IsTruncated>, lists a key that is not encoded as it says",
    "p/a|-1, <IsTruncated>false</IsTruncated>, lists something that was not requested",
    "p/a|9999999999999999999, <IsTruncated>false</IsTruncated>, lists something that was not requested",
    "p/a|, <IsTruncated>false</IsTruncated>, lists something that was not requested",
  })
  void aListingThatIsNotWholeIsNone(String entry, String rest, String why) throws Exception {
    String[] parts = entry.split("\\|", -1);
    String objects = entry.isEmpty() ? "" : listed(parts[0], parts[1]);
    try (ScriptedS3 s3 = new ScriptedS3(request -> answer(200, page(objects, rest)))) {
      fails(Reason.UNREADABLE, () -> s3.store().list("s3://bucket/p"))
          .hasMessage("s3://bucket/p: the server " + why);
    }
  }

  /** A path may become one of this machine. */
  @ParameterizedTest
  @ValueSource(
      strings = {"p/../a", "p/a/..", "p/./a", "p//a", "p/\\a", "p/a\\..\\b", "p/a%00b", "p/.."})
  void aNameThatLeadsOutRefusesTheWholeList(String key) throws Exception {
    String page =
        page(listed("p/good", "1") + listed(key, "1"), "<IsTruncated>false</IsTruncated>");
    try (ScriptedS3 s3 = new ScriptedS3(request -> answer(200, page))) {
      fails(Reason.REFUSED, () -> s3.store().list("s3://bucket/p"))
          .hasMessageContaining("leads out of a folder")
          .hasMessageEndingWith("name objects by their own addresses");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"p/a//b", "p/..a", "p/a..", "p/.a/b.", "p/a\\b", "p/..."})
  void anOddNameThatStaysWithinIsListed(String key) throws Exception {
    String page = page(listed(key, "1"), "<IsTruncated>false</IsTruncated>");
    try (ScriptedS3 s3 = new ScriptedS3(request -> answer(200, page))) {
      assertThat(s3.store().list("s3://bucket/p"))
          .containsExactly(new Entry("s3://bucket/" + key, key.substring(2), 1, "\"e\""));
    }
  }

  @Test
  void aListingThatGoesInCirclesEnds() throws Exception {
    try (ScriptedS3 s3 =
        new ScriptedS3(request ->
            answer(
                200,
                page(
                    "",
                    "<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>")))) {
      fails(Reason.UNREADABLE, () -> s3.store().list("s3://bucket/p"))
          .hasMessageContaining("does not say whether it has more objects");
      assertThat(s3.requests()).hasSize(2);
    }
  }

  @Test
  void aListingThatNeverEndsIsGivenUp() throws Exception {
    AtomicInteger page = new AtomicInteger();
    try (ScriptedS3 s3 =
        new ScriptedS3(request ->
            answer(
                200,
                page(
                    "",
                    "<IsTruncated>true</IsTruncated><NextContinuationToken>"
                        + page.incrementAndGet()
                        + "</NextContinuationToken>")))) {
      fails(Reason.REFUSED, () -> s3.store().list("s3://bucket/p"))
          .hasMessageContaining("the list of its objects does not end");
      assertThat(page).hasValue(4_000);
    }
  }

  @Test
  void anObjectIsListedOnce() throws Exception {
    String twice =
        page(
            listed("p/a", "1") + listed("p/b", "1") + listed("p/a", "2"),
            "<IsTruncated>false</IsTruncated>");
    try (ScriptedS3 s3 = new ScriptedS3(request -> answer(200, twice))) {
      fails(Reason.REFUSED, () -> s3.store().list("s3://bucket/p"))
          .hasMessageContaining("lists an object twice");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "<ListBucketResult>, the answer of the server cannot be understood: it breaks off",
    "<!DOCTYPE a><ListBucketResult/>, cannot be understood: it has more than elements and text",
    "<html/>, the server answers with something else than was requested",
  })
  void aListingIsTheRightXml(String body, String why) throws Exception {
    try (ScriptedS3 s3 = new ScriptedS3(request -> answer(200, body))) {
      fails(Reason.UNREADABLE, () -> s3.store().list("s3://bucket/p")).hasMessageContaining(why);
      assertThat(s3.requests()).hasSize(2);
    }
  }

  @Test
  void aListingHasAMostSize() throws Exception {
    byte[] endless = new byte[(8 << 20) + 1];
    Arrays.fill(endless, (byte) ' ');
    try (ScriptedS3 s3 = new ScriptedS3(request -> answer(200, endless))) {
      fails(Reason.UNREADABLE, () -> s3.store().list("s3://bucket/p"))
          .hasMessageContaining("the server answers with more than 8,388,608 bytes");
    }
  }

  /** A listing has a body, which names the region. */
  @Test
  void theBodyMayNameTheRegion() throws Exception {
    String malformed =
        ScriptedS3.errorBody("AuthorizationHeaderMalformed")
            .replace("<Message>", "<Region>eu-west-9</Region><Message>");
    try (ScriptedS3 s3 =
        new ScriptedS3(request ->
            request.header("authorization").contains("/eu-west-9/s3/")
                ? answer(200, page("", "<IsTruncated>false</IsTruncated>"))
                : answer(400, malformed))) {
      assertThat(s3.store().list("s3://bucket")).isEmpty();
    }
  }
}
