package dev.pt2st.attest;

import com.google.gson.JsonObject;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.attest.Statement.Comparison;
import dev.pt2st.attest.Statement.Content;
import dev.pt2st.attest.Statement.Converter;
import dev.pt2st.attest.Statement.Found;
import dev.pt2st.attest.Statement.InertGlobal;
import dev.pt2st.attest.Statement.Omissions;
import dev.pt2st.attest.Statement.Subject;
import dev.pt2st.convert.options.ConvertOptions;
import dev.pt2st.convert.plan.LeftOut;
import dev.pt2st.convert.plan.OutputDigests.SourceDigest;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.plan.RootRule;
import dev.pt2st.tensor.Shape;
import dev.pt2st.verify.ModelDigest.TensorDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Reads a statement strictly: a missing or additional member, or one of another type, is malformed.
 */
final class StatementReader {
  private StatementReader() {}

  /**
   * Reads a statement.
   *
   * @param place names the file in messages
   * @throws MalformedException if it is not a statement, or has unknown members
   */
  static Statement read(byte[] bytes, Place place) throws MalformedException {
    JsonObject json = StrictJson.read(bytes, place);
    Fields top = new Fields(json, "", place);
    top.constant("_type", Statement.TYPE);
    top.constant("predicateType", Statement.PREDICATE_TYPE);
    List<Subject> subjects = subjects(top);
    Fields predicate = top.object("predicate");
    Converter converter = converter(predicate.object("converter"));
    List<SourceDigest> sources = sources(predicate);
    ConvertOptions options = OptionsJson.read(predicate.object("options"));
    Found found = found(predicate.object("checkpoint"));
    Content content = content(predicate.object("content"));
    Omissions omissions = omissions(predicate);
    Comparison comparison = predicate.word("comparison", Comparison.class);
    List<TensorDigest> tensors = new ArrayList<>();
    if (predicate.has("tensors")) {
      for (Fields tensor : predicate.objects("tensors")) {
        tensors.add(tensor(tensor));
      }
      if (tensors.isEmpty()) {
        throw predicate.wrong("has an empty list of tensors");
      }
    }
    predicate.end();
    top.end();
    return new Statement(
        subjects, converter, sources, options, found, content, omissions, comparison, tensors);
  }

  /**
   * Reads the files of the output in the order in which they are written: those with tensors, then
   * the index if there are several. A file is found by its position, so no other order is accepted.
   */
  private static List<Subject> subjects(Fields top) throws MalformedException {
    List<Subject> subjects = new ArrayList<>();
    Set<String> names = new HashSet<>();
    List<Fields> written = top.objects("subject");
    for (Fields json : written) {
      Subject subject = subject(json);
      boolean isIndex = written.size() > 1 && subjects.size() == written.size() - 1;
      if (subject.content().isEmpty() != isIndex) {
        throw json.wrong(
            isIndex
                ? "is the last of several files, which is the index and has no "
                    + StatementJson.CONTENT
                : "has no "
                    + StatementJson.CONTENT
                    + ", and only an index after all files has none");
      }
      if (!names.add(subject.name())) {
        throw json.wrong("has the name of another file: \"" + subject.name() + "\"");
      }
      subjects.add(subject);
    }
    if (subjects.isEmpty()) {
      throw top.wrong("names no output");
    }
    return subjects;
  }

  private static Subject subject(Fields json) throws MalformedException {
    Fields digest = json.object("digest");
    String sha256 = digest.hex("sha256");
    String content = digest.hexIfThere(StatementJson.CONTENT);
    digest.end();
    Subject subject =
        new Subject(json.text("name"), sha256, Objects.requireNonNullElse(content, ""));
    json.end();
    return subject;
  }

  private static Converter converter(Fields json) throws MalformedException {
    json.constant("name", "pt2st");
    String version = json.text("version");
    Fields allowlist = json.object("allowlist");
    Converter converter = new Converter(version, allowlist.digest("sha256"));
    allowlist.end();
    json.end();
    return converter;
  }

  private static List<SourceDigest> sources(Fields predicate) throws MalformedException {
    List<SourceDigest> sources = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Fields json : predicate.objects("sources")) {
      SourceDigest source =
          new SourceDigest(json.text("name"), json.number("size"), json.digest("sha256"));
      json.end();
      if (!names.add(source.name())) {
        throw json.wrong("has the name of another file: \"" + source.name() + "\"");
      }
      sources.add(source);
    }
    return sources;
  }

  private static Found found(Fields json) throws MalformedException {
    List<InertGlobal> inert = new ArrayList<>();
    for (Fields global : json.objects("inert")) {
      inert.add(new InertGlobal(global.text("name"), global.text("use")));
      global.end();
    }
    List<Plan.Hook> hooks = new ArrayList<>();
    for (Fields hook : json.objects("hooks")) {
      hooks.add(new Plan.Hook(hook.text("module"), hook.text("hook")));
      hook.end();
    }
    Found found =
        new Found(
            json.text("layout"),
            json.text("member"),
            json.texts("otherMembers"),
            json.text("root"),
            json.word("rootRule", RootRule.class),
            json.texts("openedBytes"),
            inert,
            json.number("foreignModules"),
            hooks);
    json.end();
    return found;
  }

  private static Content content(Fields json) throws MalformedException {
    Content content =
        new Content(
            json.number("tensors"), json.number("bytes"), json.digest(StatementJson.CONTENT));
    json.end();
    return content;
  }

  private static Omissions omissions(Fields json) throws MalformedException {
    List<LeftOut> leftOut = new ArrayList<>();
    for (Fields part : json.objects("leftOut")) {
      leftOut.add(
          new LeftOut(
              part.text("key"), part.number("tensors"), part.number("bytes"), part.flag("byName")));
      part.end();
    }
    List<Plan.Skipped> skipped = new ArrayList<>();
    for (Fields tensor : json.objects("skipped")) {
      skipped.add(new Plan.Skipped(tensor.text("name"), tensor.text("why")));
      tensor.end();
    }
    return new Omissions(
        leftOut, skipped, names(json, "dropped", "kept"), names(json, "renamed", "from"));
  }

  private static Map<String, String> names(Fields json, String list, String other)
      throws MalformedException {
    Map<String, String> names = new LinkedHashMap<>();
    for (Fields name : json.objects(list)) {
      if (names.put(name.text("name"), name.text(other)) != null) {
        throw name.wrong("is there twice");
      }
      name.end();
    }
    return names;
  }

  private static TensorDigest tensor(Fields json) throws MalformedException {
    TensorDigest tensor =
        new TensorDigest(
            json.text("name"),
            json.dtype(json.text("dtype")),
            Shape.of(json.numbers("shape")),
            json.digest("sha256"));
    json.end();
    return tensor;
  }
}
