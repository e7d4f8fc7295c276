package dev.pt2st.io.source;

import java.io.IOException;

/** Opens other objects in the folder of a source, such as the shards that an index names. */
@FunctionalInterface
public interface Siblings {
  /**
   * Opens a source by its name in the folder. The owner of the first source closes it.
   *
   * @throws SourceException for {@link SourceException.Reason#MISSING} if there is none
   */
  RangeSource open(String name) throws IOException;
}
