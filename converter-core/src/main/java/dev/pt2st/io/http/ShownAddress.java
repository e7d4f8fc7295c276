package dev.pt2st.io.http;

import dev.pt2st.ResourceName;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address as messages and reports show it: without what stands behind a question mark or a hash,
 * where signatures are, and without a name or password in front of the host.
 */
public final class ShownAddress {
  private static final Pattern USER = Pattern.compile("^([A-Za-z][A-Za-z0-9+.-]*:/*)[^/?#]*@");
  private static final Pattern SECRET = Pattern.compile("[?#]");

  private ShownAddress() {}

  /** Also of a text that is no good address. */
  public static ResourceName of(String address) {
    Matcher user = USER.matcher(address);
    String text = user.find() ? user.group(1) + address.substring(user.end()) : address;
    Matcher secret = SECRET.matcher(text);
    return new ResourceName(secret.find() ? text.substring(0, secret.start()) : text);
  }
}
