package dev.pt2st.safetensors.format;

import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.io.MappedFile;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the index of a model in several files: an object whose {@code weight_map} names the file of
 * each tensor ({@code get_checkpoint_shard_files} in {@code transformers/utils/hub.py}). The files
 * are in the folder of the index; a name that leads out of it is refused.
 */
final class ShardIndexReader {
  /** The maximum size of a header: an index has less for each tensor. */
  private static final int MOST_BYTES = HeaderWriter.MAX_JSON_BYTES;

  /** Other JSON files next to a model, each recognized by a key that only it has. */
  private static final Map<String, String> KINDS =
      Map.of(
          "architectures", "a model's config.json",
          "model_type", "a model's config.json",
          "_class_name", "a configuration of diffusers",
          "peft_type", "the configuration of an adapter",
          "tokenizer_class", "the configuration of a tokenizer",
          "added_tokens", "a tokenizer",
          "do_sample", "a configuration of text generation");

  private final JsonScanner json;
  private final Place place;

  private ShardIndexReader(JsonScanner json, Place place) {
    this.json = json;
    this.place = place;
  }

  /**
   * The name of the file of each tensor, in the order of the index.
   *
   * @param file the index
   * @param place the index, for messages
   * @throws RefusedException if it names a file that is not in its folder
   */
  static Map<String, String> read(MappedFile file, Place place)
      throws MalformedException, RefusedException {
    if (file.size() > MOST_BYTES) {
      throw new MalformedException(
          place, "the index has " + file.size() + " bytes, more than " + MOST_BYTES);
    }
    byte[] text = file.start(0, MOST_BYTES);
    return new ShardIndexReader(new JsonScanner(text, place, 0), place).read();
  }

  private Map<String, String> read() throws MalformedException, RefusedException {
    Map<String, String> fileOf = null;
    String kind = null;
    for (boolean more = json.open('{', "the object of an index"); more; more = json.next('{')) {
      json.peek();
      int at = json.position();
      String name = json.name();
      if (name.equals("weight_map")) {
        if (fileOf != null) {
          throw json.malformed(at, "the index has \"weight_map\" twice");
        }
        fileOf = readMap();
      } else {
        kind = kind == null ? KINDS.get(name) : kind;
        json.skip(1);
      }
    }
    if (json.peek() >= 0) {
      throw json.unexpected("the end of the index");
    }
    if (fileOf == null) {
      throw new MalformedException(
          place,
          "this is JSON, but not an index of shards, as it has no \"weight_map\""
              + (kind == null ? "" : "; it is " + kind),
          new Remedy.Advice("name the file of the model"));
    }
    return fileOf;
  }

  private Map<String, String> readMap() throws MalformedException, RefusedException {
    Map<String, String> fileOf = new LinkedHashMap<>();
    boolean more = json.open('{', "an object of file names");
    for (; more; more = json.next('{')) {
      json.peek();
      int at = json.position();
      String name = json.name();
      json.peek();
      int atFile = json.position();
      String file = json.string("the name of a file");
      if (!isPlainName(file)) {
        throw new RefusedException(
            json.malformed(atFile, "").place(),
            "the file \"" + file + "\" is not named as one in the folder of the index",
            Remedy.NONE);
      }
      if (fileOf.put(name, file) != null) {
        throw json.malformed(at, "the index has the tensor \"" + name + "\" twice");
      }
    }
    return fileOf;
  }

  private static boolean isPlainName(String file) {
    return !file.isEmpty()
        && !file.equals(".")
        && !file.equals("..")
        && file.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c == 0);
  }
}
