package dev.pt2st.convert.sidecar;

import com.google.gson.stream.JsonWriter;
import dev.pt2st.CheckpointException;
import dev.pt2st.Limit;
import dev.pt2st.LimitException;
import dev.pt2st.Limits;
import dev.pt2st.Place;
import dev.pt2st.convert.plan.Plan;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.DomainValue;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.ListValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.SetValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.pickle.ValueDescription;
import dev.pt2st.torch.value.DTypeValue;
import dev.pt2st.torch.value.NumpyDType;
import dev.pt2st.torch.value.NumpyValue;
import dev.pt2st.torch.value.TensorValue;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;

/**
 * Writes values as the JSON that docs/sidecar.md describes. Open containers are on an explicit
 * stack, so nesting does not use the JVM's stack. A value that was written before is written as a
 * reference, so the text grows with the pickle and not with its expansion.
 */
final class SidecarEncoder {
  private final JsonWriter json;
  private final SidecarScalars scalars;
  private final Limits limits;
  private final Place place;
  private final SidecarNames names;
  private final SidecarReferences shared;
  private final ArrayDeque<Step> open = new ArrayDeque<>();
  private int depth;

  /** A pending step. */
  private interface Step {
    void run() throws CheckpointException, IOException;
  }

  /**
   * @param out receives the text
   * @param names the names of the tensors in the output
   */
  SidecarEncoder(
      JsonWriter json,
      Writer out,
      Limits limits,
      Place place,
      SidecarNames names,
      SidecarReferences shared) {
    this.json = json;
    this.scalars = new SidecarScalars(json, out);
    this.limits = limits;
    this.place = place;
    this.names = names;
    this.shared = shared;
  }

  /** Writes a value with everything in it. */
  void write(Value value) throws CheckpointException, IOException {
    put(value);
    while (!open.isEmpty()) {
      open.pop().run();
    }
  }

  private void beginObject() throws CheckpointException, IOException {
    deeper();
    json.beginObject();
    open.push(() -> {
      depth--;
      json.endObject();
    });
  }

  private void beginArray() throws CheckpointException, IOException {
    deeper();
    json.beginArray();
    open.push(() -> {
      depth--;
      json.endArray();
    });
  }

  private void deeper() throws LimitException {
    if (++depth > limits.get(Limit.NESTING)) {
      throw new LimitException(
          place,
          Limit.NESTING,
          "the sidecar would be nested deeper than " + limits.get(Limit.NESTING));
    }
  }

  private void put(Value value) throws CheckpointException, IOException {
    int number = shared.numberOf(value);
    if (number > 0 && !shared.isFirst(value)) {
      beginObject();
      json.name("$ref").value(number);
      return;
    }
    if (number > 0) {
      beginObject();
      json.name("$id").value(number);
      json.name("$value");
    }
    content(value);
  }

  private void content(Value value) throws CheckpointException, IOException {
    switch (value) {
      case Value.None none -> json.nullValue();
      case Value.Bool bool -> json.value(bool.value());
      case Value.Int number -> scalars.write(number.value());
      case Value.BigInt number -> scalars.write(number.value());
      case Value.Real number -> scalars.write(number.value());
      case Value.Text text -> scalars.write(text);
      case Value.Bytes bytes -> scalars.write("$bytes", bytes);
      case Value.MutableBytes bytes -> scalars.write("$bytearray", bytes.content());
      case ListValue list -> array(list.items());
      case TupleValue tuple -> tagged("$tuple", tuple.items());
      case SetValue set -> tagged(set.isFrozen() ? "$frozenset" : "$set", set.items());
      case DictValue dict -> dict(dict);
      case GlobalValue global -> scalars.tag("$global", global.dottedName());
      case ObjectValue object -> object(object);
      case TensorValue tensor -> tensor(tensor);
      case NumpyValue array -> {
        TensorValue tensor = array.tensor();
        if (tensor == null) {
          opaque("numpy.ndarray", array);
        } else {
          tensor(tensor);
        }
      }
      case DTypeValue dtype -> scalars.tag("$global", String.valueOf(dtype.dtype().torchName()));
      case NumpyDType dtype -> dtype(dtype);
      case DomainValue domain -> opaque(ValueDescription.of(domain), domain);
    }
  }

  private void opaque(String kind, DomainValue value) throws CheckpointException, IOException {
    beginObject();
    json.name("$opaque").value(kind);
    field("parts", value.parts());
  }

  private void array(Iterable<Value> items) throws CheckpointException, IOException {
    beginArray();
    each(items.iterator());
  }

  private void each(Iterator<Value> items) {
    open.push(() -> {
      if (items.hasNext()) {
        each(items);
        put(items.next());
      }
    });
  }

  private void tagged(String tag, Iterable<Value> items) throws CheckpointException, IOException {
    beginObject();
    json.name(tag);
    array(items);
  }

  /** Writes a field with values into an open object; omitted if there are none. */
  private void field(String name, List<Value> values) {
    if (!values.isEmpty()) {
      open.push(() -> {
        json.name(name);
        array(values);
      });
    }
  }

  private void dict(DictValue dict) throws CheckpointException, IOException {
    if (dict.kind() == DictValue.Kind.DICT && dict.states().isEmpty()) {
      items(dict);
      return;
    }
    String type =
        switch (dict.kind()) {
          case DICT -> "builtins.dict";
          case ORDERED_DICT -> "collections.OrderedDict";
          case DEFAULT_DICT -> "collections.defaultdict";
          case COUNTER -> "collections.Counter";
        };
    beginObject();
    json.name("$class").value(type);
    field("states", dict.states());
    open.push(() -> {
      json.name("items");
      items(dict);
    });
  }

  /** Writes an object if every key is a plain text, else a list of pairs. */
  private void items(DictValue dict) throws CheckpointException, IOException {
    beginObject();
    if (hasPlainKeys(dict)) {
      fields(dict, 0);
    } else {
      json.name("$dict");
      beginArray();
      pairs(dict, 0);
    }
  }

  private static boolean hasPlainKeys(DictValue dict) {
    for (int i = 0; i < dict.size(); i++) {
      if (!(dict.key(i) instanceof Value.Text text)
          || text.value().startsWith("$")
          || !SidecarScalars.isText(text)) {
        return false;
      }
    }
    return true;
  }

  private void fields(DictValue dict, int index) {
    open.push(() -> {
      if (index < dict.size() && dict.key(index) instanceof Value.Text key) {
        fields(dict, index + 1);
        json.name(key.value());
        put(dict.value(index));
      }
    });
  }

  private void pairs(DictValue dict, int index) {
    open.push(() -> {
      if (index < dict.size()) {
        pairs(dict, index + 1);
        array(List.of(dict.key(index), dict.value(index)));
      }
    });
  }

  private void object(ObjectValue object) throws CheckpointException, IOException {
    beginObject();
    DictValue items = object.dictItems();
    if (items != null) {
      open.push(() -> {
        json.name("items");
        items(items);
      });
    }
    field("list", object.listItems());
    field("states", object.states());
    field("arguments", object.arguments());
    if (object.type() instanceof GlobalValue global) {
      json.name("$class").value(global.dottedName());
    } else {
      json.name("$class");
      put(object.type());
    }
  }

  /**
   * Writes a dtype as a call of {@code numpy.dtype}, with states for what its text does not
   * express.
   */
  private void dtype(NumpyDType dtype) throws CheckpointException, IOException {
    beginObject();
    json.name("$class").value("numpy.dtype");
    if (!dtype.isPlain()) {
      field("states", dtype.parts());
    }
    field("arguments", List.of(new Value.Text(dtype.text())));
  }

  private void tensor(TensorValue tensor) throws CheckpointException, IOException {
    beginObject();
    json.name("$tensor").value(names.of(tensor));
    Plan.Dropped dropped = names.dropped(tensor);
    if (dropped != null) {
      json.name("dropped").value(dropped.name());
      json.name("shared_with").value(dropped.kept());
    }
    scalars.describe(tensor);
    Value attributes = tensor.attributes();
    if (attributes != null) {
      json.name("attributes");
      put(attributes);
    }
  }
}
