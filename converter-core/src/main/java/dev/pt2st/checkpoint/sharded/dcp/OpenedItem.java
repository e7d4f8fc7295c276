package dev.pt2st.checkpoint.sharded.dcp;

import dev.pt2st.torch.value.PieceTable;

/**
 * An item that holds a tensor.
 *
 * @param layout what it shares with other items
 * @param start the offset of its elements' record in the item
 * @param crc the CRC-32 of the record, or 0 if there is none
 */
record OpenedItem(PieceTable.Layout layout, long start, int crc) {}
