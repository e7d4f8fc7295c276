package dev.pt2st.io;

import java.io.IOException;

/** Opens what stands in one folder with a source, such as the shards that an index names. */
@FunctionalInterface
public interface Siblings {
  /**
   * Opens a source by its name in the folder. Whoever has opened the first one closes it.
   *
   * @throws SourceException for {@link SourceException.Reason#MISSING} if there is none
   */
  RangeSource open(String name) throws IOException;
}
