package dev.pt2st;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where in an input a problem is.
 *
 * @param file the file as the user named it
 * @param entry the entry (ZIP record, pickle of a stream), if there is one
 * @param offset byte offset in the entry, or in the file if there is no entry; negative: unknown
 * @param tensor the name of the tensor, if there is one
 */
public record Place(
    ResourceName file, @Nullable String entry, long offset, @Nullable String tensor) {

  /** The file as a whole. */
  public static Place of(Path file) {
    return of(ResourceName.of(file));
  }

  /** The resource of this name as a whole. */
  public static Place of(ResourceName file) {
    return new Place(file, null, -1, null);
  }

  /** This entry of the same file. */
  public Place inEntry(String entryName) {
    return new Place(file, entryName, -1, null);
  }

  /** This byte of the same entry. */
  public Place at(long byteOffset) {
    return new Place(file, entry, byteOffset, tensor);
  }

  /** The same place, with the name of a tensor. */
  public Place ofTensor(String name) {
    return new Place(file, entry, offset, name);
  }

  /**
   * What messages call a checkpoint that a pickle loads from bytes at this place: {@code
   * model.pkl!loaded at 153}.
   */
  public ResourceName embedded() {
    ResourceName around = entry == null ? file : file.inside(entry);
    return around.inside("loaded at " + offset);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(file.toString());
    if (entry != null) {
      text.append(": ").append(entry);
    }
    if (offset >= 0) {
      text.append(entry == null ? ": byte " : ", byte ").append(offset);
    }
    if (tensor != null) {
      text.append(": tensor \"").append(tensor).append('"');
    }
    return text.toString();
  }
}
