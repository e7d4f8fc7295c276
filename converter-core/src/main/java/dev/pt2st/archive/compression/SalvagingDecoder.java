package dev.pt2st.archive.compression;

/** A decoder of data that breaks, which gives out more than others keep to themselves. */
interface SalvagingDecoder {
  /**
   * How many bytes the strict decoder of the present data may have decoded, or could have, of which
   * it has given none.
   */
  long mostLost();
}
