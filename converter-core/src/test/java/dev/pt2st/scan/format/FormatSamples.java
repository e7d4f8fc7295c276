package dev.pt2st.scan.format;

import dev.pt2st.testing.Wrap;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import javax.imageio.ImageIO;

/** A small sound file of each format that a scan recognises. */
public final class FormatSamples {
  private FormatSamples() {}

  /** The file, as a writer of the format would make it. */
  public static byte[] of(KnownFormat format) {
    return switch (format) {
      case GGUF -> gguf(0, 8);
      case PNG -> image("png");
      case JPEG -> image("jpg");
      case GIF -> image("gif");
      case BMP -> image("bmp");
      case TIFF -> tiff(ByteOrder.LITTLE_ENDIAN);
      case TIFF_BIG_ENDIAN -> tiff(ByteOrder.BIG_ENDIAN);
      case BIG_TIFF -> bigTiff(ByteOrder.LITTLE_ENDIAN);
      case BIG_TIFF_BIG_ENDIAN -> bigTiff(ByteOrder.BIG_ENDIAN);
      case ICON -> icon(1);
      case CURSOR -> icon(2);
      case RIFF -> riff();
      case MP4 -> join(box("ftyp", "isom\0\0\2\0isom"), box("moov", ""), box("mdat", "media"));
      case OGG -> join(text("OggS\0\2"), new byte[20], text("\2\5\4firstlast"));
      case FLAC -> join(text("fLaC\200\0\0\42"), new byte[34], text("\377\370frame"));
      case MP3 -> join(text("ID3\4\0\0\0\0\0\nTIT2\0\0\0\0\0\0"), mp3(5));
      case MP3_WITHOUT_TAG -> join(mp3(6), text("TAG"), new byte[125]);
      case PDF ->
          text(
              "%PDF-1.7\n%\342\343\317\323\n1 0 obj <<>> endobj\ntrailer <<>>\nstartxref\n9\n%%EOF\n");
      case TRUE_TYPE -> font("\0\1\0\0", 0);
      case OPEN_TYPE -> font("OTTO", 0);
      case APPLE_TRUE_TYPE -> font("true", 0);
      case FONT_COLLECTION -> join(text("ttcf"), big(0x10000, 1, 16), font("\0\1\0\0", 16));
      case WOFF -> woff();
      case WOFF2 -> woff2();
      case PARQUET -> parquet("\25\2\31");
      case ARROW -> arrow("");
      case SQLITE -> sqlite("Words");
      case TFLITE -> tflite();
      case R_RDS -> r("");
      case R_SAVE_2 -> r("RDX2\n");
      case R_SAVE_3 -> r("RDX3\n");
      case TENSORFLOW_RECORDS -> join(tfRecord("brain.Event:2"), tfRecord("step"));
      case TENSORFLOW_INDEX -> tensorFlowIndex();
      case ONNX -> onnx();
      case COREML -> join(text("\10\5"), field(2, text("\n\1a")), field(500, text("\n\5layer")));
      case SENTENCEPIECE -> sentencepiece();
      case SAVED_MODEL -> savedModel("dense");
      case KERAS_METADATA -> kerasMetadata("{\"class_name\": \"Dense\"}");
      case TENSORFLOW_GRAPH ->
          join(field(1, join(field(1, text("x")), field(2, text("Const")))), text("\30\1"));
      case MSGPACK -> msgpack();
    };
  }

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] join(byte[]... parts) {
    byte[] all = {};
    for (byte[] part : parts) {
      all = Wrap.concat(all, part);
    }
    return all;
  }

  private static byte[] ints(ByteOrder order, int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES).order(order);
    for (int value : values) {
      bytes.putInt(value);
    }
    return bytes.array();
  }

  private static byte[] big(int... values) {
    return ints(ByteOrder.BIG_ENDIAN, values);
  }

  private static byte[] little(int... values) {
    return ints(ByteOrder.LITTLE_ENDIAN, values);
  }

  private static byte[] longs(ByteOrder order, long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(order);
    for (long value : values) {
      bytes.putLong(value);
    }
    return bytes.array();
  }

  private static byte[] long64(long... values) {
    return longs(ByteOrder.LITTLE_ENDIAN, values);
  }

  private static byte[] string64(String text) {
    return join(long64(text.length()), text(text));
  }

  /** A model of two values and one tensor of so many elements. */
  static byte[] gguf(int type, long elements) {
    byte[] head =
        join(
            text("GGUF"),
            little(3),
            long64(1, 2),
            string64("general.alignment"),
            little(4, 16),
            string64("tokenizer.ggml.tokens"),
            little(9, 8),
            long64(2),
            string64("a"),
            string64("bc"),
            string64("output.weight"),
            little(1),
            long64(elements),
            little(type),
            long64(0));
    return join(head, new byte[Math.floorMod(-head.length, 16)], new byte[32]);
  }

  private static byte[] image(String format) {
    BufferedImage image = new BufferedImage(20, 10, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < 20; x++) {
      image.setRGB(x, x % 10, 0xff8040 + x);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, out)) {
        throw new IllegalStateException(format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] tiff(ByteOrder order) {
    ByteBuffer file = ByteBuffer.allocate(64).order(order);
    file.put(text(order == ByteOrder.BIG_ENDIAN ? "MM" : "II")).putShort((short) 42).putInt(8);
    file.putShort((short) 2);
    file.putShort((short) 256).putShort((short) 4).putInt(1).putInt(20);
    file.putShort((short) 258).putShort((short) 3).putInt(3).putInt(40);
    file.putInt(0).position(40);
    file.putShort((short) 8).putShort((short) 8).putShort((short) 8);
    return file.array();
  }

  private static byte[] bigTiff(ByteOrder order) {
    ByteBuffer file = ByteBuffer.allocate(64).order(order);
    file.put(text(order == ByteOrder.BIG_ENDIAN ? "MM" : "II")).putShort((short) 43);
    file.putShort((short) 8).putShort((short) 0).putLong(16).putLong(1);
    file.putShort((short) 256).putShort((short) 4).putLong(1).putLong(20).putLong(0);
    return file.array();
  }

  private static byte[] icon(int kind) {
    byte[] image = image("png");
    return join(
        new byte[] {0, 0, (byte) kind, 0, 1, 0, 20, 10, 0, 0, 1, 0, 24, 0},
        little(image.length, 22),
        image);
  }

  private static byte[] riff() {
    return join(
        text("RIFF"),
        little(4 + 8 + 16 + 8 + 4),
        text("WAVEfmt "),
        little(16),
        new byte[16],
        text("data"),
        little(3),
        new byte[4]);
  }

  private static byte[] box(String type, String content) {
    return join(big(8 + content.length()), text(type + content));
  }

  /** Frames of MPEG-1 layer III with 128 kbit/s and 44,100 Hz. */
  private static byte[] mp3(int frames) {
    byte[] all = {};
    for (int i = 0; i < frames; i++) {
      all = join(all, Arrays.copyOf(text("\377\373\220\0"), 417));
    }
    return all;
  }

  private static byte[] font(String version, int at) {
    return join(
        text(version), text("\0\1\0\20\0\0\0\0head"), big(0, at + 28, 6), text("tables\0\0"));
  }

  private static byte[] woff() {
    return join(
        text("wOFF\0\1\0\0"),
        big(72),
        text("\0\1\0\0"),
        big(40, 0x10000, 0, 0, 0, 0, 0),
        text("head"),
        big(64, 6, 6, 0),
        text("tables\0\0"));
  }

  private static byte[] woff2() {
    return join(
        text("wOF2\0\1\0\0"),
        big(64),
        text("\0\2\0\0"),
        big(100, 7, 0x10000, 0, 0, 0, 0, 0),
        // A glyf table that is transformed, and a head table that is not.
        text("\n\201\10\60\1\66"),
        text("brotli!\0\0\0"));
  }

  static byte[] parquet(String footer) {
    return join(text("PAR1data" + footer), little(footer.length()), text("PAR1"));
  }

  static byte[] arrow(String schema) {
    // A table of offsets without fields, and a table.
    byte[] footer = join(little(8), text("\4\0\4\0"), little(4));
    return join(text("ARROW1\0\0" + schema), footer, little(footer.length), text("ARROW1"));
  }

  /** One page with one table. */
  static byte[] sqlite(String table) {
    ByteBuffer page = ByteBuffer.allocate(512);
    page.put(text("SQLite format 3\0\2\0\1\1\0\100\40\40")).putInt(1).putInt(1);
    page.putInt(92, 1);
    String sql = "CREATE TABLE " + table + " (key BLOB, value BLOB)";
    byte[] row =
        join(
            new byte[] {6, 23, 13 + 10, 13 + 10, 1, 13},
            text("table" + table + table + "\2" + sql));
    int at = 512 - row.length - 2;
    page.put(100, (byte) 13).putShort(103, (short) 1).putShort(105, (short) at);
    page.putShort(108, (short) at);
    page.put(at, (byte) row.length).put(at + 1, (byte) 1).put(at + 2, row);
    return page.array();
  }

  private static byte[] tflite() {
    // Root and magic; a table of offsets with five fields; the model; an empty table for each.
    return join(
        little(24),
        text("TFL3"),
        text("\16\0\24\0\4\0\10\0\14\0\0\0\20\0\0\0"),
        little(24 - 8, 3, 12, 20, 28),
        vectorsOfOne(3));
  }

  private static byte[] vectorsOfOne(int vectors) {
    ByteBuffer bytes = ByteBuffer.allocate(vectors * 12 + 12).order(ByteOrder.LITTLE_ENDIAN);
    int table = vectors * 12 + 8;
    for (int i = 0; i < vectors; i++) {
      bytes.putInt(1);
      bytes.putInt(table - bytes.position());
      bytes.putInt(0);
    }
    bytes.putInt(0).putShort((short) 4).putShort((short) 4).putInt(4);
    return bytes.array();
  }

  private static byte[] r(String magic) {
    return join(text(magic + "X\n"), big(3, 0x40301, 0x30500, 5), text("UTF-8"), big(254));
  }

  private static byte[] tfRecord(String content) {
    byte[] length = long64(content.length());
    return join(length, masked(length), text(content), masked(text(content)));
  }

  private static byte[] masked(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    int value = (int) crc.getValue();
    return little(Integer.rotateRight(value, 15) + 0xa282ead8);
  }

  private static byte[] tensorFlowIndex() {
    // Two blocks of 8 bytes, each with a trailer of 5.
    return join(new byte[26], text("\0\10\15\10"), new byte[36], long64(0xdb4775248b80fb57L));
  }

  /** A field of bytes of Protocol Buffers. */
  static byte[] field(int number, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    varint(out, number << 3 | 2);
    varint(out, content.length);
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static void varint(ByteArrayOutputStream out, int value) {
    int left = value;
    for (; left >= 0x80; left >>>= 7) {
      out.write((left & 0x7f) | 0x80);
    }
    out.write(left);
  }

  private static byte[] onnx() {
    byte[] node = join(field(1, text("x")), field(2, text("y")), field(4, text("Relu")));
    byte[] graph = join(field(1, node), field(2, text("g")), field(12, field(1, text("y"))));
    return join(
        text("\10\10"), field(2, text("pytorch")), field(7, graph), field(8, text("\20\21")));
  }

  private static byte[] sentencepiece() {
    byte[] piece = join(field(1, text("<unk>")), text("\25\0\0\0\0\30\2"));
    return join(
        field(1, piece), field(1, piece), field(2, text("\n\1x")), field(3, text("\n\3nmt")));
  }

  static byte[] savedModel(String metadata) {
    byte[] metaGraph =
        join(field(1, field(4, text("serve"))), field(2, text("")), field(7, text(metadata)));
    return join(text("\10\1"), field(2, metaGraph));
  }

  static byte[] kerasMetadata(String json) {
    return field(
        1,
        join(
            text("\20\1"),
            field(3, text("root.layer")),
            field(4, text("_tf_keras_layer")),
            field(5, text(json))));
  }

  private static byte[] msgpack() {
    // {"params": {"bias": an array as Flax writes it}, "step": 7, "rate": 0.5, "name": nil}
    return join(
        text("\204\246params\201\244bias\307\7\1"),
        text("1234567"),
        text("\244step\7\244rate\312?\0\0\0\244name\300"));
  }
}
