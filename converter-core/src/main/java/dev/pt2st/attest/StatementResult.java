package dev.pt2st.attest;

import java.util.List;

/**
 * The result of checking a statement.
 *
 * @param differences fields in which it disagrees with the files, at most {@link #MOST}
 * @param unchecked fields that were accepted without a check
 * @param signature the result of checking its signature
 * @param files the files of the output that were read
 * @param tensors how many tensors the statement covers
 */
public record StatementResult(
    List<FieldDifference> differences,
    List<String> unchecked,
    Signature signature,
    int files,
    long tensors) {
  /** The most differences that are reported. */
  public static final int MOST = 1000;

  /** The result of checking a statement's signature. */
  public enum Signature {
    /** The statement has no signature. */
    NONE,
    /** It has a signature, but no key was given to check it. */
    UNCHECKED,
    /** It is signed with the given key. */
    GOOD,
    /** A key was given, but the statement is not signed with it. */
    BAD
  }

  public StatementResult {
    differences = List.copyOf(differences);
    unchecked = List.copyOf(unchecked);
  }

  /** Whether the files match the statement, and the signature is good if a key was given. */
  public boolean holds() {
    return differences.isEmpty() && signature != Signature.BAD;
  }
}
