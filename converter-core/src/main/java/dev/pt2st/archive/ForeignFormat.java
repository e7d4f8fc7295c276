package dev.pt2st.archive;

import dev.pt2st.Remedy;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * The table of formats that people mistake for checkpoints, or that are checkpoints in another
 * form.
 *
 * @param test recognizes it by its first bytes
 * @param is what it is, in words
 * @param remedy what to do
 * @param model whether it represents a PyTorch model, though it cannot be converted
 */
record ForeignFormat(Predicate<String> test, String is, Remedy remedy, boolean model) {
  /** A header length of less than 2^48 bytes, then JSON. */
  static final ForeignFormat SAFETENSORS =
      new ForeignFormat(
          start -> start.length() > 9 && start.charAt(8) == '{' && start.startsWith("\0\0", 6),
          "this is a safetensors file already",
          new Remedy.AlreadyConverted(Remedy.Where.THIS_FILE, null),
          false);

  /** What a server may send instead of a file. */
  static final ForeignFormat HTML =
      new ForeignFormat(
          start -> {
            String text = start.stripLeading().toLowerCase(Locale.ROOT);
            return text.startsWith("<!doctype html") || text.startsWith("<html");
          },
          "this is an HTML page, not a checkpoint",
          new Remedy.FetchAgain("the download gave an error or login page: get the file again"),
          false);

  static final List<ForeignFormat> ALL =
      List.of(
          new ForeignFormat(
              start -> start.startsWith("version https://git-lfs."),
              "this is a Git LFS pointer, not the checkpoint itself",
              new Remedy.FetchAgain("fetch the file with \"git lfs pull\""),
              true),
          HTML,
          SAFETENSORS,
          new ForeignFormat(
              start -> start.startsWith("ustar", 257),
              "this is a tar archive with a damaged header",
              new Remedy.FetchAgain("get it again from its source"),
              false),
          new ForeignFormat(
              start -> start.startsWith("PTMF", 4),
              "this is a mobile TorchScript model in the flatbuffer format, which is not read",
              new Remedy.Advice(
                  "save it again with _save_for_lite_interpreter(..., _use_flatbuffer=False)"),
              true),
          new ForeignFormat(
              start -> start.length() > 4 && start.substring(0, 4).matches("0[0-9]\\x03\\x04"),
              "this is a model of GPT-SoVITS: a ZIP of torch.save in which the version of the model"
                  + " is where the first two bytes, PK, should be",
              new Remedy.Advice(
                  "make a copy, write the letters PK over its first two bytes, and convert that"),
              true),
          new ForeignFormat(
              start -> start.startsWith("GGUF"),
              "this is a GGUF file, not a PyTorch checkpoint",
              Remedy.NONE,
              false),
          new ForeignFormat(
              start -> start.length() > 2 && isZlib(start.charAt(0), start.charAt(1)),
              "this is zlib data, as joblib compresses, which is not read",
              new Remedy.Advice(
                  "load it with joblib where it was made, and save it with torch.save"),
              false),
          new ForeignFormat(
              start -> start.startsWith("\u0089HDF\r\n"),
              "this is an HDF5 file (Keras?), not a PyTorch checkpoint",
              Remedy.NONE,
              false),
          new ForeignFormat(
              start -> start.startsWith("\u0093NUMPY"),
              "this is a NumPy array file (.npy)",
              Remedy.NONE,
              false));

  /**
   * RFC 1950, section 2.2: deflate with a window of 32 KiB, as all writers use it, and no
   * dictionary.
   */
  private static boolean isZlib(int method, int flags) {
    return method == 0x78 && (method << Byte.SIZE | flags) % 31 == 0 && (flags & 0x20) == 0;
  }

  /** Whether a file that starts with these bytes (each as one character) is of this format. */
  boolean matches(String start) {
    return test.test(start);
  }
}
