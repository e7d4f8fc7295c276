package dev.pt2st.attest;

import dev.pt2st.attest.Statement.Subject;
import dev.pt2st.convert.plan.OutputDigests.SourceDigest;
import java.util.ArrayList;
import java.util.List;

/** Gives files the names that a statement has at the same positions. */
final class Renamed {
  private Renamed() {}

  static List<Subject> subjects(List<Subject> own, List<Subject> claimed) {
    List<Subject> named = new ArrayList<>();
    for (int i = 0; i < own.size(); i++) {
      Subject subject = own.get(i);
      named.add(
          i < claimed.size()
              ? new Subject(claimed.get(i).name(), subject.sha256(), subject.content())
              : subject);
    }
    return named;
  }

  static List<SourceDigest> sources(List<SourceDigest> own, List<SourceDigest> claimed) {
    List<SourceDigest> named = new ArrayList<>();
    for (int i = 0; i < own.size(); i++) {
      SourceDigest source = own.get(i);
      named.add(
          i < claimed.size()
              ? new SourceDigest(claimed.get(i).name(), source.bytes(), source.sha256())
              : source);
    }
    return named;
  }
}
