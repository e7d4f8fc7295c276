package dev.pt2st.migrate.plan;

import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.PathTree;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;

/**
 * The links of the source tree that nothing is done about: they would lead nowhere if what they
 * lead to were removed. Only where originals are to go they are looked for.
 */
final class UnconvertedLinks {
  static final String PASSED_OVER = "a pattern to exclude passes that link over";
  static final String NOT_HANDLED = "nothing is done about that link";

  private final PlanningContext planning;

  UnconvertedLinks(PlanningContext planning) {
    this.planning = planning;
  }

  /**
   * Takes in a link.
   *
   * @param text the link's
   * @param why nothing is done about it
   */
  void add(Path link, String text, String why) throws IOException {
    if (!planning.settings().options().removeOriginals()) {
      return;
    }
    Path real;
    try {
      real = link.toRealPath();
    } catch (IOException e) {
      return; // it leads nowhere already
    }
    if (real.startsWith(planning.realRoot()) && !Files.isDirectory(real)) {
      Item item = new Item(text, 0, 0, "", new PathTree(planning.realRoot()).text(real));
      planning
          .plan()
          .addLeftLink(
              new MigrationUnit(
                  MigrationUnit.Kind.LINK,
                  List.of(item),
                  null,
                  MigrationUnit.Action.LEAVE_ALONE,
                  why));
    }
  }

  /**
   * Takes in all links below a directory that is not gone through.
   *
   * @param text the directory's
   * @param why it is not
   */
  void addBelow(Path directory, String text, String why) throws IOException {
    if (!planning.settings().options().removeOriginals()) {
      return;
    }
    ArrayDeque<Path> open = new ArrayDeque<>();
    open.push(directory);
    while (!open.isEmpty()) {
      Path at = open.pop();
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(at)) {
        for (Path entry : entries) {
          if (Files.isSymbolicLink(entry)) {
            add(entry, PathTree.child(text, new PathTree(directory).text(entry)), why);
          } else if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            open.push(entry);
          }
        }
      } catch (IOException | DirectoryIteratorException e) {
        // Nobody is asked to look through what is passed over, and so nothing has failed.
        planning.plan().addUnreadableFolder(PathTree.child(text, new PathTree(directory).text(at)));
      }
    }
  }
}
