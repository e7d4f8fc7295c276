package dev.pt2st.cli.terminal;

import java.lang.module.ModuleDescriptor;
import picocli.CommandLine.IVersionProvider;

/** The version that the jar's manifest names or, in the runtime of a distribution, the module. */
public final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"pt2st " + number()};
  }

  /** Only the number. */
  public static String number() {
    String version = Version.class.getPackage().getImplementationVersion();
    if (version == null) {
      ModuleDescriptor module = Version.class.getModule().getDescriptor();
      version = module == null ? null : module.rawVersion().orElse(null);
    }
    return version == null ? "(not from a jar)" : version;
  }
}
