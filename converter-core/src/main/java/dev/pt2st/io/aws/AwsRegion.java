package dev.pt2st.io.aws;

import java.util.regex.Pattern;

/** The names of regions, and the domains in which their services are. */
public final class AwsRegion {
  private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?");

  private AwsRegion() {}

  /** Whether this can be the name of a region, so that it may become part of a host's name. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** The domain of the services of a region, such as {@code amazonaws.com}. */
  public static String domain(String region) {
    if (region.startsWith("cn-")) {
      return "amazonaws.com.cn";
    }
    if (region.startsWith("eusc-")) {
      return "amazonaws.eu";
    }
    if (region.startsWith("us-iso-")) {
      return "c2s.ic.gov";
    }
    if (region.startsWith("us-isob-")) {
      return "sc2s.sgov.gov";
    }
    if (region.startsWith("eu-isoe-")) {
      return "cloud.adc-e.uk";
    }
    return region.startsWith("us-isof-") ? "csp.hci.ic.gov" : "amazonaws.com";
  }
}
