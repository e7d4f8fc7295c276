/**
 * Reads PyTorch checkpoints without running them and writes safetensors files.
 *
 * <p>To convert a checkpoint:
 *
 * <pre>{@code
 * try (Conversion conversion = Conversion.open(Path.of("in.pt"), ConvertOptions.STANDARD)) {
 *   Plan plan = conversion.plan();
 *   conversion.write(Path.of("out.safetensors"), WriteOptions.STANDARD, ProgressListener.NONE);
 * }
 * }</pre>
 *
 * <p>To ask whether a file may be loaded with Python:
 *
 * <pre>{@code
 * FileReport report = new FileScanner(ScanOptions.STANDARD).scan(Path.of("model.pt"));
 * if (!report.verdict().isGood()) {
 *   report.findings().forEach(finding -> log(finding.place() + ": " + finding.message()));
 * }
 * }</pre>
 *
 * <p>{@link dev.pt2st.attest.Attestation} states what a conversion was made from; {@link
 * dev.pt2st.attest.StatementCheck} derives such a statement again to check it.
 *
 * <p>{@link dev.pt2st.convert.CheckpointFile} reads single tensors without converting. {@link
 * dev.pt2st.inspect.Inspector} lists what else is in a file, {@link dev.pt2st.verify.Verifier}
 * compares two models, and {@link dev.pt2st.migrate.Migration} converts whole directories. {@link
 * dev.pt2st.safetensors} can be used on its own.
 *
 * <p>Nothing here prints, ends the process, or loads a class or calls a method by a name from a
 * file. Every problem with a file is a {@link dev.pt2st.CheckpointException}. It says where the
 * problem is, what is wrong and, as data, what can be done about it. A few methods of exported
 * types mention types that are not exported; those methods are for the packages of this module.
 */
// re2j 1.8, its last version, neither declares a module nor names one, so its module name comes
// from its file name, re2j-1.8.jar. Build tools keep that file name, and our pom fixes the version.
// A version with a module name of its own needs a change of the line below. On the class path the
// name does not matter. The targets of qualified exports are not modules either: our own programs
// run from the class path. Their CoreExportsTest checks that they use only what is exported, or
// exported to them.
@SuppressWarnings({"requires-automatic", "module"})
module dev.pt2st.core {
  requires com.github.luben.zstd_jni;
  requires com.google.gson;
  requires java.net.http;
  requires org.apache.commons.compress;
  requires static transitive org.jspecify;
  requires org.tukaani.xz;
  requires re2j;

  exports dev.pt2st;
  exports dev.pt2st.attest;
  exports dev.pt2st.convert;
  exports dev.pt2st.convert.options;
  exports dev.pt2st.convert.plan;
  exports dev.pt2st.inspect;
  exports dev.pt2st.migrate;
  exports dev.pt2st.migrate.unit;
  exports dev.pt2st.safetensors;
  exports dev.pt2st.scan;
  exports dev.pt2st.tensor;
  exports dev.pt2st.verify;
  exports dev.pt2st.archive to
      dev.pt2st.cli;
  exports dev.pt2st.checkpoint to
      dev.pt2st.bench;
  exports dev.pt2st.convert.source to
      dev.pt2st.cli;
  exports dev.pt2st.inspect.pickle to
      dev.pt2st.cli;
  exports dev.pt2st.io to
      dev.pt2st.bench,
      dev.pt2st.cli,
      dev.pt2st.spark;
  exports dev.pt2st.io.http to
      dev.pt2st.cli,
      dev.pt2st.spark;
  exports dev.pt2st.io.http.answer to
      dev.pt2st.cli,
      dev.pt2st.spark;
  exports dev.pt2st.io.output to
      dev.pt2st.cli;
  exports dev.pt2st.io.remote to
      dev.pt2st.cli,
      dev.pt2st.spark;
  exports dev.pt2st.io.s3 to
      dev.pt2st.cli;
  exports dev.pt2st.io.source to
      dev.pt2st.cli,
      dev.pt2st.spark;
  exports dev.pt2st.io.spill to
      dev.pt2st.cli;
  exports dev.pt2st.migrate.lines to
      dev.pt2st.cli;
  exports dev.pt2st.migrate.names to
      dev.pt2st.cli,
      dev.pt2st.spark;
  exports dev.pt2st.pickle to
      dev.pt2st.cli;
  exports dev.pt2st.pickle.analysis to
      dev.pt2st.cli;
  exports dev.pt2st.text to
      dev.pt2st.cli;
  exports dev.pt2st.torch to
      dev.pt2st.cli;
  exports dev.pt2st.units to
      dev.pt2st.cli,
      dev.pt2st.spark;
  exports dev.pt2st.work to
      dev.pt2st.cli;
}
