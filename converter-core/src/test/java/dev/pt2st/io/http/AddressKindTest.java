package dev.pt2st.io.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each address belongs to one part of the network; one of IPv4 keeps its part in IPv6. */
class AddressKindTest {
  @ParameterizedTest
  @CsvSource({
    "8.8.8.8, PUBLIC",
    "100.63.255.255, PUBLIC",
    "100.64.0.1, PRIVATE",
    "100.127.255.255, PRIVATE",
    "100.128.0.0, PUBLIC",
    "10.0.0.1, PRIVATE",
    "172.15.0.1, PUBLIC",
    "172.16.0.1, PRIVATE",
    "172.31.255.255, PRIVATE",
    "172.32.0.1, PUBLIC",
    "192.168.1.1, PRIVATE",
    "192.0.0.1, RESERVED",
    "192.0.2.1, RESERVED",
    "192.1.0.1, PUBLIC",
    "198.18.0.1, RESERVED",
    "198.19.255.255, RESERVED",
    "198.20.0.1, PUBLIC",
    "198.51.100.7, RESERVED",
    "203.0.113.7, RESERVED",
    "127.0.0.1, LOOPBACK",
    "127.255.255.254, LOOPBACK",
    "0.0.0.0, LOOPBACK",
    "169.254.169.254, LINK_LOCAL",
    "169.253.0.1, PUBLIC",
    "224.0.0.1, RESERVED",
    "240.0.0.1, RESERVED",
    "255.255.255.255, RESERVED",
    "::1, LOOPBACK",
    "::, LOOPBACK",
    "::ffff:10.0.0.1, PRIVATE",
    "::7f00:1, LOOPBACK",
    "::ffff:0:7f00:1, RESERVED",
    "64:ff9b::a9fe:a9fe, LINK_LOCAL",
    "64:ff9b:1::1, PRIVATE",
    "2002:a00:1::, PRIVATE",
    "2002:808:808::1, PUBLIC",
    "2001:0:4136:e378:8000:63bf:f5ff:fffe, PRIVATE",
    "2001:db8::1, RESERVED",
    "3fff::1, RESERVED",
    "3fff:1000::1, PUBLIC",
    "2606:4700::1111, PUBLIC",
    "fe80::1, LINK_LOCAL",
    "febf::1, LINK_LOCAL",
    "fec0::1, PRIVATE",
    "fc00::1, PRIVATE",
    "fd00:ec2::254, PRIVATE",
    "ff02::1, RESERVED",
    "4000::1, RESERVED"
  })
  void anAddressBelongsToOnePartOfTheNetwork(String address, AddressKind kind)
      throws UnknownHostException {
    assertThat(AddressKind.of(InetAddress.getByName(address))).isEqualTo(kind);
  }
}
