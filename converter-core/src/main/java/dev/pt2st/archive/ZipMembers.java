package dev.pt2st.archive;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.ResourceName;
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

/** The members of a ZIP. Stored ones are used where they lie. */
final class ZipMembers extends Members {
  private final MappedFile file;
  private final Unpacking unpacking;
  private final Iterator<ZipEntry> entries;
  private @Nullable ZipEntry current;

  ZipMembers(Container.Archive archive, Unpacking unpacking) throws CheckpointException {
    this.file = archive.file();
    this.unpacking = unpacking;
    this.entries = ZipReader.read(file, unpacking.limits()).entries().iterator();
  }

  @Override
  public boolean next() {
    current = null;
    while (entries.hasNext()) {
      ZipEntry entry = entries.next();
      if (!entry.name().endsWith("/")) {
        current = entry;
        return true;
      }
    }
    return false;
  }

  private ZipEntry current() {
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
