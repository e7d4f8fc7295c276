package dev.pt2st.migrate;

/**
 * What the planning and the work share.
 *
 * @param source the directory of the checkpoints
 * @param target where the outputs go: the same directory, or another one
 * @param options how it is done
 */
public record Settings(Tree source, Tree target, MigrateOptions options) {

  /** Whether the outputs stand beside their sources. */
  public boolean inPlace() {
    return source.root().equals(target.root());
  }
}
