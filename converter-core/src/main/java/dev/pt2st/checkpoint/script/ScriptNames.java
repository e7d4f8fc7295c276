package dev.pt2st.checkpoint.script;

import dev.pt2st.GlobalName;
import dev.pt2st.archive.Container;
import dev.pt2st.archive.ZipArchive;
import dev.pt2st.tensor.DType;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The globals that pickles of a TorchScript archive may name besides the allowlist: the classes
 * that the archive itself declares, and the functions of {@code torch.jit._pickle} ({@code
 * Unpickler::readGlobal} in {@code torch/csrc/jit/serialization/unpickler.cpp}).
 */
public final class ScriptNames {
  /** Returns a tensor of the archive's table by its number. */
  static final String TENSOR_FROM_TABLE = "torch.jit._pickle.build_tensor_from_id";

  private static final String DECLARED = "__torch__";

  /** Classes of PyTorch's own C++ code ({@code torch::class_}), which no archive declares. */
  private static final String BUILT_IN = "__torch__.torch.classes.";

  /** The other functions of torch/jit/_pickle.py, each of which returns its first argument. */
  private static final Set<String> IDENTITIES =
      Set.of(
          "torch.jit._pickle.build_boollist",
          "torch.jit._pickle.build_doublelist",
          "torch.jit._pickle.build_intlist",
          "torch.jit._pickle.build_tensorlist",
          "torch.jit._pickle.restore_type_tag");

  /** What PyTorch 1.1 had instead: a class whose state is the number, and a class around lists. */
  static final String TABLE_TENSOR = "__main__.TensorID";

  private static final Set<String> OLDEST = Set.of(TABLE_TENSOR, "__main__.IntList");

  private final ZipArchive archive;
  private final String code;
  private final Set<String> classes;

  private ScriptNames(ZipArchive archive, String code, Set<String> classes) {
    this.archive = archive;
    this.code = code;
    this.classes = classes;
  }

  /** The names for an archive of PyTorch 1.4 and later. */
  public static ScriptNames of(Container.TorchScript script) {
    return new ScriptNames(script.archive(), "code/", Set.of());
  }

  /** The names for an archive of PyTorch 1.0 to 1.3. */
  public static ScriptNames of(Container.LegacyTorchScript script) {
    return new ScriptNames(script.archive(), "libs/", OLDEST);
  }

  /** The globals that pickles in a file may name besides the allowlist; none in most layouts. */
  public static Predicate<GlobalName> in(Container container) {
    return switch (container) {
      case Container.TorchScript script -> of(script)::areKnown;
      case Container.LegacyTorchScript script -> of(script)::areKnown;
      default -> name -> false;
    };
  }

  boolean areKnown(GlobalName name) {
    return isDeclared(name) || isFunction(name.toString()) || isStorage(name);
  }

  /** C++ has a storage name for every dtype, even for those without a class in Python. */
  private static boolean isStorage(GlobalName name) {
    return name.module().equals("torch")
        && (DType.ofScriptStorage(name.name()) != null
            || DType.ofStorageClass(name.name()) != null);
  }

  static boolean isFunction(String name) {
    return IDENTITIES.contains(name) || name.equals(TENSOR_FROM_TABLE);
  }

  /**
   * Whether the archive has code for a class, whatever the code is. The class {@code
   * __torch__.a.b.C} is declared in {@code a/b.py} below {@code __torch__} ({@code
   * qualifierToArchivePath} in {@code torch/csrc/jit/serialization/import_export_helpers.cpp}).
   */
  boolean isDeclared(GlobalName name) {
    if (classes.contains(name.toString())) {
      return true;
    }
    String module = name.module();
    if (!module.equals(DECLARED) && !module.startsWith(DECLARED + ".")) {
      return false;
    }
    return (module + ".").startsWith(BUILT_IN)
        || archive.has(code + module.replace('.', '/') + ".py");
  }
}
