package dev.pt2st.cli.report.scan;

import dev.pt2st.scan.FileReport;
import org.jspecify.annotations.Nullable;

/**
 * A file as a report has it.
 *
 * @param report what the scan says of it
 * @param path its name from the base of the report, by which another report knows it
 * @param sha256 of its bytes, in hexadecimal; null if nobody asked for it, if it could not be read,
 *     or if the file changed while it was scanned
 * @param stated whether the digest is what the Hub says, and was not made from the bytes
 */
public record ScannedFile(
    FileReport report, String path, @Nullable String sha256, boolean stated) {}
