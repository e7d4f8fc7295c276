package dev.pt2st.io.hub;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A cache of revisions and commits. A commit never changes, so nothing is requested twice. */
final class Commits {
  /** Requests the files of a commit. */
  @FunctionalInterface
  interface Question {
    List<HubFile> ask(HubAddress address) throws IOException;
  }

  private final Map<HubAddress, String> commits = new ConcurrentHashMap<>();
  private final Map<HubAddress, Map<String, HubFile>> trees = new ConcurrentHashMap<>();

  /** The commit of a revision, or the revision itself if that is not known. */
  String of(HubAddress address) {
    return commits.getOrDefault(address.file(""), address.revision());
  }

  /** Keeps the first commit that a revision had, and returns it. */
  String put(HubAddress address, String commit) {
    String earlier = commits.putIfAbsent(address.file(""), commit);
    return earlier == null ? commit : earlier;
  }

  /** All files of a commit. */
  synchronized List<HubFile> files(HubAddress address, Question question) throws IOException {
    HubAddress key = address.file("");
    Map<String, HubFile> tree = trees.get(key);
    if (tree == null) {
      Map<String, HubFile> asked = new LinkedHashMap<>();
      question.ask(key).forEach(file -> asked.put(file.path(), file));
      tree = asked;
      trees.put(key, asked);
    }
    return List.copyOf(tree.values());
  }

  /** The listed entry of a file; empty if its commit was not listed. */
  Optional<HubFile> listed(HubAddress address) {
    Map<String, HubFile> tree = trees.get(address.file(""));
    return tree == null ? Optional.empty() : Optional.ofNullable(tree.get(address.path()));
  }
}
