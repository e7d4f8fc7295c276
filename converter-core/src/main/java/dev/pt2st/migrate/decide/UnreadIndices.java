package dev.pt2st.migrate.decide;

import dev.pt2st.Remedy;
import dev.pt2st.RemedyWording;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The indices of a directory that cannot be read completely. Files that might be their shards are
 * left unchanged, as they may not be models of their own.
 */
final class UnreadIndices {
  private static final Pattern SHARD_NUMBER = Pattern.compile("-\\d{5,}-of-\\d{5,}");

  /** One index for each extension in the names of indices, with its dot. */
  private final Map<String, String> byExtension = new HashMap<>();

  private final RemedyWording wording;

  UnreadIndices(RemedyWording wording) {
    this.wording = wording;
  }

  /** Adds the name of an index, such as {@code x.bin.index.json}. */
  void add(String index) {
    int end = index.lastIndexOf(".index");
    byExtension.putIfAbsent(index.substring(index.lastIndexOf('.', end - 1), end), index);
  }

  /** Why a file may not be a model of its own; null if none of these indices may name it. */
  @Nullable String whyNot(String file) {
    for (Map.Entry<String, String> one : byExtension.entrySet()) {
      if (file.endsWith(one.getKey()) || SHARD_NUMBER.matcher(file).find()) {
        return one.getValue()
            + " may name it, and cannot be read; "
            + wording.of(
                new Remedy.LeaveOut("repair it or, if this is not a shard of it, leave it out"));
      }
    }
    return null;
  }
}
