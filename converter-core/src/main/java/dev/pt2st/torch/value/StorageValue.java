package dev.pt2st.torch.value;

import dev.pt2st.pickle.DomainValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.tensor.view.Storage;
import java.util.List;

/**
 * A storage, as a persistent id names it.
 *
 * @param parts the values that the id refers to: the storage class
 */
public record StorageValue(Storage storage, List<Value> parts) implements DomainValue {
  public StorageValue {
    parts = List.copyOf(parts);
  }
}
