package dev.pt2st.cli.terminal;

import picocli.CommandLine.IVersionProvider;

/** The version that the jar's manifest names. */
public final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"pt2st " + number()};
  }

  /** The number alone. */
  public static String number() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "(not from a jar)" : version;
  }
}
