package dev.pt2st.io.aws;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one profile, from the two shared files. The credentials file takes precedence
 * over the config file.
 */
final class AwsProfile {
  private static final String DEFAULT = "default";

  private final String name;
  private final Map<String, String> values;
  private final Map<String, String> services;

  private AwsProfile(String name, Map<String, String> values, Map<String, String> services) {
    this.name = name;
    this.values = values;
    this.services = services;
  }

  /**
   * Reads the profile.
   *
   * @param asked the name given by the user; null if the environment decides
   * @throws CredentialsException if a file cannot be read, or a profile named by the user does not
   *     exist
   */
  static AwsProfile read(Map<String, String> environment, Path home, @Nullable String asked)
      throws CredentialsException {
    Path configFile = file(environment, home, "AWS_CONFIG_FILE", "config");
    Path credentialsFile = file(environment, home, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
    String name = asked == null ? ofEnvironment(environment) : asked;
    boolean named = !name.isEmpty();
    if (!named) {
      name = DEFAULT;
    }
    Map<String, Map<String, String>> config = ProfileFile.read(configFile);
    Map<String, Map<String, String>> credentials = ProfileFile.read(credentialsFile);
    Map<String, String> values = new HashMap<>();
    boolean found = false;
    if (name.equals(DEFAULT) && config.containsKey(DEFAULT)) {
      values.putAll(config.getOrDefault(DEFAULT, Map.of()));
      found = true;
    }
    if (config.containsKey("profile " + name)) {
      values.putAll(config.getOrDefault("profile " + name, Map.of()));
      found = true;
    }
    if (credentials.containsKey(name)) {
      values.putAll(credentials.getOrDefault(name, Map.of()));
      found = true;
    }
    if (named && !found) {
      throw new CredentialsException(
          "There is no profile " + name + " in " + configFile + " or in " + credentialsFile);
    }
    String services = values.getOrDefault("services", "");
    return new AwsProfile(name, values, config.getOrDefault("services " + services, Map.of()));
  }

  private static String ofEnvironment(Map<String, String> environment) {
    String name = environment.getOrDefault("AWS_PROFILE", "").strip();
    return name.isEmpty() ? environment.getOrDefault("AWS_DEFAULT_PROFILE", "").strip() : name;
  }

  private static Path file(
      Map<String, String> environment, Path user, String variable, String usual) {
    String home = environment.getOrDefault("HOME", "");
    Path folder = home.isEmpty() ? user : Path.of(home);
    String named = environment.getOrDefault(variable, "").strip();
    if (named.isEmpty()) {
      return folder.resolve(".aws").resolve(usual);
    }
    return named.startsWith("~/") ? folder.resolve(named.substring(2)) : Path.of(named);
  }

  /** The name in messages. */
  String words() {
    return "the profile " + name;
  }

  /** A setting; empty if there is none. */
  String get(String setting) {
    return values.getOrDefault(setting, "");
  }

  /** A setting of the services section that the profile names; empty if there is none. */
  String ofServices(String setting) {
    return services.getOrDefault(setting, "");
  }
}
