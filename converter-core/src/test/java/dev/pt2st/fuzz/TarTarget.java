package dev.pt2st.fuzz;

import dev.pt2st.CheckpointException;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.archive.ArchiveFormat;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.Containers;
import dev.pt2st.archive.Members;
import dev.pt2st.archive.Unpacking;
import dev.pt2st.checkpoint.Checkpoint;
import dev.pt2st.checkpoint.CheckpointReader;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.planner.Planner;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.ScratchFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The readers of tars: of checkpoints and of archives. The sums of the headers are put right, as
 * whoever makes a tar would.
 */
public final class TarTarget {
  private static final int BLOCK = 512;
  private static final int SIZE_AT = 124;
  private static final int SIZE_END = 136;
  private static final int SUM_AT = 148;
  private static final int SUM_END = 156;

  private TarTarget() {}

  /** One input; called by the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    Inputs.read(data, TarTarget::members);
    byte[] summed = withSums(data);
    Inputs.read(summed, TarTarget::members);
    Inputs.read(summed, TarTarget::checkpoint);
  }

  private static void members(MappedFile file) throws CheckpointException, IOException {
    Unpacking unpacking = new Unpacking(file, Inputs.LIMITS, true, ScratchFolder.TEMPORARY);
    try (Members members = Members.of(new Container.Archive(file, ArchiveFormat.TAR), unpacking)) {
      while (members.next()) {
        try (MappedFile member = members.open()) {
          if (member.size() > file.size()) {
            throw new AssertionError("a member is larger than its tar");
          }
        }
      }
    }
  }

  private static void checkpoint(MappedFile file) throws CheckpointException {
    if (Containers.detect(file, Inputs.LIMITS) instanceof Container.TorchTar tar) {
      Checkpoint checkpoint =
          new CheckpointReader(
                  ReadOptions.STANDARD
                      .withPolicy(Policy.STANDARD.allowAll())
                      .withLimits(Inputs.LIMITS))
              .read(tar);
      Planner.plan(
          checkpoint,
          ConvertOptions.STANDARD
              .withRead(ReadOptions.STANDARD.withLimits(Inputs.LIMITS))
              .withRoot("all"));
    }
  }

  /** A copy in which the sum of each header fits it. */
  static byte[] withSums(byte[] data) {
    byte[] summed = data.clone();
    long at = 0;
    while (at + BLOCK <= summed.length) {
      int header = (int) at;
      int sum = 0;
      for (int i = 0; i < BLOCK; i++) {
        sum += i >= SUM_AT && i < SUM_END ? ' ' : summed[header + i] & 0xff;
      }
      if (sum > (SUM_END - SUM_AT) * ' ') {
        byte[] text = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, summed, header + SUM_AT, text.length);
      }
      at += BLOCK + (size(summed, header) + BLOCK - 1) / BLOCK * BLOCK;
    }
    return summed;
  }

  private static long size(byte[] data, int header) {
    long size = 0;
    for (int i = header + SIZE_AT; i < header + SIZE_END && data[i] >= '0' && data[i] < '8'; i++) {
      size = size * 8 + data[i] - '0';
    }
    return size;
  }
}
