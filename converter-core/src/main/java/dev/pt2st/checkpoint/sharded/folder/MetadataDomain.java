package dev.pt2st.checkpoint.sharded.folder;

import dev.pt2st.CheckpointException;
import dev.pt2st.Place;
import dev.pt2st.io.MappedFile;
import dev.pt2st.pickle.DictValue;
import dev.pt2st.pickle.GlobalValue;
import dev.pt2st.pickle.ObjectValue;
import dev.pt2st.pickle.TupleValue;
import dev.pt2st.pickle.Value;
import dev.pt2st.torch.PersistentIds;
import dev.pt2st.torch.ReadContext;
import dev.pt2st.torch.TorchDomain;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The domain of {@code .metadata}. It extends PyTorch's by objects that describe pieces and keep
 * only the attributes that are needed.
 */
public final class MetadataDomain extends TorchDomain {
  /** Classes whose objects keep only the attributes that are needed. */
  private enum Kind {
    TENSOR,
    PROPERTIES,
    CHUNK,
    INDEX,
    INFO
  }

  private final MetadataPool pool = new MetadataPool();
  private final IdentityHashMap<Value, Kind> kinds = new IdentityHashMap<>();
  private @Nullable Value size;
  private int indices;

  public MetadataDomain(ReadContext reading, MappedFile file) {
    super(reading, file, PersistentIds.NONE);
  }

  @Override
  public Value instance(
      Value type, List<Value> arguments, @Nullable DictValue keywords, Place place)
      throws CheckpointException {
    Kind known = kinds.get(type);
    if (known == null || !arguments.isEmpty() || keywords != null) {
      Value made = super.instance(type, arguments, keywords, place);
      known = made instanceof ObjectValue ? kind(type, arguments, keywords) : null;
      if (known == null) {
        return made;
      }
      // Without arguments the rules are the same for each.
      kinds.put(type, known);
    }
    return switch (known) {
      case TENSOR -> new MetadataValue.Tensor(pool);
      case PROPERTIES -> new MetadataValue.Properties();
      case CHUNK -> new MetadataValue.Chunk(pool);
      case INDEX -> new MetadataValue.Index(pool, indices++);
      case INFO -> new MetadataValue.Info(pool);
    };
  }

  private static @Nullable Kind kind(
      Value type, List<Value> arguments, @Nullable DictValue keywords) {
    if (!(type instanceof GlobalValue global) || !arguments.isEmpty() || keywords != null) {
      return null;
    }
    return switch (global.name().name()) {
      case "TensorStorageMetadata" -> Kind.TENSOR;
      case "TensorProperties" -> Kind.PROPERTIES;
      case "ChunkStorageMetadata" -> Kind.CHUNK;
      case "MetadataIndex" -> Kind.INDEX;
      case "_StorageInfo" -> Kind.INFO;
      default -> null;
    };
  }

  /** {@code torch.Size} of a tuple, called three times for each piece, is that tuple. */
  @Override
  public Value call(Value callable, List<Value> arguments, Place place) throws CheckpointException {
    if (callable.equals(size)
        && arguments.size() == 1
        && arguments.getFirst() instanceof TupleValue) {
      return arguments.getFirst();
    }
    Value made = super.call(callable, arguments, place);
    if (callable instanceof GlobalValue global && global.dottedName().equals("torch.Size")) {
      size = callable;
    }
    return made;
  }
}
