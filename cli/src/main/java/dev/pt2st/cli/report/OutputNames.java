package dev.pt2st.cli.report;

import java.nio.file.Path;

/**
 * The names of output files in a report: their paths or, for a remote output, their addresses.
 *
 * @param address the address of the output; empty if it is local
 */
public record OutputNames(String address) {
  String of(Path file) {
    return address.isEmpty()
        ? file.toString()
        : address.substring(0, address.lastIndexOf('/') + 1) + file.getFileName();
  }
}
