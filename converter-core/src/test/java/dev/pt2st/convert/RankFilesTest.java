package dev.pt2st.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.RefusedException;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.safetensors.SafetensorsFile;
import dev.pt2st.testing.Py;
import dev.pt2st.testing.Torch;
import dev.pt2st.verify.OutputVerifier;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of models of which each rank has written a file, one by one. */
class RankFilesTest {
  private static final String PLACEMENT = "torch.distributed.tensor.placement_types.";

  @TempDir Path temporary;

  private void save(int rank, int world, Torch torch, Object value) throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("actor"));
    String name = "model_world_size_" + world + "_rank_" + rank + ".pt";
    Files.write(folder.resolve(name), torch.zip(value));
  }

  private static Object placement(String name, Object... attributes) {
    return Py.object(PLACEMENT + name, Py.dict(attributes));
  }

  /** A tensor of one dimension on a mesh of one. */
  private static Object spread(
      int size, Object local, int ranks, int coordinate, Object placement) {
    Object layout =
        Py.object(
            "torch.distributed._mesh_layout._MeshLayout",
            Py.dict(
                "axes",
                Py.tuple(
                    Py.object(
                        "torch.distributed._mesh_layout._FlatLayout",
                        Py.dict("shape", Py.tuple(ranks), "stride", Py.tuple(1))))));
    Object mesh =
        Py.object(
            "torch.distributed.device_mesh.DeviceMesh",
            Py.dict("_layout", layout, "_coordinate_on_dim", Py.tuple(coordinate)));
    Object spec =
        Py.object(
            "torch.distributed.tensor._dtensor_spec.DTensorSpec",
            Py.dict("mesh", mesh, "placements", Py.tuple(placement)));
    Object type = Py.global("torch.distributed.tensor.DTensor");
    return Py.call(
        "torch._tensor._rebuild_from_type_v2",
        Py.global("torch._utils._rebuild_wrapper_subclass"),
        type,
        Py.tuple(
            type,
            Py.global("torch.float32"),
            Py.tuple(size),
            Py.tuple(1),
            0,
            Py.call("torch.serialization._get_layout", "torch.strided"),
            Py.call("torch.device", "cpu"),
            false),
        Py.tuple(null, Py.dict("_local_tensor", local, "_spec", spec)));
  }

  private void shards(Object placement, float[]... parts) throws IOException {
    for (int rank = 0; rank < parts.length; rank++) {
      Torch torch = new Torch();
      Object local = torch.tensor(parts[rank]);
      save(
          rank, parts.length, torch, Py.dict("w", spread(3, local, parts.length, rank, placement)));
    }
  }

  private float[] convert() throws CheckpointException, IOException {
    Path output = temporary.resolve("out.safetensors");
    Converter.convert(
        temporary.resolve("actor"),
        output,
        ConvertOptions.STANDARD,
        WriteOptions.STANDARD.withCheck(new OutputVerifier()),
        ProgressListener.NONE);
    try (SafetensorsFile file = SafetensorsFile.open(output)) {
      MemorySegment data = file.data("w");
      return MemorySegment.ofArray(data.toArray(ValueLayout.JAVA_BYTE))
          .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }
  }

  private static float[] of(float... values) {
    return values;
  }

  @Test
  void shardsAreCutAsPyTorchCutsThem() throws Exception {
    shards(placement("Shard", "dim", 0), of(1, 2), of(3));
    assertThat(convert()).containsExactly(1, 2, 3);
  }

  @Test
  void aRankMayHaveNothing() throws Exception {
    shards(placement("Shard", "dim", 0), of(1), of(2), of(3), of());
    assertThat(convert()).containsExactly(1, 2, 3);
  }

  @Test
  void copiesAreWrittenOnce() throws Exception {
    shards(placement("Replicate"), of(1, 2, 3), of(1, 2, 3));
    assertThat(convert()).containsExactly(1, 2, 3);
  }

  @Test
  void copiesThatDifferAreRefused() throws Exception {
    shards(placement("Replicate"), of(1, 2, 3), of(1, 2, 4));
    assertMalformed("the copies that several ranks have of it differ");
  }

  @Test
  void plainTensorsAreCopiesToo() throws Exception {
    for (int rank = 0; rank < 2; rank++) {
      Torch torch = new Torch();
      save(rank, 2, torch, Py.dict("w", torch.tensor(5, 6)));
    }
    assertThat(convert()).containsExactly(5, 6);
    Torch torch = new Torch();
    save(1, 2, torch, Py.dict("w", torch.tensor(5, 7)));
    assertMalformed("the copies that several ranks have of it differ");
  }

  @Test
  void aPartOfAnotherSizeIsRefused() throws Exception {
    shards(placement("Shard", "dim", 0), of(1), of(2, 3));
    assertMalformed("by its placements it would have [2]");
  }

  @Test
  void sumsThatAreNotAddedYetAreRefused() throws Exception {
    shards(placement("Partial", "reduce_op", "sum"), of(1, 2, 3), of(1, 2, 3));
    assertRefused("spread as Partial");
    shards(placement("_StridedShard", "dim", 0, "split_factor", 2), of(1, 2), of(3));
    assertRefused("spread as _StridedShard");
  }

  @Test
  void aRankWithoutItsFileIsMissed() throws Exception {
    shards(placement("Shard", "dim", 0), of(1, 2), of(3));
    Files.delete(temporary.resolve("actor/model_world_size_2_rank_1.pt"));
    assertMalformed("the file of rank 1 is missing");
  }

  @Test
  void flatParametersSayNothingOfTheWhole() throws Exception {
    for (int rank = 0; rank < 2; rank++) {
      Torch torch = new Torch();
      save(rank, 2, torch, Py.dict("layer._flat_param", torch.tensor(rank)));
    }
    assertRefused("LOCAL_STATE_DICT");
  }

  private void assertMalformed(String why) throws IOException {
    Files.deleteIfExists(temporary.resolve("out.safetensors"));
    assertThatThrownBy(this::convert)
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(why);
    assertThat(temporary.resolve("out.safetensors")).doesNotExist();
  }

  private void assertRefused(String why) throws IOException {
    Files.deleteIfExists(temporary.resolve("out.safetensors"));
    assertThatThrownBy(this::convert)
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(why);
    assertThat(temporary.resolve("out.safetensors")).doesNotExist();
  }
}
