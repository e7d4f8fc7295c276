package dev.pt2st.torch;

import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.UnsupportedException;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.ZipEntry;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.RecordBytes;
import dev.pt2st.pickle.HeapBudget;
import dev.pt2st.pickle.Unpickler;
import dev.pt2st.pickle.Value;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads what a container's pickles say; never a tensor's bytes. */
public final class CheckpointReader {
  /** {@code MAGIC_NUMBER} and {@code PROTOCOL_VERSION} of torch/serialization.py. */
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);

  private static final long LEGACY_VERSION = 1001;
  private static final long SMALL_RECORD = 64;

  private final Policy policy;
  private final Limits limits;
  private final boolean checkCrc;

  /**
   * @param policy which globals are accepted
   * @param limits what bounds the work
   * @param checkCrc whether the CRC-32 of each record that is read must be right
   */
  public CheckpointReader(Policy policy, Limits limits, boolean checkCrc) {
    this.policy = policy;
    this.limits = limits;
    this.checkCrc = checkCrc;
  }

  /**
   * Reads a checkpoint.
   *
   * @throws CheckpointException if it is malformed, over a limit or of a kind that is not read
   */
  public Checkpoint read(Container container) throws CheckpointException {
    return switch (container) {
      case Container.TorchZip zip -> readZip(zip);
      case Container.LegacyStream legacy -> readLegacy(legacy);
      case Container.RawPickle raw -> readRaw(raw);
    };
  }

  private Checkpoint readZip(Container.TorchZip zip) throws CheckpointException {
    Place place = Place.of(zip.file().path()).inEntry(zip.pickle().name());
    ZipStorages storages = new ZipStorages(zip.archive(), byteOrder(zip));
    TorchDomain domain = new TorchDomain(policy, storages);
    HeapBudget budget = new HeapBudget(limits);
    if (zip.pickle().bytes() instanceof ByteSource.Deflated deflated) {
      budget.charge(deflated.size(), () -> place);
    }
    ByteCursor in = new ByteCursor(bytes(zip.pickle(), zip.file(), place), place);
    Unpickler.Result result = Unpickler.load(in, domain, budget);
    return new Checkpoint(
        zip, result.value(), domain.globals(), domain.tensors(), result.protocol());
  }

  private MemorySegment bytes(ZipEntry entry, MappedFile file, Place place)
      throws CheckpointException {
    long size = entry.bytes().size();
    checkPickleSize(size, place);
    return RecordBytes.read(entry.bytes(), file, limits, checkCrc, place);
  }

  private void checkPickleSize(long size, Place place) throws LimitException {
    if (size > limits.get(Limit.PICKLE_BYTES)) {
      throw new LimitException(
          place,
          Limit.PICKLE_BYTES,
          "the pickle has " + size + " bytes, more than " + limits.get(Limit.PICKLE_BYTES));
    }
  }

  private ByteOrder byteOrder(Container.TorchZip zip) throws CheckpointException {
    ZipEntry entry = zip.archive().record("byteorder").orElse(null);
    if (entry == null) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    Place place = Place.of(zip.file().path()).inEntry(entry.name());
    if (entry.bytes().size() <= SMALL_RECORD) {
      byte[] text =
          RecordBytes.read(entry.bytes(), zip.file(), limits, checkCrc, place)
              .toArray(ValueLayout.JAVA_BYTE);
      switch (new String(text, StandardCharsets.ISO_8859_1)) {
        case "little" -> {
          return ByteOrder.LITTLE_ENDIAN;
        }
        case "big" -> {
          return ByteOrder.BIG_ENDIAN;
        }
        default -> {}
      }
    }
    throw new MalformedException(place, "the byte order is neither \"little\" nor \"big\"");
  }

  private Checkpoint readLegacy(Container.LegacyStream legacy) throws CheckpointException {
    MappedFile file = legacy.file();
    Place place = Place.of(file.path());
    LegacyStorages storages = new LegacyStorages(file);
    TorchDomain domain = new TorchDomain(policy, storages);
    HeapBudget budget = new HeapBudget(limits);
    ByteCursor in = new ByteCursor(file.segment(), place);
    TorchDomain plain = new TorchDomain(policy, PersistentIds.NONE);
    if (!(Unpickler.load(in, plain, budget).value() instanceof Value.BigInt(BigInteger magic))
        || !magic.equals(MAGIC)) {
      throw new MalformedException(place, "the magic number of a PyTorch stream is wrong");
    }
    if (!(Unpickler.load(in, plain, budget).value() instanceof Value.Int(long version))
        || version != LEGACY_VERSION) {
      throw new UnsupportedException(
          place,
          "the stream is not of version " + LEGACY_VERSION + ", the only one there ever was",
          "");
    }
    Unpickler.load(in, plain, budget);
    Unpickler.Result result = Unpickler.load(in, domain, budget);
    storages.locate(Unpickler.load(in, plain, budget).value(), in);
    domain.addGlobalsOf(plain);
    return new Checkpoint(
        legacy, result.value(), domain.globals(), domain.tensors(), result.protocol());
  }

  private Checkpoint readRaw(Container.RawPickle raw) throws CheckpointException {
    Place place = Place.of(raw.file().path());
    checkPickleSize(raw.file().size(), place);
    TorchDomain domain = new TorchDomain(policy, PersistentIds.NONE);
    ByteCursor in = new ByteCursor(raw.file().segment(), place);
    Unpickler.Result result = Unpickler.load(in, domain, new HeapBudget(limits));
    if (in.remaining() > 0) {
      throw new UnsupportedException(
          in.place(),
          "the pickle ends here and " + in.remaining() + " more bytes follow",
          "a file of several pickles, or of joblib, is not converted: do not trust it blindly");
    }
    return new Checkpoint(
        raw, result.value(), domain.globals(), domain.tensors(), result.protocol());
  }
}
