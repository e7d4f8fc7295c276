/**
 * Entry points for a fuzzer, and a test that gives every seed to them. Each takes the bytes of an
 * input and throws only where an invariant is broken; docs/fuzzing.md says how they are run.
 */
package dev.pt2st.fuzz;
