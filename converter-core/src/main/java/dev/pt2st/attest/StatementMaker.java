package dev.pt2st.attest;

import dev.pt2st.attest.Statement.Comparison;
import dev.pt2st.attest.Statement.Content;
import dev.pt2st.attest.Statement.Converter;
import dev.pt2st.attest.Statement.Found;
import dev.pt2st.attest.Statement.InertGlobal;
import dev.pt2st.attest.Statement.Omissions;
import dev.pt2st.attest.Statement.Subject;
import dev.pt2st.convert.OutputStatement.Made;
import dev.pt2st.convert.plan.OutputDigests.FileDigest;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.convert.plan.Plan.PlannedTensor;
import dev.pt2st.text.Utf8Order;
import dev.pt2st.torch.Allowlist;
import dev.pt2st.verify.ModelDigest;
import dev.pt2st.verify.ModelDigest.TensorDigest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes a statement about what a conversion has written or would write. */
final class StatementMaker {
  private StatementMaker() {}

  /**
   * Makes a statement.
   *
   * @param version of the program
   * @param withTensors whether each tensor gets its digest
   */
  static Statement of(Made made, String version, boolean withTensors) throws IOException {
    Plan plan = made.plan();
    List<Subject> subjects = new ArrayList<>();
    List<TensorDigest> tensors = new ArrayList<>();
    for (int i = 0; i < plan.files().size(); i++) {
      FileDigest file = made.digests().files().get(i);
      List<TensorDigest> own = digests(plan.files().get(i).tensors(), file.tensors());
      subjects.add(new Subject(file.name(), file.sha256(), digestOf(own)));
      tensors.addAll(own);
    }
    FileDigest index = made.digests().index();
    if (index != null) {
      subjects.add(new Subject(index.name(), index.sha256(), ""));
    }
    tensors.sort(Comparator.comparing(TensorDigest::name, Utf8Order.COMPARATOR));
    return new Statement(
        subjects,
        new Converter(version, Allowlist.sha256()),
        made.digests().sources(),
        made.options(),
        found(plan),
        new Content(tensors.size(), plan.dataBytes(), digestOf(tensors)),
        omissions(plan),
        made.isChecked() ? Comparison.EVERY_ELEMENT : Comparison.NONE,
        withTensors ? tensors : List.of());
  }

  private static Omissions omissions(Plan plan) {
    Map<String, String> renamed = new TreeMap<>(Utf8Order.COMPARATOR);
    renamed.putAll(plan.renamed());
    return new Omissions(plan.leftOut(), plan.skipped(), plan.dropped(), renamed);
  }

  private static Found found(Plan plan) {
    return new Found(
        plan.layout(),
        plan.member(),
        plan.otherMembers(),
        plan.root(),
        plan.rootRule(),
        plan.openedBytes(),
        plan.inert().stream()
            .map(global -> new InertGlobal(global.name(), global.use().word()))
            .toList(),
        plan.foreignModules(),
        plan.hooks());
  }

  private static List<TensorDigest> digests(List<PlannedTensor> tensors, List<String> sums) {
    List<TensorDigest> digests = new ArrayList<>(tensors.size());
    for (int i = 0; i < tensors.size(); i++) {
      digests.add(
          new TensorDigest(
              tensors.get(i).info().name(),
              tensors.get(i).info().dtype(),
              tensors.get(i).info().shape(),
              sums.get(i)));
    }
    return digests;
  }

  /** The digest of the tensors, which does not depend on their order. */
  private static String digestOf(List<TensorDigest> tensors) {
    List<TensorDigest> byName = new ArrayList<>(tensors);
    byName.sort(Comparator.comparing(TensorDigest::name, Utf8Order.COMPARATOR));
    return new ModelDigest(byName).sha256();
  }
}
