package dev.pt2st.io.http;

import dev.pt2st.ResourceName;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address as messages and reports show it: without the query and fragment, which may contain
 * signatures, and without a user name or password.
 */
public final class ShownAddress {
  private static final Pattern USER = Pattern.compile("^([A-Za-z][A-Za-z0-9+.-]*:/*)[^/?#]*@");
  private static final Pattern SECRET = Pattern.compile("[?#]");

  private ShownAddress() {}

  /** The shown form; also works for malformed addresses. */
  public static ResourceName of(String address) {
    Matcher user = USER.matcher(address);
    String text = user.find() ? user.group(1) + address.substring(user.end()) : address;
    Matcher secret = SECRET.matcher(text);
    return new ResourceName(secret.find() ? text.substring(0, secret.start()) : text);
  }
}
