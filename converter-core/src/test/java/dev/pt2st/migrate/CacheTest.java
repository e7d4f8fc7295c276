package dev.pt2st.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.UnitResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Hugging Face cache: snapshots of links into blobs. */
class CacheTest {
  private static final String SNAPSHOT = "models--org--name/snapshots/rev1/";
  private static final String SECOND = "models--org--name/snapshots/rev2/";
  private static final String BLOBS = "models--org--name/blobs/";

  @TempDir Path temporary;
  private Store store;

  @BeforeEach
  void makeStore() throws IOException {
    store = new Store(Files.createDirectory(temporary.resolve("hub")));
    store.model(BLOBS + "aaa").file(BLOBS + "bbb", "{}");
    store.link(SNAPSHOT + "pytorch_model.bin", "../../blobs/aaa");
    store.link(SNAPSHOT + "config.json", "../../blobs/bbb");
    store.link(SECOND + "pytorch_model.bin", "../../blobs/aaa");
  }

  @AfterEach
  void removeLinks() throws IOException {
    Store.removeLinks(temporary);
  }

  @Test
  void aBlobIsConvertedOnceAndEachLinkGetsASibling() throws IOException {
    assertThat(store.migrate())
        .containsOnly(
            Map.entry(BLOBS + "aaa", "converted"),
            Map.entry(SNAPSHOT + "pytorch_model.bin", "linked"),
            Map.entry(SECOND + "pytorch_model.bin", "linked"));
    assertThat(Store.content(store.root))
        .containsEntry(SNAPSHOT + "model.safetensors", "-> ../../blobs/aaa.safetensors")
        .containsEntry(SECOND + "model.safetensors", "-> ../../blobs/aaa.safetensors");
    assertThat(store.root.resolve(SNAPSHOT + "model.safetensors")).isRegularFile();
    assertThat(store.migrate().values()).containsOnly("already there");
  }

  @Test
  void theLinksOfAMirroredTreeLeadToWhereTheyShould() throws IOException {
    store.target = Files.createDirectory(temporary.resolve("out"));
    store.migrate();
    assertThat(Store.content(store.target))
        .containsEntry(SNAPSHOT + "model.safetensors", "-> ../../blobs/aaa.safetensors")
        .containsEntry(SNAPSHOT + "config.json", "-> ../../blobs/bbb")
        .hasSize(5);
    assertThat(store.target.resolve(SNAPSHOT + "config.json")).hasContent("{}");
  }

  @Test
  void whereTheOriginalsGoTheLinksToThemGoToo() throws IOException {
    store.with(it -> it.removeOriginals = true).migrate();
    assertThat(store.names())
        .containsExactly(
            BLOBS + "aaa.safetensors",
            BLOBS + "bbb",
            SNAPSHOT + "config.json",
            SNAPSHOT + "model.safetensors",
            SECOND + "model.safetensors");
  }

  @Test
  void linksToAnOriginalThatIsGoneSinceAnEarlierRunAreStillGivenASibling() throws IOException {
    store.migrate();
    for (String snapshot : new String[] {SNAPSHOT, SECOND}) {
      Files.delete(store.root.resolve(snapshot + "model.safetensors"));
    }
    Files.delete(store.root.resolve(BLOBS + "aaa"));
    store.migrate();
    assertThat(store.root.resolve(SECOND + "model.safetensors")).isRegularFile();
  }

  @Test
  void aModelInShardsIsMadeOfLinksAndANewIndex() throws IOException {
    store.file(BLOBS + "s1", Store.model("a", 1)).file(BLOBS + "s2", Store.model("b", 2, 3));
    store.file(BLOBS + "i", Store.index("a", "m-00001-of-00002.bin", "b", "m-00002-of-00002.bin"));
    store.link(SNAPSHOT + "m.bin.index.json", "../../blobs/i");
    store.link(SNAPSHOT + "m-00001-of-00002.bin", "../../blobs/s1");
    store.link(SNAPSHOT + "m-00002-of-00002.bin", "../../blobs/s2");
    assertThat(store.migrate()).containsEntry(SNAPSHOT + "m.bin.index.json", "linked");
    assertThat(store.root.resolve(SNAPSHOT + "m.safetensors.index.json"))
        .content()
        .contains("\"total_size\": 12", "\"b\": \"m-00002-of-00002.safetensors\"");
    assertThat(Store.content(store.root))
        .containsEntry(SNAPSHOT + "m-00002-of-00002.safetensors", "-> ../../blobs/s2.safetensors");
    assertThat(store.migrate().values()).containsOnly("already there");
  }

  @Test
  void whereAShardIsNotConvertedTheModelOfLinksIsNotThere() throws IOException {
    store.file(BLOBS + "s1", Store.model("a", 1)).file(BLOBS + "s2", new byte[] {'P', 'K', 3, 4});
    store.file(BLOBS + "i", Store.index("a", "m-00001-of-00002.bin", "b", "m-00002-of-00002.bin"));
    store.link(SNAPSHOT + "m.bin.index.json", "../../blobs/i");
    store.link(SNAPSHOT + "m-00001-of-00002.bin", "../../blobs/s1");
    store.link(SNAPSHOT + "m-00002-of-00002.bin", "../../blobs/s2");
    assertThat(store.migrate())
        .containsEntry(
            SNAPSHOT + "m.bin.index.json", "left alone: " + BLOBS + "s2 was not converted");
    assertThat(store.names())
        .noneMatch(name ->
            name.startsWith(SNAPSHOT + "m")
                && name.contains("00001")
                && name.endsWith(".safetensors"));
  }

  @Test
  void linksThatLeadOutOrNowhereOrInCirclesAreLeftAlone() throws IOException {
    Path outside = temporary.resolve("outside.pt");
    Files.write(outside, Store.model("w", 1));
    store.link("out.pt", "../outside.pt").link("gone.pt", "nowhere").link("loop.pt", "loop.pt");
    store.link("dir", "models--org--name");
    assertThat(store.migrate())
        .containsEntry("out.pt", "left alone: the link leads out of the directory")
        .containsEntry("gone.pt", "left alone: the link leads nowhere")
        .containsEntry("loop.pt", "left alone: the link leads nowhere")
        .doesNotContainKey("dir");
    assertThat(temporary.resolve("outside.safetensors")).doesNotExist();
  }

  @Test
  void twoNamesOfOneFileAreTwoCheckpoints() throws IOException {
    store.model("x.pt");
    Files.createLink(store.root.resolve("y.pt"), store.root.resolve("x.pt"));
    store.with(it -> it.removeOriginals = true).migrate();
    assertThat(store.names()).contains("x.safetensors", "y.safetensors");
  }

  @Test
  void aBlobStaysWhileALinkToItIsNotConverted() throws IOException {
    store.file(SNAPSHOT + "model.safetensors", "somebody else's");
    store.with(it -> it.removeOriginals = true).migrate();
    assertThat(store.root.resolve(SNAPSHOT + "pytorch_model.bin")).isRegularFile();
    assertThat(store.root.resolve(SECOND + "pytorch_model.bin")).isRegularFile();
    assertThat(store.stays)
        .containsExactly(
            BLOBS + "aaa: the original is not removed: a link that leads to it was not converted");
    Files.delete(store.root.resolve(SNAPSHOT + "model.safetensors"));
    store.migrate();
    assertThat(store.names())
        .contains(SNAPSHOT + "model.safetensors", SECOND + "model.safetensors")
        .noneMatch(name -> name.endsWith(".bin") || name.equals(BLOBS + "aaa"));
  }

  @Test
  void whereAModelOfLinksIsRefusedNoneOfItsShardsIsRemoved() throws IOException {
    store.file(BLOBS + "s1", Store.model("a", 1)).file(BLOBS + "s2", Store.model("a", 2, 3));
    store.file(BLOBS + "i", Store.index("a", "m-00001-of-00002.bin", "b", "m-00002-of-00002.bin"));
    store.link(SNAPSHOT + "m.bin.index.json", "../../blobs/i");
    store.link(SNAPSHOT + "m-00001-of-00002.bin", "../../blobs/s1");
    store.link(SNAPSHOT + "m-00002-of-00002.bin", "../../blobs/s2");
    store.with(it -> it.removeOriginals = true).migrate();
    assertThat(store.root.resolve(SNAPSHOT + "m-00001-of-00002.bin")).isRegularFile();
    assertThat(store.root.resolve(SNAPSHOT + "m-00002-of-00002.bin")).isRegularFile();
    assertThat(store.names()).doesNotContain(BLOBS + "aaa").contains(BLOBS + "i");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void linksToTheShardsOfAModelGetSiblings(boolean remove) throws IOException {
    store.file("v1/m-00001-of-00002.bin", Store.model("a", 1));
    store.file("v1/m-00002-of-00002.bin", Store.model("b", 2));
    store.file(
        "v1/m.bin.index.json",
        Store.index("a", "m-00001-of-00002.bin", "b", "m-00002-of-00002.bin"));
    for (String name :
        List.of("m.bin.index.json", "m-00001-of-00002.bin", "m-00002-of-00002.bin")) {
      store.link("latest/" + name, "../v1/" + name);
    }
    store.with(it -> it.removeOriginals = remove);
    assertThat(store.migrate()).containsEntry("latest/m.bin.index.json", "linked");
    assertThat(Store.content(store.root))
        .containsEntry(
            "latest/m-00001-of-00002.safetensors", "-> ../v1/m-00001-of-00002.safetensors")
        .containsEntry(
            "latest/m-00002-of-00002.safetensors", "-> ../v1/m-00002-of-00002.safetensors")
        .containsKey("latest/m.safetensors.index.json");
    assertThat(store.names().stream().filter(name -> name.contains(".bin")))
        .hasSize(remove ? 0 : 8);
    assertThat(store.names()).allMatch(name -> Files.exists(store.root.resolve(name)));
  }

  @Test
  void keysThatAModelOfLinksDoesNotHaveAreSaid() throws IOException {
    store.file(BLOBS + "s1", Store.model("a", 1));
    store.file(BLOBS + "i", Store.index("a", "m-00001-of-00001.bin", "z", "m-00001-of-00001.bin"));
    store.link(SNAPSHOT + "m.bin.index.json", "../../blobs/i");
    store.link(SNAPSHOT + "m-00001-of-00001.bin", "../../blobs/s1");
    assertThat(store.results())
        .filteredOn(result -> result.unit().kind() == MigrationUnit.Kind.LINKED_MODEL)
        .flatExtracting(UnitResult::notes)
        .containsExactly("dropped from the index, as no shard has it: z");
  }
}
