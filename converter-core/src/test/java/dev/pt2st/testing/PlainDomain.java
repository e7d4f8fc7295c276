package dev.pt2st.testing;

import dev.pt2st.CheckpointException;
import dev.pt2st.GlobalName;
import dev.pt2st.GlobalStanding;
import dev.pt2st.Limits;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.io.ByteCursor;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.Domain;
import dev.pt2st.pickle.DomainValue;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.HeapBudget;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.Unpickler;
import dev.pt2st.pickle.Value;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A world in which every name is a class of inert records. */
public final class PlainDomain implements Domain {
  private static final Place PLACE = Place.of(Path.of("test.pkl"));

  private final Map<GlobalName, GlobalValue> globals = new HashMap<>();
  private final List<GlobalName> written = new ArrayList<>();
  private final List<GlobalName> resolved = new ArrayList<>();

  /** A persistent id. */
  private record Persistent(Value id) implements DomainValue {
    @Override
    public List<Value> parts() {
      return List.of(id);
    }
  }

  /** Reads a pickle, each of whose bytes is a character. */
  public static Value load(String stream) throws CheckpointException {
    return load(stream, Limits.STANDARD);
  }

  public static Value load(String stream, Limits limits) throws CheckpointException {
    return load(stream.getBytes(StandardCharsets.ISO_8859_1), limits);
  }

  public static Value load(byte[] stream, Limits limits) throws CheckpointException {
    ByteCursor in = new ByteCursor(MemorySegment.ofArray(stream), PLACE);
    return Unpickler.load(in, new PlainDomain(), new HeapBudget(limits)).value();
  }

  /** The globals that it was asked for so far, as the streams write them. */
  public List<GlobalName> written() {
    return written;
  }

  /** The same as Python 3 calls them. */
  public List<GlobalName> resolved() {
    return resolved;
  }

  @Override
  public Value global(GlobalName name, GlobalName asWritten, Place place) {
    written.add(asWritten);
    resolved.add(name);
    return globals.computeIfAbsent(
        name, key -> new GlobalValue(key, asWritten, GlobalStanding.LISTED, place));
  }

  @Override
  public Value persistent(Value id, Place place) {
    return new Persistent(id);
  }

  @Override
  public Value call(Value callable, List<Value> arguments, Place place) throws MalformedException {
    return instance(callable, arguments, null, place);
  }

  @Override
  public Value instance(
      Value type, List<Value> arguments, @Nullable DictValue keywords, Place place)
      throws MalformedException {
    if (!(type instanceof GlobalValue) && !(type instanceof ObjectValue)) {
      throw new MalformedException(place, "no class");
    }
    List<Value> all = new ArrayList<>(arguments);
    if (keywords != null) {
      all.add(keywords);
    }
    return new ObjectValue(type, all);
  }
}
