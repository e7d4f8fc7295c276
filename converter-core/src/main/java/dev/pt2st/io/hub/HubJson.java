package dev.pt2st.io.hub;

import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.pt2st.ResourceName;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the responses of the Hub's API; only what is needed is kept. */
final class HubJson {
  private static final int DEEPEST = 64;

  private HubJson() {}

  /** The commit in the response about a revision. */
  static String commit(ResourceName name, byte[] body) throws SourceException {
    return read(
        name,
        body,
        json -> {
          String commit = "";
          json.beginObject();
          while (json.hasNext()) {
            if (json.nextName().equals("sha") && json.peek() == JsonToken.STRING) {
              commit = json.nextString();
            } else {
              json.skipValue();
            }
          }
          json.endObject();
          if (!HubAddress.isCommit(commit)) {
            throw new IllegalStateException();
          }
          return commit;
        });
  }

  /**
   * A page of a tree.
   *
   * @param files without the folders
   * @param isEmpty whether it has no folder either
   */
  record Page(List<HubFile> files, boolean isEmpty) {}

  /** The files on a page of a tree; folders are left out. */
  static Page page(ResourceName name, byte[] body) throws SourceException {
    return read(
        name,
        body,
        json -> {
          List<HubFile> files = new ArrayList<>();
          boolean empty = true;
          json.beginArray();
          while (json.hasNext()) {
            empty = false;
            Fields fields = new Fields();
            fields.read(json);
            if (fields.type.equals("file")) {
              files.add(fields.file());
            } else if (!fields.type.equals("directory")) {
              throw new IllegalStateException();
            }
          }
          json.endArray();
          return new Page(files, empty);
        });
  }

  @FunctionalInterface
  private interface Content<T> {
    T read(JsonReader json) throws IOException;
  }

  private static <T> T read(ResourceName name, byte[] body, Content<T> content)
      throws SourceException {
    try (JsonReader json =
        new JsonReader(
            new InputStreamReader(
                new ByteArrayInputStream(body), StandardCharsets.UTF_8.newDecoder()))) {
      json.setStrictness(Strictness.STRICT);
      json.setNestingLimit(DEEPEST);
      T read = content.read(json);
      if (json.peek() != JsonToken.END_DOCUMENT) {
        throw new IllegalStateException();
      }
      return read;
    } catch (IOException | IllegalStateException | NumberFormatException | JsonParseException e) {
      throw new SourceException(
          name, Reason.UNREADABLE, "the server answers with something else than the Hub does");
    }
  }

  /** An entry of a tree, as far as it has been read. */
  private static final class Fields {
    private String type = "";
    private String path = "";
    private String oid = "";
    private String lfs = "";
    private long size = -1;

    void read(JsonReader json) throws IOException {
      json.beginObject();
      while (json.hasNext()) {
        switch (json.nextName()) {
          case "type" -> type = json.nextString();
          case "path" -> path = json.nextString();
          case "oid" -> oid = json.nextString();
          case "size" -> size = json.nextLong();
          case "lfs" -> lfs(json);
          default -> json.skipValue();
        }
      }
      json.endObject();
    }

    private void lfs(JsonReader json) throws IOException {
      if (json.peek() == JsonToken.NULL) {
        json.nextNull();
        return;
      }
      json.beginObject();
      while (json.hasNext()) {
        if (json.nextName().equals("oid")) {
          lfs = json.nextString();
        } else {
          json.skipValue();
        }
      }
      json.endObject();
    }

    HubFile file() {
      String tag = HubTag.plain(lfs.isEmpty() ? oid : lfs);
      if (path.isEmpty() || tag.isEmpty() || size < 0) {
        throw new IllegalStateException();
      }
      return new HubFile(path, size, tag);
    }
  }
}
