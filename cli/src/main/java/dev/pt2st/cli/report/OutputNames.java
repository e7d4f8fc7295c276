package dev.pt2st.cli.report;

import java.nio.file.Path;

/**
 * What a report calls the files of an output: by their paths, or, if they are not on this disk, by
 * the address of the folder that they are in.
 *
 * @param address of the output; empty if it is on this disk
 */
public record OutputNames(String address) {
  String of(Path file) {
    return address.isEmpty()
        ? file.toString()
        : address.substring(0, address.lastIndexOf('/') + 1) + file.getFileName();
  }
}
