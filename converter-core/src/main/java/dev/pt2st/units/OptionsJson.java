package dev.pt2st.units;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.Limit;
import dev.pt2st.Limits;
import dev.pt2st.Policy;
import dev.pt2st.ReadOptions;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.options.NameOptions;
import dev.pt2st.convert.options.NameOptions.Kind;
import dev.pt2st.scan.ScanOptions.TensorBytes;
import dev.pt2st.tensor.DType;
import dev.pt2st.text.JsonLine;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Writes options as a JSON object and reads them back. Default values are omitted. */
final class OptionsJson {
  private OptionsJson() {}

  static String write(ConvertOptions options, TensorBytes tensorBytes) {
    return JsonLine.of(
        options,
        (json, all) -> {
          if (tensorBytes == TensorBytes.READ) {
            json.name("full").value(true);
          }
          write(json, all.read());
          write(json, all);
        });
  }

  private static void write(JsonWriter json, ReadOptions read) throws IOException {
    if (!read.comparesCrc()) {
      json.name("ignore_crc").value(true);
    }
    texts(json, "policy", read.policy().lines());
    Map<String, Long> limits = new LinkedHashMap<>();
    for (Limit limit : Limit.values()) {
      // The default of HEAP_BYTES depends on the machine.
      long value = read.limits().get(limit);
      if (value != Limits.STANDARD.get(limit)) {
        limits.put(word(limit), value);
      }
    }
    if (!limits.isEmpty()) {
      json.name("limits").beginObject();
      for (Map.Entry<String, Long> limit : limits.entrySet()) {
        json.name(limit.getKey()).value(limit.getValue());
      }
      json.endObject();
    }
  }

  private static void write(JsonWriter json, ConvertOptions options) throws IOException {
    ConvertOptions usual = ConvertOptions.STANDARD;
    text(json, "root", options.root(), usual.root());
    text(json, "tag", options.tag(), usual.tag());
    for (Kind kind : Kind.values()) {
      texts(json, word(kind), options.names().texts(kind));
    }
    choice(json, "shared", options.shared(), usual.shared());
    choice(json, "unsupported", options.unsupported(), usual.unsupported());
    choice(json, "quantized", options.quantized(), usual.quantized());
    choice(json, "sparse", options.sparse(), usual.sparse());
    choice(json, "nested", options.nested(), usual.nested());
    choice(json, "complex", options.complex(), usual.complex());
    text(json, "cast", options.cast().map(DType::safetensorsName).orElse(""), "");
    if (!options.metadata().isEmpty()) {
      json.name("metadata").beginObject();
      for (Map.Entry<String, String> text : options.metadata().entrySet()) {
        json.name(text.getKey()).value(text.getValue());
      }
      json.endObject();
    }
    texts(json, "without_metadata", List.copyOf(new TreeSet<>(options.removedMetadata())));
    if (options.maxShardBytes().isPresent()) {
      json.name("max_shard_bytes").value(options.maxShardBytes().getAsLong());
    }
  }

  private static void text(JsonWriter json, String name, String value, String usual)
      throws IOException {
    if (!value.equals(usual)) {
      json.name(name).value(value);
    }
  }

  private static void choice(JsonWriter json, String name, Enum<?> value, Enum<?> usual)
      throws IOException {
    text(json, name, word(value), word(usual));
  }

  private static void texts(JsonWriter json, String name, List<String> texts) throws IOException {
    if (!texts.isEmpty()) {
      JsonLine.texts(json.name(name), texts);
    }
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  static UnitOptions read(LineObject json) {
    ReadOptions read =
        ReadOptions.STANDARD
            .withCrc(json.flag("ignore_crc") ? ReadOptions.Crc.IGNORE : ReadOptions.Crc.COMPARE)
            .withPolicy(Policy.ofLines(json.texts("policy")))
            .withLimits(json.has("limits") ? limits(json.object("limits")) : Limits.STANDARD);
    ConvertOptions usual = ConvertOptions.STANDARD;
    ConvertOptions options =
        usual
            .withRead(read)
            .withRoot(json.has("root") ? json.text("root") : usual.root())
            .withTag(json.textOrEmpty("tag"))
            .withNames(names(json))
            .withShared(choice(json, "shared", usual.shared()))
            .withUnsupported(choice(json, "unsupported", usual.unsupported()))
            .withQuantized(choice(json, "quantized", usual.quantized()))
            .withSparse(choice(json, "sparse", usual.sparse()))
            .withNested(choice(json, "nested", usual.nested()))
            .withComplex(choice(json, "complex", usual.complex()))
            .withMetadata(json.has("metadata") ? texts(json.object("metadata")) : Map.of())
            .withoutMetadata(Set.copyOf(json.texts("without_metadata")));
    if (json.has("cast")) {
      options = options.withCast(dtype(json.text("cast")));
    }
    if (json.has("max_shard_bytes")) {
      options = options.withMaxShardBytes(json.number("max_shard_bytes"));
    }
    TensorBytes tensorBytes = json.flag("full") ? TensorBytes.READ : TensorBytes.SKIP;
    json.end();
    return UnitOptions.of(options, tensorBytes);
  }

  private static Limits limits(LineObject json) {
    Limits limits = Limits.STANDARD;
    for (String name : json.names()) {
      limits = limits.with(constant(name, name, Limit.class), json.number(name));
    }
    return limits;
  }

  private static NameOptions names(LineObject json) {
    NameOptions names = NameOptions.NONE;
    for (Kind kind : Kind.values()) {
      for (String text : json.texts(word(kind))) {
        names = names.with(new NameOptions.Rule(kind, text));
      }
    }
    return names;
  }

  private static Map<String, String> texts(LineObject json) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (String name : json.names()) {
      texts.put(name, json.text(name));
    }
    return texts;
  }

  private static <E extends Enum<E>> E choice(LineObject json, String name, E usual) {
    return json.has(name) ? constant(name, json.text(name), usual.getDeclaringClass()) : usual;
  }

  private static <E extends Enum<E>> E constant(String name, String word, Class<E> type) {
    for (E value : type.getEnumConstants()) {
      if (word(value).equals(word)) {
        return value;
      }
    }
    throw new IllegalArgumentException("\"" + name + "\" cannot be \"" + word + "\"");
  }

  private static DType dtype(String name) {
    DType dtype = DType.ofSafetensorsName(name);
    if (dtype == null) {
      throw new IllegalArgumentException("\"cast\" cannot be \"" + name + "\"");
    }
    return dtype;
  }
}
