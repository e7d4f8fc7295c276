package dev.pt2st.archive;

import dev.pt2st.CheckpointException;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.archive.compression.Decoding;
import dev.pt2st.io.MappedFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apache.commons.compress.archivers.sevenz.SevenZArchiveEntry;
import org.apache.commons.compress.archivers.sevenz.SevenZFile;
import org.jspecify.annotations.Nullable;

/** The members of a 7z archive. */
final class SevenZipMembers extends Members {
  private final MappedFile file;
  private final Unpacking unpacking;
  private final SevenZFile archive;
  private @Nullable SevenZArchiveEntry current;
  private byte @Nullable [] head;

  /**
   * Bytes passed over but not yet charged: members may share a stream, and unpacking one unpacks
   * those before it.
   */
  private long notCharged;

  SevenZipMembers(MappedFile file, Unpacking unpacking) throws CheckpointException {
    this.file = file;
    this.unpacking = unpacking;
    file.willReadAll();
    this.archive =
        new Decoding(Place.of(file.name()), "the 7z archive")
            .run(() ->
                SevenZFile.builder()
                    .setSeekableByteChannel(file.channel())
                    .setMaxMemoryLimitKiB(unpacking.maxKilobytes())
                    .get());
  }

  @Override
  public boolean next() throws CheckpointException {
    SevenZArchiveEntry entry;
    do {
      entry = new Decoding(Place.of(file.name()), "the 7z archive").run(archive::getNextEntry);
      current = entry;
      head = null;
      countEntry(unpacking.limits(), file.name());
    } while (entry != null && !entry.hasStream());
    notCharged += entry == null ? 0 : Math.min(entry.getSize(), Long.MAX_VALUE - notCharged);
    return entry != null;
  }

  private SevenZArchiveEntry current() {
    if (current == null) {
      throw new NoSuchElementException();
    }
    return current;
  }

  @Override
  public String name() {
    return Objects.requireNonNullElse(current().getName(), "");
  }

  private Place place() {
    return Place.of(file.name().inside(name()));
  }

  private Decoding decoding() {
    return new Decoding(place(), "the member");
  }

  @Override
  public byte[] start() throws CheckpointException {
    if (head == null) {
      unpacking.charge(notCharged, place());
      notCharged = 0;
      head = decoding().run(() -> content().readNBytes(START));
    }
    return head;
  }

  private InputStream content() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        return archive.read();
      }

      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        return archive.read(target, offset, length);
      }
    };
  }

  @Override
  public MappedFile open() throws CheckpointException, IOException {
    InputStream all = new SequenceInputStream(new ByteArrayInputStream(start()), content());
    long size = current().getSize();
    return unpacking.toScratch(
        place().file(),
        scratch -> {
          unpacking.announce(size);
          unpacking.deadline().allowForUnpacking(Math.min(size, file.size()));
          decoding().copy(all, scratch, unpacking::report);
          if (scratch.size() != size) {
            throw new MalformedException(
                place(), "it has " + scratch.size() + " bytes and its entry says " + size);
          }
        });
  }

  @Override
  public Unpacking.Outcome openWhatThereIs() throws CheckpointException, IOException {
    unpacking.charge(notCharged, place());
    notCharged = 0;
    return unpacking.salvage(
        place().file(),
        scratch -> {
          decoding().copyInSteps(content(), scratch, unpacking::report);
          if (scratch.size() != current().getSize()) {
            throw new MalformedException(
                place(),
                "it has " + scratch.size() + " bytes and its entry says " + current().getSize());
          }
        });
  }

  @Override
  public void close() {
    try {
      archive.close();
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    }
  }
}
