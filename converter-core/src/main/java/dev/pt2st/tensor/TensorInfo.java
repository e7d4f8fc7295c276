package dev.pt2st.tensor;

/**
 * One tensor of a safetensors header.
 *
 * @param name its key in the header
 * @param dtype the element type; one that safetensors has a name for
 * @param shape as the header gives it, in elements
 * @param begin offset of its first byte, in bytes from the end of the header
 * @param end offset after its last byte, counted in the same way
 */
public record TensorInfo(String name, DType dtype, Shape shape, long begin, long end) {}
