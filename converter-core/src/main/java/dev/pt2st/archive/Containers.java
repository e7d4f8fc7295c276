package dev.pt2st.archive;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.RefusedException;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.archive.compression.Compression;
import dev.pt2st.archive.tar.TarHeader;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.RecordBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Detects a file's layout by its content, never by its name. */
public final class Containers {
  /** How many of a file's first bytes are enough to tell what it may be. */
  public static final int SNIFFED = 512;

  private static final String ZIP_START = "PK\3\4";
  private static final String EMPTY_ZIP_START = "PK\5\6";

  /** The magic number 0x1950a86a20f9469cfc6c of torch/serialization.py, as LONG1 writes it. */
  private static final String LEGACY_MAGIC_BINARY = "\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019";

  /** The same as protocols 0 and 1 write it. */
  private static final String LEGACY_MAGIC_TEXT = "119547037146038801333356L";

  private static final int LEGACY_MAGIC_WITHIN = 48;

  private static final String SEVEN_ZIP_START = "7z\u00bc\u00af'\u001c";

  private static final List<Compression> COMPRESSIONS = List.of(Compression.values());

  /** The opcodes with which a pickle of protocol 0 or 1 begins. */
  private static final String VALUE_OPCODES = "(]})cILFSVUX";

  /** {@code PackageExporter} of torch/package writes its own records here. */
  private static final String PACKAGE_DATA = ".data/";

  private static final byte PROTO = (byte) 0x80;
  private static final int MOST_PROTOCOL = 5;

  private Containers() {}

  /**
   * Detects what a file is.
   *
   * @param limits limit the reading of an archive's directory
   * @throws CheckpointException if it is not a checkpoint, or has a layout that is not converted
   */
  public static Container detect(MappedFile file, Limits limits) throws CheckpointException {
    Place place = Place.of(file.name());
    if (file.size() == 0) {
      throw new MalformedException(
          place, "the file is empty", new Remedy.FetchAgain("download or copy it again"));
    }
    byte[] first = first(file);
    String start = latin1(first);
    if (isZip(start)) {
      return ofZip(file, ZipReader.read(file, limits));
    }
    Container wrapped = wrappedByStart(file, first);
    if (wrapped != null) {
      return wrapped;
    }
    // As in torch.load, a tar is read as a tar, whatever the name of its first entry.
    if (TarReader.isTar(first)) {
      return new Container.TorchTar(file, TarReader.read(file, limits));
    }
    if (mayBeTar(first)) {
      throw new RefusedException(
          place, "only lenient readers accept the first header of this tar", ZipReader.AMBIGUOUS);
    }
    if (isLegacyStream(start)) {
      return new Container.LegacyStream(file);
    }
    for (ForeignFormat format : ForeignFormat.ALL) {
      if (format.matches(start)) {
        throw new UnsupportedException(place, format.is(), format.remedy());
      }
    }
    if (looksLikePickle(file, start)) {
      return new Container.RawPickle(file);
    }
    throw new UnsupportedException(
        place,
        "this is not a checkpoint that pt2st knows",
        new Remedy.Advice("it should be a file written by torch.save or a pickle"));
  }

  /** Whether a file with these first bytes may have been written by {@code torch.save}. */
  public static boolean mayBeTorchSave(byte[] first) {
    String start = latin1(first);
    return isZip(start) || isLegacyStream(start);
  }

  private static boolean isLegacyStream(String start) {
    String beginning = start.substring(0, Math.min(start.length(), LEGACY_MAGIC_WITHIN));
    return beginning.contains(LEGACY_MAGIC_BINARY) || beginning.contains(LEGACY_MAGIC_TEXT);
  }

  private static boolean isZip(String start) {
    return start.startsWith(ZIP_START) || start.startsWith(EMPTY_ZIP_START);
  }

  /**
   * Detects what a file is if it is a ZIP, an archive or compressed.
   *
   * @return null for everything else, which {@link #detect} tells apart
   */
  static @Nullable Container zipOrWrapped(MappedFile file, Limits limits) {
    if (file.size() == 0) {
      return null;
    }
    byte[] first = first(file);
    if (isZip(latin1(first))) {
      try {
        return ofZip(file, ZipReader.read(file, limits));
      } catch (CheckpointException e) {
        // The problem is reported when it is read as a checkpoint.
        return null;
      }
    }
    return wrappedByStart(file, first);
  }

  /** Detects the formats that have a magic number. */
  private static Container.@Nullable Wrapped wrappedByStart(MappedFile file, byte[] first) {
    String start = latin1(first);
    for (Compression compression : Compression.values()) {
      if (compression.matches(start)) {
        return new Container.Compressed(file, compression);
      }
    }
    if (start.startsWith(SEVEN_ZIP_START)) {
      return new Container.Archive(file, ArchiveFormat.SEVEN_ZIP);
    }
    if (TarReader.isTar(first) && !TarReader.isTorchTar(file)) {
      return new Container.Archive(file, ArchiveFormat.TAR);
    }
    return null;
  }

  /** Whether a file with these first bytes is a ZIP, a tar, a 7z archive or compressed. */
  public static boolean mayBeArchive(byte[] first) {
    String start = latin1(first);
    if (isZip(start) || start.startsWith(SEVEN_ZIP_START) || mayBeTar(first)) {
      return true;
    }
    for (Compression form : COMPRESSIONS) {
      if (form.matches(start)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a file with these first bytes is a ZIP. */
  public static boolean mayBeZip(byte[] first) {
    return isZip(latin1(first));
  }

  /** Whether a file with these first bytes is a tar, at least for Python's lenient reader. */
  public static boolean mayBeTar(byte[] first) {
    return TarHeader.isHeader(first);
  }

  /** Whether a file with these first bytes is a safetensors file. */
  public static boolean isSafetensors(byte[] first) {
    return ForeignFormat.SAFETENSORS.matches(latin1(first));
  }

  /**
   * Whether a file with these first bytes may be or contain a checkpoint; the rest of it decides.
   */
  public static boolean mayBeCheckpoint(byte[] first) {
    if (first.length == 0) {
      return false;
    }
    return first[0] == (byte) 0x80
        || VALUE_OPCODES.indexOf(latin1(first).charAt(0)) >= 0
        || mayBeArchive(first);
  }

  /**
   * What a file is, in words, if it represents a model that cannot be read, such as a Git LFS
   * pointer.
   *
   * @param first its first bytes, {@link #SNIFFED} of them if the file is long enough
   * @return null for all others
   */
  public static @Nullable String standIn(byte[] first) {
    String start = latin1(first);
    return ForeignFormat.ALL.stream()
        .filter(format -> format.model() && format.matches(start))
        .map(ForeignFormat::is)
        .findFirst()
        .orElse(null);
  }

  /** Whether a file with these first bytes is an HTML page. */
  public static boolean isHtml(byte[] first) {
    return ForeignFormat.HTML.matches(latin1(first));
  }

  /** Every record that begins as a pickle: {@code PackageExporter.save_pickle} takes any name. */
  private static List<ZipEntry> picklesOfPackage(ZipArchive archive) throws CheckpointException {
    List<ZipEntry> pickles = new ArrayList<>();
    for (Map.Entry<String, ZipEntry> record : archive.records("", "").entrySet()) {
      byte[] start = RecordBytes.start(record.getValue().bytes(), 2);
      if (!record.getKey().startsWith(PACKAGE_DATA)
          && start.length == 2
          && start[0] == PROTO
          && start[1] <= MOST_PROTOCOL) {
        pickles.add(record.getValue());
      }
    }
    return pickles;
  }

  private static Container ofZip(MappedFile file, ZipArchive archive) throws CheckpointException {
    Place place = Place.of(file.name());
    ZipEntry pickle = archive.record("data.pkl").orElse(null);
    List<ExportedProgram> programs = ExportedProgram.in(archive, place);
    if (!programs.isEmpty()) {
      return new Container.ExportedPrograms(file, archive, programs);
    }
    ZipEntry constants = archive.record("constants.pkl").orElse(null);
    ZipEntry script = archive.record("model.json").orElse(null);
    if (pickle == null && constants != null) {
      throw new MalformedException(
          place, "this is a TorchScript archive, and it has no record data.pkl");
    }
    if (pickle == null && archive.has(PACKAGE_DATA + "extern_modules")) {
      return new Container.TorchPackage(file, archive, picklesOfPackage(archive));
    }
    if (pickle == null) {
      return script == null
          ? new Container.Archive(file, ArchiveFormat.ZIP)
          : new Container.LegacyTorchScript(file, archive, script);
    }
    for (ZipEntry entry : archive.ending("/data.pkl")) {
      if (entry.key().indexOf('/') == entry.key().length() - "/data.pkl".length()
          && !entry.key().equals(pickle.key())) {
        throw new RefusedException(
            place.inEntry(entry.name()),
            "a second checkpoint beside \"" + pickle.name() + "\" in the same archive",
            new Remedy.DoNotTrust(
                "two readers could see two different files, as in attacks on scanners: do not trust it"));
      }
    }
    // As in _is_torchscript_zip of torch/serialization.py. C++ would then look for model.json.
    if (constants == null) {
      return new Container.TorchZip(file, archive, pickle);
    }
    if (script != null) {
      throw new RefusedException(
          place.inEntry(script.name()), "the archive has two models", ZipReader.AMBIGUOUS);
    }
    return new Container.TorchScript(file, archive, pickle, constants);
  }

  /**
   * Detects what a record of a ZIP is that is a file of its own.
   *
   * @param checkCrc whether its CRC-32 must match
   * @throws CheckpointException as {@link #detect}, or if the record is compressed
   */
  public static Container inRecord(MappedFile file, ZipEntry entry, Limits limits, boolean checkCrc)
      throws CheckpointException {
    Place place = Place.of(file.name()).inEntry(entry.name());
    if (!(entry.bytes() instanceof ByteSource.Stored stored)) {
      throw new UnsupportedException(
          place,
          "the record is a compressed checkpoint, which PyTorch never writes",
          new Remedy.Advice("write the archive again, with its records stored"));
    }
    RecordBytes.read(stored, file, limits, checkCrc, place);
    return detect(
        file.part(file.name().inside(entry.name()), stored.offset(), stored.size()), limits);
  }

  /**
   * A pickle starts with PROTO and its protocol or, up to protocol 1, with an opcode that makes a
   * value.
   */
  private static boolean looksLikePickle(MappedFile file, String start) {
    if (start.charAt(0) == '\u0080' && start.length() > 1) {
      return true;
    }
    boolean opcode = VALUE_OPCODES.indexOf(start.charAt(0)) >= 0;
    byte last = file.i8(file.size() - 1);
    return opcode && last == '.';
  }

  /** Whether a file begins as a safetensors file. */
  public static boolean isSafetensors(MappedFile file) {
    return isSafetensors(first(file));
  }

  private static byte[] first(MappedFile file) {
    return file.start(0, SNIFFED);
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
