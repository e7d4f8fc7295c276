package dev.pt2st.inspect.pickle;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.ReadOptions;
import dev.pt2st.Remedy;
import dev.pt2st.UnsupportedException;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.io.Input;
import dev.pt2st.pickle.analysis.Disassembler;
import dev.pt2st.safetensors.format.SafetensorsContent;
import dev.pt2st.work.Deadline;
import java.io.IOException;
import java.nio.file.Path;

/** Disassembles pickles; malformed ones up to the point where they break. */
public record PickleListing(ReadOptions options, PickleListener listener, Deadline deadline)
    implements PickleStreams.Handler {

  /**
   * Disassembles the pickles of a file.
   *
   * @param path a file, or a member of an archive as {@code archive.zip!member}
   * @param listener receives every instruction, in the calling thread
   * @throws CheckpointException if a pickle is malformed, or the file has no pickles
   * @throws IOException if it cannot be read
   */
  public static void list(Path path, ReadOptions options, PickleListener listener)
      throws CheckpointException, IOException {
    list(Input.of(path), options, listener);
  }

  /**
   * Like {@link #list(Path, ReadOptions, PickleListener)}, for a file on this disk or a source that
   * is read by ranges.
   */
  public static void list(Input input, ReadOptions options, PickleListener listener)
      throws CheckpointException, IOException {
    if (input instanceof Input.OnDisk file && SafetensorsContent.indexOf(file.path()) != null) {
      throw new UnsupportedException(
          Place.of(input.name()),
          "this is an index, which has no pickles",
          new Remedy.Advice("name one of its files"));
    }
    InspectedFile.look(
        input,
        options,
        file -> {
          throw new UnsupportedException(
              Place.of(input.name()),
              "this is a safetensors file, which has no pickles",
              Remedy.NONE);
        },
        arrays -> {
          throw new UnsupportedException(
              Place.of(input.name()),
              "this is a file of NumPy arrays, whose pickles are not shown",
              Remedy.NONE);
        },
        file -> {
          PickleStreams.read(
              file.container(), options, new PickleListing(options, listener, file.deadline()));
          return file;
        });
  }

  @Override
  public void read(ByteCursor in, int number) throws CheckpointException {
    listener.begin(in.place(), number);
    Disassembler disassembler = new Disassembler(in, options.limits());
    while (disassembler.hasNext()) {
      listener.step(disassembler.next());
      deadline.check(in::place);
    }
    listener.end(disassembler.highestProtocol(), disassembler.valuesLeft());
  }

  @Override
  public void rest(Place place, long bytes) {
    listener.rest(place, bytes);
  }
}
