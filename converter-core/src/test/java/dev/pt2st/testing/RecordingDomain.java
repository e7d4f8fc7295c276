package dev.pt2st.testing;

import dev.pt2st.CheckpointException;
import dev.pt2st.GlobalName;
import dev.pt2st.GlobalStanding;
import dev.pt2st.MalformedException;
import dev.pt2st.Place;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.Domain;
import dev.pt2st.pickle.DomainValue;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A world in which every name, as it is written, is a class that only records: as CPython's. */
public final class RecordingDomain implements Domain {
  private final Map<GlobalName, GlobalValue> globals = new HashMap<>();
  private final List<List<String>> seen = new ArrayList<>();

  private record Persistent(Value id) implements DomainValue {
    @Override
    public List<Value> parts() {
      return List.of(id);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  /** Module and name of each global that was asked for, in this order. */
  public List<List<String>> seen() {
    return seen;
  }

  @Override
  public Value global(GlobalName name, GlobalName written, Place place) {
    seen.add(List.of(written.module(), written.name()));
    return globals.computeIfAbsent(
        written, key -> new GlobalValue(key, key, GlobalStanding.LISTED, place));
  }

  @Override
  public Value persistent(Value id, Place place) {
    return new Persistent(id);
  }

  @Override
  public Value call(Value callable, List<Value> arguments, Place place) throws CheckpointException {
    if (callable instanceof GlobalValue || callable instanceof ObjectValue) {
      return new ObjectValue(callable, arguments);
    }
    throw new MalformedException(place, "what is called is not a class");
  }

  @Override
  public Value instance(
      Value type, List<Value> arguments, @Nullable DictValue keywords, Place place)
      throws CheckpointException {
    if (!(type instanceof GlobalValue)) {
      throw new MalformedException(place, "what is to be made is of no class");
    }
    List<Value> all = new ArrayList<>(arguments);
    if (keywords != null && keywords.size() > 0) {
      // Python's own copy.
      DictValue copy = new DictValue(DictValue.Kind.DICT);
      copy.putAll(keywords);
      all.add(copy);
    }
    return new ObjectValue(type, all);
  }
}
