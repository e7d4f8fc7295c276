package dev.pt2st.torch.value;

import dev.pt2st.pickle.DomainValue;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An object of a TorchScript class: a module, an attribute of a module, or the packed parameters of
 * a quantized module. Its state is a dict of its attributes, or the result of its class's {@code
 * __getstate__} ({@code Pickler::pushIValueImpl} in {@code
 * torch/csrc/jit/serialization/pickler.cpp}).
 */
public final class ScriptObject implements DomainValue {
  private final GlobalValue type;
  private @Nullable Value state;

  public ScriptObject(GlobalValue type) {
    this.type = type;
  }

  /** The class. */
  public GlobalValue type() {
    return type;
  }

  /** Its state; None if none was set. */
  public Value state() {
    return state == null ? Value.None.NONE : state;
  }

  @Override
  public List<Value> parts() {
    return List.of(type, state());
  }

  /** Sets the state, at most once: the C++ unpickler has no second BUILD. */
  @Override
  public boolean takeState(Value given) {
    if (state != null) {
      return false;
    }
    state = given;
    return true;
  }
}
