package dev.pt2st.io.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers in XML are elements and text; what else XML has is refused. */
class XmlElementTest {
  @Test
  void elementsAndTextAreRead() throws Exception {
    XmlElement root =
        parse(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <List xmlns="http://s3.amazonaws.com/doc/2006-03-01/" xmlns:x='y'>
              <Empty/><Key a = "1>2" >a&amp;b &lt;&gt;&quot;&apos;&#x20AC;&#128512;é</Key >
              <x:Key>second</x:Key>
              <Deep><Er>1</Er></Deep>
            </List>
            """);

    assertThat(root.name()).isEqualTo("List");
    assertThat(root.textOf("Empty")).contains("");
    assertThat(root.all("Key").map(XmlElement::text))
        .containsExactly("a&b <>\"'\u20ac\ud83d\ude00é", "second");
    assertThat(root.child("Deep").flatMap(deep -> deep.textOf("Er"))).contains("1");
    assertThat(root.textOf("Missing")).isEmpty();
  }

  /** A server that takes its time to complete an upload sends blanks until it knows. */
  @Test
  void blanksMayStandBeforeIt() throws Exception {
    assertThat(parse(" \n <?xml version='1.0'?>\n<A/> ").name()).isEqualTo("A");
    assertThat(parse("\ufeff<A/>").name()).isEqualTo("A");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a> | more than elements",
        "<a><!-- b --></a>                          | more than elements",
        "<a><![CDATA[b]]></a>                       | more than elements",
        "<a><?b c?></a>                             | more than elements",
        "<a>&b;</a>                                 | an entity",
        "<a>&#xD800;</a>                            | no character",
        "<a>&#1F;</a>                               | no character",
        "<a>&#x110000;</a>                          | no character",
        "<a>&#99999999999999999999;</a>             | a reference without an end",
        "<a>&amp</a>                                | a reference without an end",
        "<a><b></a></b>                             | do not fit together",
        "<a>                                        | breaks off",
        "<a/><b/>                                   | after its end",
        "a                                          | does not begin",
        "~~                                         | breaks off",
        "<a b></a>                                  | an attribute",
        "<a b=c></a>                                | an attribute",
        "<a b='c></a>                               | an attribute",
        "<?xml version='1.0' encoding='UTF-16'?><a/>| not in UTF-8",
        "<?xml version='1.0'                        | no end",
      })
  void whatIsNotElementsAndTextIsRefused(String document, String why) {
    assertThatThrownBy(() -> parse(document))
        .isInstanceOf(MalformedXmlException.class)
        .hasMessageContaining(why);
  }

  @Test
  void otherEncodingsAreRefused() {
    assertThatThrownBy(() -> XmlElement.parse("<a>é</a>".getBytes(StandardCharsets.ISO_8859_1)))
        .hasMessageContaining("not in UTF-8");
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 1_000_000})
  void deepNestingIsRefused(int depth) throws Exception {
    assertThatThrownBy(() -> parse("<a>".repeat(depth) + "</a>".repeat(depth)))
        .hasMessageContaining("too deeply");
    assertThat(parse("<a>".repeat(16) + "</a>".repeat(16)).name()).isEqualTo("a");
  }

  /** A page of a listing has some 10,000. */
  @Test
  void tooManyElementsAreRefused() throws Exception {
    assertThat(parse("<a>" + "<b/>".repeat(99_999) + "</a>").children()).hasSize(99_999);
    assertThatThrownBy(() -> parse("<a>" + "<b/>".repeat(100_000) + "</a>"))
        .hasMessageContaining("too many elements");
  }

  private static XmlElement parse(String text) throws MalformedXmlException {
    return XmlElement.parse(text.getBytes(StandardCharsets.UTF_8));
  }
}
