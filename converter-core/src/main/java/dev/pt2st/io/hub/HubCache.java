package dev.pt2st.io.hub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The cache of {@code huggingface_hub}: {@code models--org--name} with {@code blobs}, {@code
 * snapshots} and {@code refs}. A blob's name is the digest that the Hub gives as its entity tag,
 * and a snapshot consists of links to blobs. This class never writes to the cache.
 */
record HubCache(Path root) {
  private static final int LONGEST_REF = 256;

  private Path folder(String repository) {
    return root.resolve("models--" + repository.replace("/", "--"));
  }

  /** Where a content would be; empty if its tag is not a digest. */
  Optional<Path> blob(String repository, String etag) {
    return HubTag.isDigest(etag)
        ? Optional.of(folder(repository).resolve("blobs").resolve(etag))
        : Optional.empty();
  }

  /** The last known commit of a revision; empty if there is none. */
  Optional<String> commit(HubAddress address) {
    if (HubAddress.isCommit(address.revision())) {
      return Optional.of(address.revision());
    }
    if (!HubAddress.isSafe(address.revision())) {
      return Optional.empty();
    }
    Path ref = folder(address.repository()).resolve("refs").resolve(address.revision());
    try {
      if (!Files.isRegularFile(ref) || Files.size(ref) > LONGEST_REF) {
        return Optional.empty();
      }
      return Optional.of(Files.readString(ref, StandardCharsets.UTF_8).strip())
          .filter(HubAddress::isCommit);
    } catch (IOException | InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** The cached files of a commit, by their links, in no particular order. */
  List<HubFile> files(String repository, String commit) throws IOException {
    Path snapshot = folder(repository).resolve("snapshots").resolve(commit);
    List<HubFile> files = new ArrayList<>();
    if (!Files.isDirectory(snapshot)) {
      return files;
    }
    Files.walkFileTree(
        snapshot,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            file(repository, snapshot, file).ifPresent(files::add);
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  /** The file of a link in a snapshot, if the link leads to a blob of this repository. */
  private Optional<HubFile> file(String repository, Path snapshot, Path link) {
    try {
      if (!Files.isSymbolicLink(link)) {
        return Optional.empty();
      }
      Path target = link.resolveSibling(Files.readSymbolicLink(link)).normalize();
      String etag = target.getFileName().toString();
      Optional<Path> blob = blob(repository, etag).map(Path::normalize);
      if (blob.isEmpty() || !blob.get().equals(target)) {
        return Optional.empty();
      }
      BasicFileAttributes found =
          Files.readAttributes(target, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      String path = snapshot.relativize(link).toString().replace('\\', '/');
      return found.isRegularFile() && HubAddress.isSafe(path)
          ? Optional.of(new HubFile(path, found.size(), etag))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
