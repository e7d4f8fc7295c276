package dev.pt2st.cli.work;

import dev.pt2st.cli.input.Inputs;
import dev.pt2st.cli.input.Location;
import dev.pt2st.cli.report.Failure;
import dev.pt2st.inspect.ModelFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Iterates over the models that paths name: every file below a folder, with files that form one
 * model as one. Nothing is returned twice.
 */
public final class ModelWalk implements AutoCloseable {
  private final Iterator<String> words;
  private final Inputs inputs;
  private final Map<Path, Map<Path, ModelFiles>> models = new HashMap<>();
  private final Set<Path> given = new HashSet<>();
  private String word = "";
  private @Nullable FileWalk walk;

  /**
   * A possible model.
   *
   * @param model the path that names the whole
   * @param files its files
   * @param problem why it, or a folder, could not be read; null if it can
   */
  public record Found(Path model, List<Path> files, @Nullable String problem) {}

  /**
   * @param words files, directories and patterns, and no addresses
   */
  public ModelWalk(List<String> words, Inputs inputs) {
    this.words = words.iterator();
    this.inputs = inputs;
  }

  /** The next one; null at the end. */
  public @Nullable Found next() {
    while (true) {
      FileWalk.Found file = walk == null ? null : walk.next();
      if (file != null) {
        Found found = foundAt(file);
        if (found != null && given.add(found.model.toAbsolutePath().normalize())) {
          return found;
        }
      } else if (words.hasNext()) {
        word = words.next();
        walk =
            new FileWalk(
                List.of(word), inputs, InputStream.nullInputStream(), StandardCharsets.UTF_8);
      } else {
        return null;
      }
    }
  }

  /** A single file, or the model that it belongs to; null if that was already returned. */
  private @Nullable Found foundAt(FileWalk.Found file) {
    Path path = ((Location.OnDisk) file.location()).path();
    if (file.problem() != null) {
      return new Found(path, List.of(), file.problem());
    }
    try {
      if (path.toString().equals(word)) {
        return ModelFiles.isNamedAsIndex(path)
            ? of(ModelFiles.ofIndex(path))
            : new Found(path, List.of(path), null);
      }
      for (Path folder : foldersAround(path, file.name())) {
        ModelFiles model = modelsIn(folder).get(path);
        if (model != null) {
          return of(model);
        }
      }
    } catch (IOException e) {
      return new Found(path, List.of(), Failure.reason(e));
    }
    return new Found(path, List.of(path), null);
  }

  private static Found of(ModelFiles model) {
    return new Found(model.model(), model.files(), null);
  }

  /** The folders from the named one down to a file. */
  private static List<Path> foldersAround(Path file, String name) {
    List<Path> folders = new ArrayList<>();
    Path folder = file.getParent();
    for (long i = name.chars().filter(c -> c == '/').count(); i >= 0 && folder != null; i--) {
      folders.addFirst(folder);
      folder = folder.getParent();
    }
    return folders;
  }

  private Map<Path, ModelFiles> modelsIn(Path folder) throws IOException {
    Map<Path, ModelFiles> known = models.get(folder);
    if (known == null) {
      known = new HashMap<>();
      for (ModelFiles model : ModelFiles.in(folder)) {
        for (Path file : model.files()) {
          known.putIfAbsent(file, model);
        }
      }
      models.put(folder, known);
    }
    return known;
  }

  @Override
  public void close() throws IOException {
    if (walk != null) {
      walk.close();
    }
  }
}
