package dev.pt2st.io.aws;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The user's AWS settings, from the environment and the profile. The environment takes precedence.
 */
public final class AwsSettings {
  private final Map<String, String> environment;
  private final AwsProfile profile;
  private final boolean profileAsked;

  private AwsSettings(Map<String, String> environment, AwsProfile profile, boolean profileAsked) {
    this.environment = environment;
    this.profile = profile;
    this.profileAsked = profileAsked;
  }

  /**
   * Reads the settings.
   *
   * @param environment such as {@link System#getenv()}
   * @param home the user's home directory, unless the environment sets another
   * @param profile the profile to use; null for the one that the environment names
   * @throws CredentialsException if a settings file cannot be read, or there is no such profile
   */
  public static AwsSettings read(
      Map<String, String> environment, Path home, @Nullable String profile)
      throws CredentialsException {
    return new AwsSettings(
        environment, AwsProfile.read(environment, home, profile), profile != null);
  }

  /** The region. */
  public Optional<String> region() {
    return first(variable("AWS_REGION"), variable("AWS_DEFAULT_REGION"), profile.get("region"));
  }

  /**
   * The endpoint that is set for a service.
   *
   * @param service such as {@code s3}
   */
  public Optional<String> endpoint(String service) {
    if (isOn("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls")) {
      return Optional.empty();
    }
    return first(
        variable("AWS_ENDPOINT_URL_" + service.toUpperCase(Locale.ROOT)),
        variable("AWS_ENDPOINT_URL"),
        profile.ofServices(service + ".endpoint_url"),
        profile.get(service + ".endpoint_url"),
        profile.get("endpoint_url"));
  }

  /** A setting of a service in the profile, such as {@code addressing_style} of {@code s3}. */
  public Optional<String> ofService(String service, String setting) {
    String name = service + "." + setting;
    return first(profile.get(name), profile.ofServices(name));
  }

  /** Whether a switch is on, by its variable or else by its setting in the profile. */
  public boolean isOn(String variable, String setting) {
    return first(variable(variable), profile.get(setting))
        .filter(value -> value.equalsIgnoreCase("true"))
        .isPresent();
  }

  /** A variable of the environment; empty if it is not set. */
  String variable(String name) {
    return environment.getOrDefault(name, "").strip();
  }

  Map<String, String> environment() {
    return environment;
  }

  AwsProfile profile() {
    return profile;
  }

  /**
   * Whether the user named the profile explicitly; it then takes precedence over the environment.
   */
  boolean isProfileAsked() {
    return profileAsked;
  }

  private static Optional<String> first(String... values) {
    return Stream.of(values).filter(value -> !value.isEmpty()).findFirst();
  }
}
