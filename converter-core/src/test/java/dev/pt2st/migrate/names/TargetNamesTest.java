package dev.pt2st.migrate.names;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names as Hugging Face has them. */
class TargetNamesTest {
  @ParameterizedTest
  @CsvSource({
    "pytorch_model.bin, model.safetensors",
    "pytorch_model-00001-of-00003.bin, model-00001-of-00003.safetensors",
    "pytorch_model.fp16.bin, model.fp16.safetensors",
    "pytorch_model.fp16-00001-of-00002.bin, model.fp16-00001-of-00002.safetensors",
    "pytorch_model-00001-of-00002.fp16.bin, model-00001-of-00002.fp16.safetensors",
    "diffusion_pytorch_model.bin, diffusion_pytorch_model.safetensors",
    "diffusion_pytorch_model.fp16.bin, diffusion_pytorch_model.fp16.safetensors",
    "adapter_model.bin, adapter_model.safetensors",
    "pytorch_lora_weights.bin, pytorch_lora_weights.safetensors",
    "pytorch_models.bin, pytorch_models.safetensors",
    "x.pt, x.safetensors",
    "x.pth, x.safetensors",
    "x.ckpt, x.safetensors",
    "x.bin, x.safetensors",
    "x.pkl, x.safetensors",
    "x.tar, x.safetensors",
    "x.7z, x.safetensors",
    "x.zip, x.safetensors",
    "x.pt2, x.safetensors",
    "x.ptl, x.safetensors",
    "x.pt.gz, x.safetensors",
    "x.pth.tar, x.safetensors",
    "x.pth.tar.gz, x.safetensors",
    "x.tar.xz, x.safetensors",
    "x.tgz, x.safetensors",
    "X.PT, X.safetensors",
    "v1.5.ckpt, v1.5.safetensors",
    "v1.5, v1.5.safetensors",
    "x.weights, x.weights.safetensors",
    "x.bin.pt, x.bin.safetensors",
    ".pt, .pt.safetensors",
    "3f786850e387550fdab836ed7e6dc881de23001b, "
        + "3f786850e387550fdab836ed7e6dc881de23001b.safetensors",
    "'a b\nc.pt', 'a b\nc.safetensors'",
    "model, model.safetensors",
    "pytorch_model, model.safetensors",
  })
  void ofACheckpoint(String source, String target) {
    assertThat(TargetNames.of(source)).isEqualTo(target);
  }

  @ParameterizedTest
  @CsvSource({
    "x.pt, x.safetensors",
    "a.pt/b.bin/pytorch_model.bin, a.pt/b.bin/model.safetensors",
    "a/x.safetensors, a/x.safetensors",
    "a/x.SAFETENSORS, a/x.SAFETENSORS.safetensors",
    "a/, a/.safetensors",
  })
  void ofAPath(String source, String target) {
    assertThat(TargetNames.ofPath(source)).isEqualTo(target);
  }

  @ParameterizedTest
  @CsvSource({
    "pytorch_model.bin.index.json, model.safetensors.index.json",
    "pytorch_model.bin.index.fp16.json, model.safetensors.index.fp16.json",
    "diffusion_pytorch_model.bin.index.json, diffusion_pytorch_model.safetensors.index.json",
    "x.pt.index.json, x.safetensors.index.json",
    "model.safetensors.index.json,",
    "index.json,",
    "pytorch_model.bin.json,",
  })
  void ofAnIndex(String source, String target) {
    assertThat(TargetNames.ofIndex(source).orElse(null)).isEqualTo(target);
  }

  @ParameterizedTest
  @CsvSource({
    "pytorch_model-00001-of-00003.bin, pytorch_model.bin.index.json, true",
    "pytorch_model.bin, pytorch_model.bin.index.json, false",
    "other-00001-of-00003.bin, pytorch_model.bin.index.json, false",
  })
  void aShardIsToldByItsName(String file, String index, boolean is) {
    assertThat(TargetNames.isShardOf(file, index)).isEqualTo(is);
  }
}
