/** Reads PyTorch checkpoints without running them and writes safetensors files. */
// re2j 1.8, its last version, neither declares a module nor names one, so its name is that of its
// file, re2j-1.8.jar. Build tools keep that name, and the version stands in our pom: what is
// published fits it. A version that names itself comes in together with a change of the line below.
// On a class path it does not matter.
@SuppressWarnings("requires-automatic")
module dev.pt2st.core {
  requires com.github.luben.zstd_jni;
  requires com.google.gson;
  requires org.apache.commons.compress;
  requires static transitive org.jspecify;
  requires org.tukaani.xz;
  requires re2j;

  exports dev.pt2st;
  exports dev.pt2st.archive;
  exports dev.pt2st.checkpoint;
  exports dev.pt2st.convert;
  exports dev.pt2st.convert.names;
  exports dev.pt2st.convert.options;
  exports dev.pt2st.convert.plan;
  exports dev.pt2st.inspect;
  exports dev.pt2st.io;
  exports dev.pt2st.migrate;
  exports dev.pt2st.migrate.unit;
  exports dev.pt2st.pickle;
  exports dev.pt2st.pickle.analysis;
  exports dev.pt2st.safetensors;
  exports dev.pt2st.scan;
  exports dev.pt2st.tensor;
  exports dev.pt2st.torch;
  exports dev.pt2st.verify;
}
