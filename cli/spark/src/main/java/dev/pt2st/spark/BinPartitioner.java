package dev.pt2st.spark;

import org.apache.spark.Partitioner;

/** Each bin is a partition, and so a task; those of small numbers begin first. */
final class BinPartitioner extends Partitioner {
  private static final long serialVersionUID = 1;

  private final int bins;

  BinPartitioner(int bins) {
    this.bins = bins;
  }

  @Override
  public int numPartitions() {
    return bins;
  }

  @Override
  public int getPartition(Object bin) {
    return (Integer) bin;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BinPartitioner same && same.bins == bins;
  }

  @Override
  public int hashCode() {
    return bins;
  }
}
