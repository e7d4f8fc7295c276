package dev.pt2st;

import static dev.pt2st.testing.Py.call;
import static dev.pt2st.testing.Py.list;
import static dev.pt2st.testing.Py.tuple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.testing.LegacyStream;
import dev.pt2st.testing.PlainDomain;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.TestConversion;
import dev.pt2st.testing.Torch;
import dev.pt2st.testing.Wrap;
import dev.pt2st.testing.ZipBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tukaani.xz.LZMA2Options;

/** Each limit lets through just what it says, and not one more. */
class LimitEdgeTest {
  @TempDir static Path temporary;

  /** Work that needs just so much of a limit. */
  record Edge(Limit limit, long needs, Work work) {
    @Override
    public String toString() {
      return limit + " " + needs;
    }
  }

  @FunctionalInterface
  interface Work {
    void run(Limits limits) throws Exception;
  }

  static Stream<Edge> edges() {
    List<Edge> edges = new ArrayList<>();
    edges.add(pickle(Limit.OPCODES, 5, "(NNt."));
    edges.add(pickle(Limit.OPCODES, 2, "N."));
    edges.add(pickle(Limit.STACK, 3, "NNN."));
    edges.add(pickle(Limit.STACK, 5, "(NNNNN00000t."));
    edges.add(pickle(Limit.STACK, 300, "N" + "2".repeat(299) + "."));
    edges.add(pickle(Limit.STACK, 70, "(".repeat(70) + "N."));
    edges.add(pickle(Limit.MEMO, 2, "Nq\0q\1q\0."));
    edges.add(pickle(Limit.MEMO, 3, "N\u0094\u0094\u0094."));
    edges.add(pickle(Limit.MEMO, 2, "Nr\u00ff\u00ff\u00ff\u00ffr\u00fe\u00ff\u00ff\u00ff."));
    edges.add(pickle(Limit.HEAP_BYTES, 100 + 48, "X\144\0\0\0" + "a".repeat(100) + "."));
    edges.add(convert(Limit.PICKLE_BYTES, pickleSize(), torch().zip(model())));
    edges.add(convert(Limit.ENTRIES, 3, zip().stored("archive/version", new byte[1]).build()));
    byte[] embedded =
        LegacyStream.of(1001, call("torch.storage._load_from_bytes", torch().zip(1)), list());
    edges.add(
        convert(
            Limit.EMBEDDED,
            2,
            torch().zip(list(model(), call("torch.storage._load_from_bytes", embedded)))));
    edges.add(convert(Limit.NESTING, 2, torch().zip(list(list(model())))));
    edges.add(convert(Limit.NAMES, 3, torch().zip(list(model(), 1, 2))));
    byte[] expanding = expanding();
    edges.add(convert(Limit.EXPANSION, quotient(1L << 30, expanding.length), expanding));
    edges.add(ratio());
    byte[] zip = torch().zip(model());
    edges.add(convert(Limit.ENTRIES, 2, Wrap.tar(Map.of("w.pt", zip, "readme", new byte[1]))));
    edges.add(convert(Limit.UNPACKED_BYTES, zip.length, Wrap.gzip(zip)));
    edges.add(convert(Limit.WRAPPING, 3, Wrap.gzip(Wrap.tar(Map.of("w.xz", Wrap.xz(zip))))));
    long kilobytes = new LZMA2Options().getDecoderMemoryUsage();
    edges.add(convert(Limit.DECODER_BYTES, kilobytes << 10, Wrap.xz(zip)));
    return edges.stream();
  }

  private static Edge pickle(Limit limit, long needs, String stream) {
    return new Edge(limit, needs, limits -> PlainDomain.load(stream, limits));
  }

  private static Edge convert(Limit limit, long needs, byte[] checkpoint) {
    return new Edge(
        limit,
        needs,
        limits ->
            TestConversion.of(temporary, checkpoint)
                .with(ConvertOptions.STANDARD.withRead(ReadOptions.STANDARD.withLimits(limits)))
                .plan());
  }

  private static final Torch TORCH = new Torch();
  private static final Object MODEL = TORCH.tensor(1);

  private static Torch torch() {
    return TORCH;
  }

  private static Object model() {
    return MODEL;
  }

  private static ZipBuilder zip() {
    return torch().zipOf(model());
  }

  private static long pickleSize() {
    return Py.pickle(model()).length;
  }

  private static long quotient(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  /** One byte, seen 2^30 times. */
  private static byte[] expanding() {
    Torch torch = new Torch();
    Object storage = torch.bytes(7);
    return torch.zip(Torch.view(storage, 0, tuple(1 << 15, 1 << 15), tuple(0, 0)));
  }

  private static Edge ratio() {
    byte[] pickle = Py.pickle(list(model(), "a".repeat(100_001)));
    long[] compressed = {0};
    ZipBuilder zip =
        new ZipBuilder()
            .deflated("a/data.pkl", pickle, entry -> compressed[0] = entry.content.length)
            .stored("a/data/0", new byte[4]);
    return convert(Limit.RATIO, quotient(pickle.length, compressed[0]), zip.build());
  }

  @ParameterizedTest
  @MethodSource("edges")
  void whatIsAtTheLimitPassesAndOneMoreDoesNot(Edge edge) {
    Limits enough = Limits.STANDARD.with(edge.limit, edge.needs);
    assertThatCode(() -> edge.work.run(enough)).doesNotThrowAnyException();
    Limits tooLittle = Limits.STANDARD.with(edge.limit, edge.needs - 1);
    assertThatThrownBy(() -> edge.work.run(tooLittle))
        .isInstanceOfSatisfying(
            LimitException.class, e -> assertThat(e.limit()).isEqualTo(edge.limit))
        .hasMessageContaining("Limit." + edge.limit);
  }

  @Test
  void theTimeIsLookedAtAtTheEndAndOnTheWay() {
    for (String stream : List.of("N.", "N0".repeat(10_000))) {
      assertThatThrownBy(() -> PlainDomain.load(stream, Limits.STANDARD.with(Limit.SECONDS, 0)))
          .isInstanceOf(LimitException.class)
          .hasMessageContaining("Limit.SECONDS");
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyLimitHasAnEdgeHere(Limit limit) {
    assertThat(Stream.concat(edges().map(Edge::limit), Stream.of(Limit.SECONDS))).contains(limit);
  }

  @Test
  void growthIsComparedExactly() {
    Limits limits = Limits.STANDARD.with(Limit.RATIO, 3);
    assertThat(limits.allowGrowth(Limit.RATIO, 5, 15)).isTrue();
    assertThat(limits.allowGrowth(Limit.RATIO, 5, 16)).isFalse();
    assertThat(limits.allowGrowth(Limit.RATIO, 0, 1)).isFalse();
    assertThat(limits.allowGrowth(Limit.RATIO, Long.MAX_VALUE, Long.MAX_VALUE)).isTrue();
    long third = Long.MAX_VALUE / 3;
    assertThat(limits.allowGrowth(Limit.RATIO, third, 3 * third)).isTrue();
    assertThat(limits.allowGrowth(Limit.RATIO, third, 3 * third + 1)).isFalse();
    Limits none = Limits.STANDARD.with(Limit.RATIO, 0);
    assertThat(none.allowGrowth(Limit.RATIO, 9, 0)).isTrue();
    assertThat(none.allowGrowth(Limit.RATIO, 9, 1)).isFalse();
  }
}
