package dev.pt2st.attest;

import static dev.pt2st.attest.OptionsJson.digest;
import static dev.pt2st.attest.OptionsJson.texts;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.pt2st.attest.Statement.Content;
import dev.pt2st.attest.Statement.Converter;
import dev.pt2st.attest.Statement.Found;
import dev.pt2st.attest.Statement.Omissions;
import dev.pt2st.attest.Statement.Subject;
import dev.pt2st.convert.plan.LeftOut;
import dev.pt2st.convert.plan.OutputDigests.SourceDigest;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.verify.ModelDigest.TensorDigest;
import java.util.Map;
import java.util.function.Function;

/** A statement as JSON. The same statement is always the same bytes. */
final class StatementJson {
  /** The name of our content digest in a set of digests. */
  static final String CONTENT = "pt2stContent";

  private StatementJson() {}

  static JsonObject write(Statement statement) {
    JsonObject json = new JsonObject();
    json.addProperty("_type", Statement.TYPE);
    json.add("subject", list(statement.subjects(), StatementJson::subject));
    json.addProperty("predicateType", Statement.PREDICATE_TYPE);
    json.add("predicate", predicate(statement));
    return json;
  }

  private static JsonObject subject(Subject subject) {
    JsonObject json = new JsonObject();
    text(json, "name", subject.name());
    JsonObject digest = digest(subject.sha256());
    if (!subject.content().isEmpty()) {
      digest.addProperty(CONTENT, subject.content());
    }
    json.add("digest", digest);
    return json;
  }

  private static JsonObject predicate(Statement statement) {
    JsonObject json = new JsonObject();
    json.add("converter", converter(statement.converter()));
    json.add("sources", list(statement.sources(), StatementJson::source));
    json.add("options", OptionsJson.write(statement.options()));
    json.add("checkpoint", found(statement.checkpoint()));
    json.add("content", content(statement.content()));
    Omissions omissions = statement.omissions();
    json.add("leftOut", list(omissions.leftOut(), StatementJson::leftOut));
    json.add("skipped", list(omissions.skipped(), StatementJson::skipped));
    json.add("dropped", names(omissions.dropped(), "kept"));
    json.add("renamed", names(omissions.renamed(), "from"));
    json.addProperty("comparison", Words.of(statement.comparison()));
    if (!statement.tensors().isEmpty()) {
      json.add("tensors", list(statement.tensors(), StatementJson::tensor));
    }
    return json;
  }

  private static JsonObject converter(Converter converter) {
    JsonObject json = new JsonObject();
    json.addProperty("name", "pt2st");
    json.addProperty("version", converter.version());
    JsonObject allowlist = new JsonObject();
    allowlist.add("digest", digest(converter.allowlist()));
    json.add("allowlist", allowlist);
    return json;
  }

  private static JsonObject source(SourceDigest source) {
    JsonObject json = new JsonObject();
    text(json, "name", source.name());
    json.addProperty("size", source.bytes());
    json.add("digest", digest(source.sha256()));
    return json;
  }

  private static JsonObject found(Found found) {
    JsonObject json = new JsonObject();
    text(json, "layout", found.layout());
    text(json, "member", found.member());
    json.add("otherMembers", texts(PlainTexts.all(found.otherMembers())));
    text(json, "root", found.root());
    json.addProperty("rootRule", Words.of(found.rootRule()));
    json.add("openedBytes", texts(PlainTexts.all(found.openedBytes())));
    json.add(
        "inert", list(found.inert(), global -> pair("name", global.name(), "use", global.use())));
    json.addProperty("foreignModules", found.foreignModules());
    json.add(
        "hooks", list(found.hooks(), hook -> pair("module", hook.module(), "hook", hook.hook())));
    return json;
  }

  private static JsonObject content(Content content) {
    JsonObject json = new JsonObject();
    json.addProperty("tensors", content.tensors());
    json.addProperty("bytes", content.bytes());
    JsonObject digest = new JsonObject();
    digest.addProperty(CONTENT, content.digest());
    json.add("digest", digest);
    return json;
  }

  private static JsonObject leftOut(LeftOut part) {
    JsonObject json = new JsonObject();
    text(json, "key", part.key());
    json.addProperty("tensors", part.tensors());
    json.addProperty("bytes", part.bytes());
    json.addProperty("byName", part.byName());
    return json;
  }

  private static JsonObject skipped(Plan.Skipped tensor) {
    return pair("name", tensor.name(), "why", tensor.why());
  }

  private static JsonArray names(Map<String, String> names, String other) {
    return list(names.entrySet(), entry -> pair("name", entry.getKey(), other, entry.getValue()));
  }

  private static JsonObject tensor(TensorDigest tensor) {
    JsonObject json = new JsonObject();
    json.addProperty("name", tensor.name());
    json.addProperty("dtype", tensor.dtype().safetensorsName());
    JsonArray shape = new JsonArray();
    for (long size : tensor.shape().toArray()) {
      shape.add(size);
    }
    json.add("shape", shape);
    json.add("digest", digest(tensor.sha256()));
    return json;
  }

  private static JsonObject pair(String first, String one, String second, String other) {
    JsonObject json = new JsonObject();
    text(json, first, one);
    text(json, second, other);
    return json;
  }

  private static void text(JsonObject json, String name, String value) {
    json.addProperty(name, PlainTexts.of(value));
  }

  private static <T> JsonArray list(Iterable<T> all, Function<T, JsonObject> each) {
    JsonArray array = new JsonArray();
    all.forEach(one -> array.add(each.apply(one)));
    return array;
  }
}
