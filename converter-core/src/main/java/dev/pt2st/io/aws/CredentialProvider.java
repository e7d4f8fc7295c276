package dev.pt2st.io.aws;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The user's credentials: the first ones found, and new ones before those expire. Nothing is looked
 * up before the first request. Safe for use by several threads.
 */
public final class CredentialProvider {
  /** How long before their expiry credentials are replaced. */
  private static final Duration EARLY = Duration.ofMinutes(5);

  /** How long to wait before asking a service again that gave no new credentials. */
  private static final Duration REST = Duration.ofMinutes(1);

  private final List<CredentialSource> places;
  private final Clock clock;
  private @Nullable AwsCredentials current;
  private Instant nextTry = Instant.MIN;

  CredentialProvider(List<CredentialSource> places, Clock clock) {
    this.places = List.copyOf(places);
    this.clock = clock;
  }

  /** Looks in the same places as the AWS tools, in the same order. */
  public static CredentialProvider of(AwsSettings settings) {
    CredentialSource environment = new EnvironmentCredentials(settings);
    CredentialSource identity = new WebIdentityCredentials(settings, false);
    CredentialSource profileIdentity = new WebIdentityCredentials(settings, true);
    CredentialSource profile = new ProfileCredentials(settings);
    CredentialSource container = new ContainerCredentials(settings);
    CredentialSource instance = new InstanceCredentials(settings);
    return new CredentialProvider(
        settings.isProfileAsked()
            ? List.of(profileIdentity, profile, container, instance)
            : List.of(environment, identity, profileIdentity, profile, container, instance),
        Clock.systemUTC());
  }

  /**
   * Credentials that are valid now.
   *
   * @throws CredentialsException if there are none
   * @throws java.nio.channels.ClosedByInterruptException if the thread is interrupted
   */
  public synchronized AwsCredentials get() throws IOException {
    Instant now = clock.instant();
    AwsCredentials known = current;
    if (known != null && (isFresh(known, now) || (isGood(known, now) && now.isBefore(nextTry)))) {
      return known;
    }
    try {
      AwsCredentials found = find();
      current = found;
      return found;
    } catch (CredentialsException e) {
      if (known == null || !isGood(known, now)) {
        throw e;
      }
      nextTry = now.plus(REST);
      return known;
    }
  }

  private static boolean isFresh(AwsCredentials credentials, Instant now) {
    Instant end = credentials.expires();
    return end == null || now.isBefore(end.minus(EARLY));
  }

  private static boolean isGood(AwsCredentials credentials, Instant now) {
    Instant end = credentials.expires();
    return end == null || now.isBefore(end);
  }

  private AwsCredentials find() throws IOException {
    for (CredentialSource place : places) {
      AwsCredentials found = place.find();
      if (found != null) {
        return found;
      }
    }
    throw new CredentialsException(
        "There are no credentials in the environment, in the profile, of a container or of an"
            + " instance; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE, or ask"
            + " without credentials if it is public");
  }
}
