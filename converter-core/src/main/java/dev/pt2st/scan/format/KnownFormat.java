package dev.pt2st.scan.format;

import dev.pt2st.io.MappedFile;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The formats that a scan recognises, in the order in which they are tried; {@code
 * docs/scan-formats.md} shows this table.
 */
public enum KnownFormat {
  GGUF(
      "GGUF model",
      "GGUF",
      GgufStructure::check,
      "metadata and places of all tensors, of which the last one ends the file"),
  PNG(
      "PNG image",
      "\u0089PNG\r\n\u001a\n",
      ImageStructures::png,
      "chunks from IHDR to IEND, which ends the file"),
  JPEG(
      "JPEG image",
      "\u00ff\u00d8\u00ff",
      ImageStructures::jpeg,
      "segments and scans from SOI to EOI, which ends the file"),
  GIF("GIF image", "GIF8", ImageStructures::gif, "blocks up to the trailer, which ends the file"),
  BMP("BMP image", "BM", ImageStructures::bmp, "header; the pixels end the file"),
  TIFF("TIFF image", "II*\0", ImageStructures::tiff, "directories, and that values are in it"),
  TIFF_BIG_ENDIAN("TIFF image", "MM\0*", ImageStructures::tiff, "the same"),
  BIG_TIFF("TIFF image", "II+\0", ImageStructures::tiff, "the same"),
  BIG_TIFF_BIG_ENDIAN("TIFF image", "MM\0+", ImageStructures::tiff, "the same"),
  ICON("icon", "\0\0\1\0", ImageStructures::icon, "directory, whose images fill the file"),
  CURSOR("cursor", "\0\0\2\0", ImageStructures::icon, "the same"),
  RIFF("RIFF file", "RIFF", MediaStructures::riff, "WebP, WAV, AVI: chunks, which fill the file"),
  MP4("MP4 file", "ftyp", 4, MediaStructures::boxes, "MP4, HEIF, AVIF: boxes, which fill the file"),
  OGG("Ogg file", "OggS", MediaStructures::ogg, "pages, which fill the file"),
  FLAC("FLAC file", "fLaC", MediaStructures::flac, "blocks of metadata; a frame follows"),
  MP3("MP3 file", "ID3", MediaStructures::mpegAudio, "tag, and frame by frame as far as they go"),
  MP3_WITHOUT_TAG(
      "MP3 file without a tag",
      "\u00ff",
      MediaStructures::mpegAudio,
      "frame by frame, at least 4 of them"),
  PDF("PDF document", "%PDF-", DataStructures::pdf, "header and trailer"),
  TRUE_TYPE(
      "TrueType font", "\0\1\0\0", FontStructures::sfnt, "tables, of which the last ends the file"),
  OPEN_TYPE(
      "OpenType font", "OTTO", FontStructures::sfnt, "tables, of which the last ends the file"),
  APPLE_TRUE_TYPE(
      "font of Apple", "true", FontStructures::sfnt, "tables, of which the last ends the file"),
  FONT_COLLECTION(
      "font collection",
      "ttcf",
      FontStructures::collection,
      "the tables of each font, of which the last ends the file"),
  WOFF("WOFF font", "wOFF", FontStructures::woff, "length, tables, metadata, which end the file"),
  WOFF2(
      "WOFF2 font", "wOF2", FontStructures::woff2, "length, tables, metadata, which end the file"),
  PARQUET(
      "Parquet file",
      "PAR1",
      DataStructures::parquet,
      "place of the footer; a type that is a pickle is unknown",
      Programs::pickledType),
  ARROW(
      "Arrow file",
      "ARROW1",
      DataStructures::arrow,
      "footer; a type that is a pickle is unknown",
      Programs::pickledType),
  SQLITE(
      "SQLite database",
      "SQLite format 3\0",
      SqliteStructure::check,
      "pages and the whole schema; broken, or with a table Dict as of a shelf, it is unknown",
      SqliteStructure::shelf),
  TFLITE(
      "TensorFlow Lite model",
      "TFL3",
      4,
      TensorFlowStructures::lite,
      "tables of operators, graphs and buffers"),
  R_RDS("R data file", "X\n\0\0\0", DataStructures::r, "header, also in gzip, bzip2 and xz"),
  R_SAVE_2("R data file", "RDX2\n", DataStructures::r, "the same"),
  R_SAVE_3("R data file", "RDX3\n", DataStructures::r, "the same"),
  TENSORFLOW_RECORDS(
      "file of TensorFlow records",
      "",
      TensorFlowStructures::records,
      "tfevents, TFRecord: lengths with their checksums, which lead to the end"),
  TENSORFLOW_INDEX(
      "TensorFlow checkpoint index",
      "W\u00fb\u0080\u008b$uG\u00db",
      -8,
      TensorFlowStructures::table,
      "footer and the places that it names"),
  ONNX("ONNX model", "\b", ProtobufStructures::onnx, "fields of the model and its graph"),
  COREML("Core ML model", "\b", ProtobufStructures::coreMl, "fields of the model"),
  SENTENCEPIECE(
      "sentencepiece model", "\n", ProtobufStructures::sentencepiece, "fields, and every piece"),
  SAVED_MODEL(
      "TensorFlow SavedModel",
      "\b",
      ProtobufStructures::savedModel,
      "fields of the model and its graphs; one with a Lambda layer of Keras is unknown",
      Programs::lambda),
  KERAS_METADATA(
      "Keras metadata",
      "\n",
      ProtobufStructures::kerasMetadata,
      "fields of every object; one with a Lambda layer is unknown",
      Programs::lambda),
  TENSORFLOW_GRAPH(
      "TensorFlow graph",
      "\n",
      ProtobufStructures::graph,
      "fields, and of every node; one with a Lambda layer is unknown",
      Programs::lambda),
  MSGPACK(
      "MessagePack file",
      "",
      DataStructures::msgpack,
      "Flax: one map with texts as keys, which ends the file");

  private static final Set<KnownFormat> SEARCHED =
      EnumSet.of(
          TIFF,
          TIFF_BIG_ENDIAN,
          BIG_TIFF,
          BIG_TIFF_BIG_ENDIAN,
          FLAC,
          PDF,
          PARQUET,
          ARROW,
          SQLITE,
          TFLITE,
          R_RDS,
          R_SAVE_2,
          R_SAVE_3,
          TENSORFLOW_INDEX,
          SAVED_MODEL,
          KERAS_METADATA,
          TENSORFLOW_GRAPH,
          MSGPACK);

  /** Shorter magic numbers occur at the start of anything. */
  private static final int SHORTEST_TELLING = 4;

  private final String kind;
  private final String magic;
  private final int at;

  // Each is a stateless static method of this package.
  @SuppressWarnings("ImmutableEnumChecker")
  private final Function<FormatBytes, Structure> check;

  private final String checked;

  @SuppressWarnings("ImmutableEnumChecker")
  private final Function<FormatBytes, @Nullable String> program;

  KnownFormat(String kind, String magic, Function<FormatBytes, Structure> check, String checked) {
    this(kind, magic, 0, check, checked, in -> null);
  }

  KnownFormat(
      String kind, String magic, int at, Function<FormatBytes, Structure> check, String checked) {
    this(kind, magic, at, check, checked, in -> null);
  }

  KnownFormat(
      String kind,
      String magic,
      Function<FormatBytes, Structure> check,
      String checked,
      Function<FormatBytes, @Nullable String> program) {
    this(kind, magic, 0, check, checked, program);
  }

  /**
   * @param kind what it is, in words
   * @param magic its magic number, each byte as one character
   * @param at the offset of the magic number; negative to count from the end
   * @param check the check of its structure
   * @param checked how far it is checked, in words
   * @param program finds code in it and says why it counts
   */
  KnownFormat(
      String kind,
      String magic,
      int at,
      Function<FormatBytes, Structure> check,
      String checked,
      Function<FormatBytes, @Nullable String> program) {
    this.kind = kind;
    this.magic = magic;
    this.at = at;
    this.check = check;
    this.checked = checked;
    this.program = program;
  }

  /** What it is, in words. */
  public String kind() {
    return kind;
  }

  /** Whether the check accounts for every byte of a sound file, so that it need not be searched. */
  public boolean isWhole() {
    return !SEARCHED.contains(this);
  }

  /** How far it is checked, in words. */
  public String checked() {
    return checked;
  }

  /**
   * The format that was recognized.
   *
   * @param format the format whose magic number it has
   * @param structure how much of it the format accounts for
   * @param program why the file cannot be judged: it contains code or a shelf; null if it does not
   */
  public record Recognition(KnownFormat format, Structure structure, @Nullable String program) {}

  /**
   * Recognizes a file by the first format whose structure is sound, or else by its magic number
   * only.
   *
   * @return null if no magic number matches
   */
  public static @Nullable Recognition of(MappedFile file) {
    FormatBytes in = new FormatBytes(file);
    KnownFormat told = null;
    for (KnownFormat format : values()) {
      if (!in.has(format.at < 0 ? in.size() + format.at : format.at, format.magic)) {
        continue;
      }
      Structure structure = format.check.apply(in);
      if (structure != Structure.BROKEN) {
        return new Recognition(format, structure, format.program.apply(in));
      }
      if (told == null && format.magic.length() >= SHORTEST_TELLING) {
        told = format;
      }
    }
    // A reader may accept a file that the check does not, and would run its code.
    return told == null ? null : new Recognition(told, Structure.BROKEN, told.program.apply(in));
  }
}
