package dev.pt2st.io.s3;

import dev.pt2st.IfExists;
import dev.pt2st.ResourceName;
import dev.pt2st.io.http.HttpSession;
import dev.pt2st.io.http.RangedSource;
import dev.pt2st.io.source.RangeSource;
import dev.pt2st.io.source.SourceException;
import dev.pt2st.io.source.SourceException.Reason;
import dev.pt2st.io.source.Store;
import dev.pt2st.io.source.Upload;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Objects in buckets: {@code s3://bucket/key}. Listing an address gives the objects whose keys
 * begin with it and a slash, except empty folder markers. A listing with a name that leads out of a
 * folder is refused as a whole; such an object can still be opened by its own address.
 */
public final class S3Store implements Store {
  private final S3Client client;

  /** Makes a store; closing it leaves the session open. No request is sent before one is needed. */
  public S3Store(HttpSession session, S3Settings settings) {
    this.client = new S3Client(session, settings);
  }

  @Override
  public RangeSource open(String uri) throws IOException {
    S3Address address = object(uri);
    ResourceName name = address.name();
    S3Object object = S3Object.of(name, client.headOrReason(address));
    S3Request request =
        S3Request.of("GET", address, S3Request.Purpose.READ).header("if-match", object.etag());
    RangedSource.Location location =
        new RangedSource.Location(client.call(request), object.sameVersion(name), false);
    return new RangedSource(
        client.session(), name, object.size(), object.etag(), location, () -> location);
  }

  private static S3Address object(String uri) throws SourceException {
    S3Address address = S3Address.of(uri);
    if (address.key().isEmpty()) {
      throw new SourceException(
          new ResourceName(uri), Reason.REFUSED, "this names a bucket and no object in it");
    }
    return address;
  }

  @Override
  public List<Entry> list(String uri) throws IOException {
    S3Address address = S3Address.of(uri);
    List<Entry> entries = S3Listing.of(client, address);
    if (entries.isEmpty() && !address.key().isEmpty()) {
      throw new SourceException(address.name(), Reason.MISSING, "there is no object below it");
    }
    return entries;
  }

  @Override
  public Upload begin(String uri, long size, IfExists ifExists, Map<String, String> metadata)
      throws IOException {
    return S3Upload.begin(new UploadTarget(client, object(uri), ifExists, metadata), size);
  }

  @Override
  public Map<String, String> metadata(String uri) throws IOException {
    S3Address address = object(uri);
    Map<String, String> metadata =
        new TreeMap<>(S3Object.of(address.name(), client.headOrReason(address)).metadata());
    metadata.remove(UploadTarget.MARK);
    return metadata;
  }

  @Override
  public void close() {
    // The caller owns the session.
  }
}
