package dev.pt2st.cli.report.scan;

import dev.pt2st.scan.FileReport;
import org.jspecify.annotations.Nullable;

/**
 * A file in a report.
 *
 * @param report the result of the scan
 * @param path its name relative to the base of the report, which identifies it across reports
 * @param sha256 the SHA-256 of its bytes, in hexadecimal; null if it was not requested, if the file
 *     could not be read, or if it changed during the scan
 * @param stated whether the digest is stated by the Hub, not computed from the bytes
 */
public record ScannedFile(
    FileReport report, String path, @Nullable String sha256, boolean stated) {}
