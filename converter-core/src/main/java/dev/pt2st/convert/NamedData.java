package dev.pt2st.convert;

/** What is to be written under a name; its place in the output is still open. */
record NamedData(String name, TensorData data) {}
