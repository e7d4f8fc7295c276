package dev.pt2st.io.http;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;

/**
 * The part of the network that an address belongs to. An IPv6 address that embeds an IPv4 address
 * has the kind of that one.
 */
enum AddressKind {
  /** The internet. */
  PUBLIC("the internet"),
  /** This machine. */
  LOOPBACK("this machine"),
  /** The machines on the same link, and cloud metadata services. */
  LINK_LOCAL("the local link"),
  /** A private network of an organisation, a cluster or a provider. */
  PRIVATE("a private network"),
  /** Not the address of a single machine, or one for documentation and tests. */
  RESERVED("a reserved range");

  private final String words;

  AddressKind(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }

  static AddressKind of(InetAddress address) {
    byte[] bytes = address.getAddress();
    return address instanceof Inet4Address ? ofFour(bytes, 0) : ofSixteen(bytes);
  }

  private static AddressKind ofFour(byte[] bytes, int at) {
    int first = bytes[at] & 0xff;
    int second = bytes[at + 1] & 0xff;
    int third = bytes[at + 2] & 0xff;
    return switch (first) {
      case 0, 127 -> LOOPBACK; // an address of zeros reaches this machine too
      case 10 -> PRIVATE;
      case 100 -> second >> 6 == 1 ? PRIVATE : PUBLIC;
      case 169 -> second == 254 ? LINK_LOCAL : PUBLIC;
      case 172 -> second >> 4 == 1 ? PRIVATE : PUBLIC;
      case 192 ->
          second == 168 ? PRIVATE : second == 0 && (third == 0 || third == 2) ? RESERVED : PUBLIC;
      case 198 -> second >> 1 == 9 || (second == 51 && third == 100) ? RESERVED : PUBLIC;
      case 203 -> second == 0 && third == 113 ? RESERVED : PUBLIC;
      default -> first >= 224 ? RESERVED : PUBLIC;
    };
  }

  private static AddressKind ofSixteen(byte[] bytes) {
    if (isZero(bytes, 0, 10)) {
      boolean mapped = bytes[10] == -1 && bytes[11] == -1;
      if (mapped || isZero(bytes, 10, 12)) {
        // ::, ::1, ::ffff:a.b.c.d and the old ::a.b.c.d; the first two lie in 0.0.0.0/8.
        return ofFour(bytes, 12);
      }
      return RESERVED;
    }
    int first = ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
    int second = ((bytes[2] & 0xff) << 8) | (bytes[3] & 0xff);
    if (first == 0x2002) {
      return ofFour(bytes, 2);
    }
    if (first == 0x64 && second == 0xff9b) {
      // NAT64 with its well-known prefix; the prefix of a site's own is private.
      return isZero(bytes, 4, 12) ? ofFour(bytes, 12) : PRIVATE;
    }
    if (first == 0x2001 && second == 0) {
      byte[] client = Arrays.copyOfRange(bytes, 12, 16);
      for (int i = 0; i < client.length; i++) {
        client[i] = (byte) ~client[i];
      }
      return ofFour(client, 0);
    }
    if (first >> 9 == 0xfc00 >> 9) {
      return PRIVATE;
    }
    if (first >> 6 == 0xfe80 >> 6) {
      return LINK_LOCAL;
    }
    if (first >> 6 == 0xfec0 >> 6) {
      return PRIVATE;
    }
    boolean global = first >> 13 == 1;
    boolean documentation =
        (first == 0x2001 && second == 0xdb8) || (first == 0x3fff && second >> 12 == 0);
    return global && !documentation ? PUBLIC : RESERVED;
  }

  private static boolean isZero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
