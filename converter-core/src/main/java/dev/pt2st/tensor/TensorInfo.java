package dev.pt2st.tensor;

/**
 * One tensor of a safetensors header.
 *
 * @param name its key in the header
 * @param dtype of its elements; one that the format has a name for
 * @param shape as the header gives it, in elements
 * @param begin first byte, counted from the end of the header
 * @param end the byte after the last
 */
public record TensorInfo(String name, DType dtype, Shape shape, long begin, long end) {}
