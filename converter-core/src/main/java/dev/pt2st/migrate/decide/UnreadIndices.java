package dev.pt2st.migrate.decide;

import dev.pt2st.Remedy;
import dev.pt2st.RemedyWording;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The indices of a directory that cannot be read to their end: whatever might be a shard of theirs
 * is left, as nobody can say that it is a model of its own.
 */
final class UnreadIndices {
  private static final Pattern SHARD_NUMBER = Pattern.compile("-\\d{5,}-of-\\d{5,}");

  /** An index for each extension that indices are named for, with its dot. */
  private final Map<String, String> byExtension = new HashMap<>();

  private final RemedyWording wording;

  UnreadIndices(RemedyWording wording) {
    this.wording = wording;
  }

  /** Takes in the name of one, such as {@code x.bin.index.json}. */
  void add(String index) {
    int end = index.lastIndexOf(".index");
    byExtension.putIfAbsent(index.substring(index.lastIndexOf('.', end - 1), end), index);
  }

  /** Why a file is no model of its own; null if none of these says so. */
  @Nullable String whyNot(String file) {
    for (Map.Entry<String, String> one : byExtension.entrySet()) {
      if (file.endsWith(one.getKey()) || SHARD_NUMBER.matcher(file).find()) {
        return one.getValue()
            + " may name it, and cannot be read; "
            + wording.of(
                new Remedy.LeaveOut("repair it or, if this is no shard of it, leave it out"));
      }
    }
    return null;
  }
}
