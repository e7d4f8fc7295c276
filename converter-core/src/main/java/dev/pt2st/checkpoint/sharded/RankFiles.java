package dev.pt2st.checkpoint.sharded;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.checkpoint.sharded.folder.FolderKind;
import dev.pt2st.checkpoint.sharded.folder.FolderNames;
import dev.pt2st.checkpoint.sharded.folder.FolderParts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The files of a model with one file per rank, found by their names.
 *
 * @param names in the order of the ranks
 * @param others names of files of other sets, such as an optimizer's
 */
record RankFiles(List<String> names, List<String> others) {
  private static final Pattern NAME = Pattern.compile(FolderKind.Parts.RANK, Pattern.DOTALL);

  /** Names that verl and accelerate give to files other than the model. */
  private static final Pattern NO_MODEL =
      Pattern.compile("(?:optim|optimizer|extra_state|scheduler|random_states|rng).*");

  private static final int MOST_RANKS_IN_MESSAGE = 20;

  RankFiles {
    names = List.copyOf(names);
    others = List.copyOf(others);
  }

  /**
   * Finds the model's files in a folder.
   *
   * @throws MalformedException if a rank is missing
   * @throws RefusedException if there are several models
   */
  static RankFiles in(FolderParts parts) throws CheckpointException, IOException {
    Place place = parts.files().place();
    TreeMap<String, TreeMap<Integer, String>> sets = new TreeMap<>();
    List<String> others = new ArrayList<>();
    for (Path part : parts.folder().parts()) {
      String name = String.valueOf(part.getFileName());
      Matcher matcher = NAME.matcher(name);
      if (!matcher.matches()) {
        continue;
      }
      if (NO_MODEL.matcher(matcher.group(1)).matches()) {
        others.add(name);
        continue;
      }
      String world = matcher.group(2) == null ? "" : matcher.group(2);
      String rank = matcher.group(2) == null ? matcher.group(4) : matcher.group(3);
      sets.computeIfAbsent(matcher.group(1) + " of " + world, key -> new TreeMap<>())
          .put(FolderNames.number(rank), name);
    }
    if (sets.isEmpty()) {
      throw new MalformedException(place, "none of its files is named as a model's");
    }
    if (sets.size() > 1) {
      List<String> firsts =
          sets.values().stream().map(files -> files.firstEntry().getValue()).toList();
      throw new RefusedException(
          place,
          "there are several models in this folder, which begin with " + String.join(", ", firsts),
          new Remedy.Advice("put the files of one into a folder of its own"));
    }
    TreeMap<Integer, String> files = sets.firstEntry().getValue();
    String world = sets.firstKey().substring(sets.firstKey().lastIndexOf(' ') + 1);
    int count = world.isEmpty() ? files.lastKey() + 1 : FolderNames.number(world);
    List<Integer> missing =
        IntStream.range(0, count)
            .filter(rank -> !files.containsKey(rank))
            .limit(MOST_RANKS_IN_MESSAGE)
            .boxed()
            .toList();
    if (!missing.isEmpty()) {
      String ranks = missing.stream().map(String::valueOf).collect(Collectors.joining(", "));
      throw new MalformedException(
          place,
          missing.size() == 1
              ? "the file of rank " + ranks + " is missing"
              : "the files of the ranks " + ranks + " are missing",
          new Remedy.FetchAgain("get the whole folder again"));
    }
    if (files.size() != count) {
      throw new MalformedException(
          place, "it has files of " + files.size() + " ranks, and their names say " + count);
    }
    return new RankFiles(List.copyOf(files.values()), others);
  }
}
