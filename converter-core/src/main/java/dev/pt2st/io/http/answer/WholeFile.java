package dev.pt2st.io.http.answer;

import dev.pt2st.ByteCount;
import dev.pt2st.ResourceName;
import dev.pt2st.io.ScratchFile;
import dev.pt2st.io.ScratchFolder;
import dev.pt2st.io.source.RangeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/** A file that is fetched as a whole into a scratch file; a retry begins with an empty one. */
public final class WholeFile implements BodySink, AutoCloseable {
  private final ResourceName name;
  private final long size;
  private final AnswerCheck check;
  private final ScratchFolder folder;
  private @Nullable ScratchFile file;

  public WholeFile(ResourceName name, long size, AnswerCheck check, ScratchFolder folder) {
    this.name = name;
    this.size = size;
    this.check = check;
    this.folder = folder;
  }

  /** Refuses at once a file for which the disk has no room. */
  public void checkRoom() throws IOException {
    long room = Files.getFileStore(folder.directory()).getUsableSpace();
    if (size > room) {
      throw new FileSystemException(
          folder.directory().toString(),
          null,
          name
              + " has "
              + ByteCount.shown(size)
              + ", and there is room for "
              + ByteCount.shown(room)
              + "; make room");
    }
  }

  @Override
  public boolean begin(HttpAnswer answer) throws IOException {
    close();
    check.check(answer);
    if (answer.status() != 200 || answer.number("Content-Length").orElse(-1) != size) {
      throw new FaultyAnswerException("the server sends something else than the whole file");
    }
    file = folder.create();
    return true;
  }

  private ScratchFile file() throws FaultyAnswerException {
    ScratchFile begun = file;
    if (begun == null) {
      throw new FaultyAnswerException("the server has sent nothing");
    }
    return begun;
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    ScratchFile to = file();
    if (bytes.remaining() > size - to.size()) {
      throw new FaultyAnswerException("the server sends more than the whole file");
    }
    long before = to.size();
    try {
      to.append(bytes);
    } catch (IOException e) {
      throw folder.explain(e, name, before);
    }
  }

  @Override
  public void end() throws IOException {
    if (file().size() != size) {
      throw new FaultyAnswerException("the server sends less than the whole file");
    }
  }

  /** The fetched file as a source, which the caller then owns and closes. */
  public RangeSource source(String version) throws IOException {
    RangeSource fetched = file().asSource(name, version);
    file = null;
    return fetched;
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
      file = null;
    }
  }
}
