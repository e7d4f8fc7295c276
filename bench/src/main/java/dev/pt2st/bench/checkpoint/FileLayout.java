package dev.pt2st.bench.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/** What a generated checkpoint is made of. */
public enum FileLayout {
  /** {@code torch.save} since PyTorch 1.6. */
  ZIP {
    @Override
    void write(CheckpointSpec spec, CheckpointOutput output, Path file) throws IOException {
      ZipLayout.write(spec, output, file);
    }
  },

  /** {@code torch.save} before, and with {@code _use_new_zipfile_serialization=False}. */
  LEGACY {
    @Override
    void write(CheckpointSpec spec, CheckpointOutput output, Path file) throws IOException {
      LegacyLayout.write(spec, output);
    }
  };

  /**
   * Writes a whole checkpoint.
   *
   * @param file its name, which some layouts repeat within
   */
  abstract void write(CheckpointSpec spec, CheckpointOutput output, Path file) throws IOException;
}
