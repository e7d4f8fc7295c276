package dev.pt2st.torch.value;

import dev.pt2st.pickle.DomainValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.DType;
import java.util.List;

/** A {@code torch.dtype}. */
public record DTypeValue(DType dtype) implements DomainValue {
  @Override
  public List<Value> parts() {
    return List.of();
  }
}
