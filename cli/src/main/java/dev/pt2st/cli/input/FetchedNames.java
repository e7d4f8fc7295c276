package dev.pt2st.cli.input;

import dev.pt2st.ResourceName;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Maps private folders of fetched files to their addresses, so that messages name the address. Safe
 * for use by several threads.
 */
public final class FetchedNames {
  private final Map<String, ResourceName> addresses = new ConcurrentHashMap<>();

  /** None yet. */
  public FetchedNames() {}

  void add(Path folder, ResourceName address) {
    addresses.put(folder.toString(), address);
  }

  /** A text in which each such folder is replaced by its address. */
  public String shown(String text) {
    String shown = text;
    for (Map.Entry<String, ResourceName> entry : addresses.entrySet()) {
      String address = entry.getValue().text();
      boolean endsWithSlash = address.endsWith("/");
      shown =
          shown.replace(
              entry.getKey(), endsWithSlash ? address.substring(0, address.length() - 1) : address);
    }
    return shown;
  }
}
