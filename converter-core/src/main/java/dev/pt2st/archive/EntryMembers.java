package dev.pt2st.archive;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.ResourceName;
import dev.pt2st.archive.compression.Decoding;
import dev.pt2st.io.ByteSource;
import dev.pt2st.io.MappedFile;
import dev.pt2st.io.RecordBytes;
import dev.pt2st.io.SegmentInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The members of an archive that stores each entry on its own: a ZIP or a tar (POSIX pax, GNU and
 * older). Uncompressed members are used in place, without a copy.
 */
final class EntryMembers extends Members {
  /** A member: its name in the archive, and where its content is. */
  private record Entry(String name, ByteSource bytes) {}

  /** Goes from one member to the next. */
  private interface Walk {
    /** The next one; null at the end. */
    @Nullable Entry next() throws CheckpointException;

    /** See {@link Members#checkRest}. */
    default void checkRest() throws CheckpointException {}
  }

  private final MappedFile file;
  private final Unpacking unpacking;
  private final Walk walk;
  private @Nullable Entry current;

  private EntryMembers(MappedFile file, Unpacking unpacking, Walk walk) {
    this.file = file;
    this.unpacking = unpacking;
    this.walk = walk;
  }

  static EntryMembers ofZip(MappedFile file, Unpacking unpacking) throws CheckpointException {
    Iterator<ZipEntry> entries = ZipReader.read(file, unpacking.limits()).entries().iterator();
    return new EntryMembers(
        file,
        unpacking,
        () -> {
          while (entries.hasNext()) {
            ZipEntry entry = entries.next();
            if (!entry.name().endsWith("/")) {
              return new Entry(entry.name(), entry.bytes());
            }
          }
          return null;
        });
  }

  static EntryMembers ofTar(MappedFile file, Unpacking unpacking) {
    TarReader reader = new TarReader(file, unpacking.limits());
    return new EntryMembers(
        file,
        unpacking,
        new Walk() {
          @Override
          public @Nullable Entry next() throws CheckpointException {
            TarEntry entry = reader.next();
            return entry == null ? null : new Entry(entry.name(), entry.bytes());
          }

          @Override
          public void checkRest() throws CheckpointException {
            reader.checkRest();
          }
        });
  }

  @Override
  public boolean next() throws CheckpointException {
    current = walk.next();
    return current != null;
  }

  @Override
  public void checkRest() throws CheckpointException {
    walk.checkRest();
  }

  private Entry current() {
    if (current == null) {
      throw new NoSuchElementException();
    }
    return current;
  }

  @Override
  public String name() {
    return current().name();
  }

  private Place place() {
    return Place.of(file.name().inside(name()));
  }

  @Override
  public byte[] start() throws CheckpointException {
    return switch (current().bytes()) {
      case ByteSource.Stored stored -> startOf(stored.segment());
      case ByteSource.Deflated deflated -> {
        Inflater inflater = new Inflater(true);
        try {
          SegmentInputStream compressed = new SegmentInputStream(deflated.compressed());
          yield new Decoding(place(), "the entry")
              .run(() -> new InflaterInputStream(compressed, inflater).readNBytes(START));
        } finally {
          inflater.end();
        }
      }
      case ByteSource.InMemory _, ByteSource.Produced _ -> throw notOfAFile();
    };
  }

  @Override
  public MappedFile open() throws CheckpointException, IOException {
    Place place = place();
    ResourceName shown = place.file();
    return switch (current().bytes()) {
      case ByteSource.Stored stored -> {
        RecordBytes.read(stored, file, unpacking.limits(), unpacking.checkCrc(), place);
        yield file.part(shown, stored.offset(), stored.size());
      }
      case ByteSource.Deflated deflated -> {
        RecordBytes.checkRatio(deflated, unpacking.limits(), place);
        unpacking.charge(deflated.size(), place);
        unpacking.deadline().allowForUnpacking(deflated.compressedSize());
        yield unpacking.toScratch(
            shown,
            scratch -> {
              unpacking.announce(deflated.size());
              RecordBytes.inflate(
                  deflated,
                  place,
                  unpacking.checkCrc(),
                  piece -> {
                    int count = piece.remaining();
                    scratch.append(piece);
                    unpacking.report(count);
                  });
            });
      }
      case ByteSource.InMemory _, ByteSource.Produced _ -> throw notOfAFile();
    };
  }

  private static IllegalStateException notOfAFile() {
    return new IllegalStateException("an entry of a file lies in the file");
  }

  @Override
  public void close() {}
}
