package dev.pt2st.bench.checkpoint;

import java.io.IOException;
import java.nio.file.Path;

/** How several processes write one checkpoint into a folder. */
public enum ShardedFormat {
  /** {@code torch.distributed.checkpoint}. */
  DCP {
    @Override
    void write(ShardedSpec spec, Path folder) throws IOException {
      DcpFolder.write(spec, folder);
    }
  },

  /** DeepSpeed's ZeRO, stage 2: the flat parameters are cut into equal parts. */
  ZERO2 {
    @Override
    void write(ShardedSpec spec, Path folder) throws IOException {
      ZeroFolder.write(spec, 2, folder);
    }
  },

  /** DeepSpeed's ZeRO, stage 3: each parameter is cut into equal parts. */
  ZERO3 {
    @Override
    void write(ShardedSpec spec, Path folder) throws IOException {
      ZeroFolder.write(spec, 3, folder);
    }
  };

  /** Writes a whole checkpoint into an empty folder. */
  abstract void write(ShardedSpec spec, Path folder) throws IOException;
}
