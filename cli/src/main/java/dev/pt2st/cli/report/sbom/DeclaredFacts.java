package dev.pt2st.cli.report.sbom;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the files next to a model declare: {@code config.json}, and the model card {@code
 * README.md}. None of it is verified.
 *
 * @param config the architecture
 * @param licences the licences in the card
 * @param task {@code pipeline_tag} of the card, such as {@code text-generation}; empty if there is
 *     none
 * @param datasets the data sets in the card
 */
public record DeclaredFacts(
    ModelConfig config, List<Licence> licences, String task, List<String> datasets) {
  private static final String OTHER = "other";
  private static final String CARD = "README.md";
  private static final String CONFIG = "config.json";

  /** The names of the files. */
  public static final List<String> FILES = List.of(CARD, CONFIG);

  /** For a model without such files. */
  public static final DeclaredFacts NONE =
      new DeclaredFacts(new ModelConfig("", List.of()), List.of(), "", List.of());

  public DeclaredFacts {
    licences = List.copyOf(licences);
    datasets = List.copyOf(datasets);
  }

  /**
   * A licence in a model card.
   *
   * @param url where its text is; empty if the card does not say
   */
  record Licence(String name, String url) {}

  /**
   * Reads the files of a folder.
   *
   * @throws IOException if one of them cannot be read
   */
  public static DeclaredFacts in(Path folder) throws IOException {
    FrontMatter card = read(folder.resolve(CARD), FrontMatter::of);
    return new DeclaredFacts(
        read(folder.resolve(CONFIG), ModelConfig::of),
        licences(card),
        card.text("pipeline_tag"),
        card.texts("datasets"));
  }

  /** Reads a file. */
  @FunctionalInterface
  private interface Reading<T> {
    T of(Path file) throws IOException;
  }

  /** Makes every failure name the file. */
  private static <T> T read(Path file, Reading<T> reading) throws IOException {
    try {
      return reading.of(file);
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      throw new FileSystemException(file.toString(), null, String.valueOf(e.getMessage()));
    }
  }

  /** A licence without an identifier on the Hub is {@code other}, and another key names it. */
  private static List<Licence> licences(FrontMatter card) {
    List<Licence> licences = new ArrayList<>();
    for (String licence : card.texts("license")) {
      String name = licence.equals(OTHER) ? card.text("license_name") : "";
      licences.add(new Licence(name.isEmpty() ? licence : name, url(card.text("license_link"))));
    }
    return licences;
  }

  /** The link if it is a URL; a card may also name a local file, or anything else. */
  private static String url(String link) {
    try {
      URI uri = new URI(link);
      boolean isWeb = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      return isWeb && uri.getHost() != null && uri.getUserInfo() == null ? link : "";
    } catch (URISyntaxException e) {
      return "";
    }
  }
}
