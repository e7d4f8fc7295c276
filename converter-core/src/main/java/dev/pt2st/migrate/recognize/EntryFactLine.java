package dev.pt2st.migrate.recognize;

import dev.pt2st.checkpoint.sharded.folder.FolderKind;
import dev.pt2st.migrate.content.FileKind;
import dev.pt2st.migrate.lines.FieldLine;
import dev.pt2st.migrate.recognize.EntryFact.LinkDefect;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Writes a fact as a line and reads it back: a directory may have more entries than fit the heap.
 */
final class EntryFactLine {
  private static final String YES = "y";
  private static final String NO = "n";

  private EntryFactLine() {}

  /** Writes a fact as a line without a line feed. Its first field is the type of the fact. */
  static String write(EntryFact fact) {
    return FieldLine.write(
        switch (fact) {
          case EntryFact.Subdirectory(String source) -> List.of("directory", source);
          case EntryFact.Folder(Item item, FolderKind kind, String notTaken) ->
              of("folder", item, kind.name(), notTaken);
          case EntryFact.File(Item item, FileKind kind) ->
              switch (kind) {
                case FileKind.Checkpoint(boolean wrapped) -> of("checkpoint", item, flag(wrapped));
                case FileKind.StandIn(String what) -> of("stand-in", item, what);
                case FileKind.Other other -> of("file", item);
              };
          case EntryFact.LinkToFile(Item item, boolean checkpoint) ->
              of("link", item, flag(checkpoint));
          case EntryFact.LinkToDirectory(Item item) -> of("link-to-directory", item);
          case EntryFact.LinkToRemoved(Item item) -> of("link-to-removed", item);
          case EntryFact.LinkToUnreadable(String source, String leadsTo, String why) ->
              List.of("link-to-unreadable", source, leadsTo, why);
          case EntryFact.BrokenLink(String source, String leadsTo, LinkDefect defect) ->
              List.of("broken-link", source, leadsTo, defect.name());
          case EntryFact.Index(Item item, Set<String> shards, boolean removed) ->
              with(of("index", item, flag(removed)), shards);
          case EntryFact.BrokenIndex broken ->
              with(
                  of(
                      "broken-index",
                      broken.item(),
                      flag(broken.refused()),
                      broken.problem(),
                      flag(broken.namesAll())),
                  broken.names());
          case EntryFact.NamedByBrokenIndex(String source, String index) ->
              List.of("named", source, index);
          case EntryFact.NamesakeOfAnother(String source, String shown) ->
              List.of("namesake", source, shown);
          case EntryFact.Excluded(String source, long bytes) ->
              List.of("excluded", source, Long.toString(bytes));
          case EntryFact.HiddenLink(String source, String leadsTo, boolean excluded) ->
              List.of("hidden-link", source, leadsTo, flag(excluded));
          case EntryFact.HiddenFolder(String source) -> List.of("hidden-folder", source);
          case EntryFact.Unseen(String source) -> List.of("unseen", source);
          case EntryFact.Unreadable(String source, String why) ->
              List.of("unreadable", source, why);
          case EntryFact.Unlisted(String source) -> List.of("unlisted", source);
        });
  }

  /** Reads the fact of a line. */
  static EntryFact read(String line) {
    List<String> fields = FieldLine.read(line);
    String source = fields.get(1);
    return switch (fields.getFirst()) {
      case "directory" -> new EntryFact.Subdirectory(source);
      case "folder" ->
          new EntryFact.Folder(item(fields), FolderKind.valueOf(fields.get(5)), fields.get(6));
      case "checkpoint" ->
          new EntryFact.File(item(fields), new FileKind.Checkpoint(isYes(fields.get(5))));
      case "stand-in" -> new EntryFact.File(item(fields), new FileKind.StandIn(fields.get(5)));
      case "file" -> new EntryFact.File(item(fields), new FileKind.Other());
      case "link" -> new EntryFact.LinkToFile(item(fields), isYes(fields.get(5)));
      case "link-to-directory" -> new EntryFact.LinkToDirectory(item(fields));
      case "link-to-removed" -> new EntryFact.LinkToRemoved(item(fields));
      case "link-to-unreadable" ->
          new EntryFact.LinkToUnreadable(source, fields.get(2), fields.get(3));
      case "broken-link" ->
          new EntryFact.BrokenLink(source, fields.get(2), LinkDefect.valueOf(fields.get(3)));
      case "index" -> new EntryFact.Index(item(fields), names(fields, 6), isYes(fields.get(5)));
      case "broken-index" ->
          new EntryFact.BrokenIndex(
              item(fields),
              isYes(fields.get(5)),
              fields.get(6),
              names(fields, 8),
              isYes(fields.get(7)));
      case "named" -> new EntryFact.NamedByBrokenIndex(source, fields.get(2));
      case "namesake" -> new EntryFact.NamesakeOfAnother(source, fields.get(2));
      case "excluded" -> new EntryFact.Excluded(source, Long.parseLong(fields.get(2)));
      case "hidden-link" -> new EntryFact.HiddenLink(source, fields.get(2), isYes(fields.get(3)));
      case "hidden-folder" -> new EntryFact.HiddenFolder(source);
      case "unseen" -> new EntryFact.Unseen(source);
      case "unreadable" -> new EntryFact.Unreadable(source, fields.get(2));
      case "unlisted" -> new EntryFact.Unlisted(source);
      default -> throw new IllegalArgumentException("no fact: " + line);
    };
  }

  /** The fields of a line with an item, which are the second to the fifth; it has no target. */
  private static List<String> of(String kind, Item item, String... more) {
    List<String> fields =
        new ArrayList<>(
            List.of(
                kind,
                item.source(),
                Long.toString(item.bytes()),
                Long.toString(item.modified()),
                item.leadsTo()));
    fields.addAll(List.of(more));
    return fields;
  }

  private static Item item(List<String> fields) {
    return new Item(
        fields.get(1),
        Long.parseLong(fields.get(2)),
        Long.parseLong(fields.get(3)),
        "",
        fields.get(4));
  }

  private static List<String> with(List<String> fields, Set<String> names) {
    fields.addAll(names);
    return fields;
  }

  private static Set<String> names(List<String> fields, int from) {
    return Set.copyOf(fields.subList(from, fields.size()));
  }

  private static String flag(boolean yes) {
    return yes ? YES : NO;
  }

  private static boolean isYes(String field) {
    return field.equals(YES);
  }
}
