package dev.pt2st.attest;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.pt2st.MalformedException;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.ReadOptions.Crc;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.options.NameOptions;
import dev.pt2st.tensor.DType;
import dev.pt2st.text.Sha256;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The options of a conversion in a statement: all options that can change what is written. */
final class OptionsJson {
  private static final Pattern FOLDER = Pattern.compile("(?!\\.\\.?$)[^/\\\\\\x00]{1,255}");

  private OptionsJson() {}

  static JsonObject write(ConvertOptions options) {
    JsonObject json = new JsonObject();
    json.addProperty("root", options.root());
    json.addProperty("tag", options.tag());
    JsonArray names = new JsonArray();
    for (NameOptions.Rule rule : options.names().rules()) {
      JsonObject object = new JsonObject();
      object.addProperty("kind", Words.of(rule.kind()));
      object.addProperty("rule", rule.text());
      names.add(object);
    }
    json.add("names", names);
    json.addProperty("shared", Words.of(options.shared()));
    json.addProperty("unsupported", Words.of(options.unsupported()));
    json.addProperty("quantized", Words.of(options.quantized()));
    json.addProperty("sparse", Words.of(options.sparse()));
    json.addProperty("nested", Words.of(options.nested()));
    json.addProperty("complex", Words.of(options.complex()));
    json.addProperty("cast", options.cast().map(DType::safetensorsName).orElse(""));
    JsonArray metadata = new JsonArray();
    options
        .metadata()
        .forEach((key, value) -> {
          JsonObject object = new JsonObject();
          object.addProperty("key", key);
          object.addProperty("value", value);
          metadata.add(object);
        });
    json.add("metadata", metadata);
    json.add("removedMetadata", texts(new TreeSet<>(options.removedMetadata())));
    json.add("maxShardBytes", JsonNull.INSTANCE);
    options.maxShardBytes().ifPresent(bytes -> json.addProperty("maxShardBytes", bytes));
    json.addProperty("crc", Words.of(options.read().crc()));
    json.add("policy", policy(options.read().policy()));
    return json;
  }

  private static JsonObject policy(Policy policy) {
    List<String> lines = policy.lines();
    JsonObject json = new JsonObject();
    json.add("digest", digest(Sha256.hexOfLines(lines)));
    json.add("lines", texts(lines));
    return json;
  }

  static JsonObject digest(String sha256) {
    JsonObject digest = new JsonObject();
    digest.addProperty("sha256", sha256);
    return digest;
  }

  static JsonArray texts(Iterable<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }

  static ConvertOptions read(Fields json) throws MalformedException {
    try {
      return readOptions(json);
    } catch (IllegalArgumentException e) {
      throw json.wrong("has an unknown option: " + e.getMessage());
    }
  }

  /** The name of a folder in the source; a path that leads out of it is refused. */
  private static String tag(Fields json) throws MalformedException {
    String tag = json.text("tag");
    if (!tag.isEmpty() && !FOLDER.matcher(tag).matches()) {
      throw json.wrong("has a tag that is not the name of a folder");
    }
    return tag;
  }

  private static ConvertOptions readOptions(Fields json) throws MalformedException {
    ConvertOptions options = ConvertOptions.STANDARD.withRoot(json.text("root")).withTag(tag(json));
    NameOptions names = NameOptions.NONE;
    for (Fields rule : json.objects("names")) {
      names =
          names.with(
              new NameOptions.Rule(rule.word("kind", NameOptions.Kind.class), rule.text("rule")));
      rule.end();
    }
    options =
        options
            .withNames(names)
            .withShared(json.word("shared", ConvertOptions.Shared.class))
            .withUnsupported(json.word("unsupported", ConvertOptions.Unsupported.class))
            .withQuantized(json.word("quantized", ConvertOptions.Quantized.class))
            .withSparse(json.word("sparse", ConvertOptions.Sparse.class))
            .withNested(json.word("nested", ConvertOptions.Nested.class))
            .withComplex(json.word("complex", ConvertOptions.Complex.class));
    String cast = json.text("cast");
    if (!cast.isEmpty()) {
      options = options.withCast(json.dtype(cast));
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Fields text : json.objects("metadata")) {
      if (metadata.put(text.text("key"), text.text("value")) != null) {
        throw text.wrong("is there twice");
      }
      text.end();
    }
    options =
        options
            .withMetadata(metadata)
            .withoutMetadata(Set.copyOf(new TreeSet<>(json.texts("removedMetadata"))));
    long shard = json.numberOrNull("maxShardBytes");
    options = shard < 0 ? options : options.withMaxShardBytes(shard);
    Crc crc = json.word("crc", Crc.class);
    Fields policy = json.object("policy");
    List<String> lines = policy.texts("lines");
    if (!policy.digest("sha256").equals(Sha256.hexOfLines(lines))) {
      throw policy.wrong("has another digest than its lines");
    }
    policy.end();
    json.end();
    return options.withRead(ReadOptions.STANDARD.withCrc(crc).withPolicy(Policy.ofLines(lines)));
  }
}
