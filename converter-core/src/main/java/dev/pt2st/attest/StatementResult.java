package dev.pt2st.attest;

import java.util.List;

/**
 * What came of checking a statement.
 *
 * @param differences where it says something else than the files, at most {@link #MOST}
 * @param unchecked fields that were accepted as they are
 * @param signature what is known of who made it
 * @param files the files of the output that were read
 * @param tensors how many tensors the statement speaks of
 */
public record StatementResult(
    List<FieldDifference> differences,
    List<String> unchecked,
    Signature signature,
    int files,
    long tensors) {
  /** Of more differences nobody is told. */
  public static final int MOST = 1000;

  /** What is known of who made a statement. */
  public enum Signature {
    /** It has none. */
    NONE,
    /** It has one, and no key was given to check it. */
    UNCHECKED,
    /** It is signed with the given key. */
    GOOD,
    /** A key was given, and it is not signed with that. */
    BAD
  }

  public StatementResult {
    differences = List.copyOf(differences);
    unchecked = List.copyOf(unchecked);
  }

  /** Whether the files are what the statement says, and the signature is good if it was to be. */
  public boolean holds() {
    return differences.isEmpty() && signature != Signature.BAD;
  }
}
