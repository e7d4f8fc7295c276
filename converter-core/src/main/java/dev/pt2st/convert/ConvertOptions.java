package dev.pt2st.convert;

import dev.pt2st.Limits;
import dev.pt2st.torch.Policy;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a conversion is asked for. Immutable; change one thing with the {@code with} methods.
 *
 * @param policy which globals are accepted
 * @param limits what bounds the work
 * @param root {@code auto}, {@code all} or a path
 * @param shared what becomes of tensors that share a storage
 * @param unsupported what becomes of tensors that safetensors cannot hold
 * @param metadata texts for {@code __metadata__} besides {@code format}
 * @param checkCrc whether the CRC-32 of each record read must be right
 * @param overwrite whether an existing output is replaced
 * @param durable whether the output must be on the disk before it gets its name
 */
public record ConvertOptions(
    Policy policy,
    Limits limits,
    String root,
    Shared shared,
    Unsupported unsupported,
    Map<String, String> metadata,
    boolean checkCrc,
    boolean overwrite,
    boolean durable) {

  /** The rules' defaults. */
  public static final ConvertOptions STANDARD =
      new ConvertOptions(
          Policy.STANDARD,
          Limits.STANDARD,
          RootFinder.AUTO,
          Shared.KEEP,
          Unsupported.REFUSE,
          Map.of(),
          true,
          false,
          false);

  /** What becomes of tensors that share a storage. */
  public enum Shared {
    /** Each is written in full. */
    KEEP,
    /** One complete tensor of each group stays, the metadata name the others. */
    DROP
  }

  /** What becomes of tensors that safetensors cannot hold. */
  public enum Unsupported {
    /** The conversion is refused, naming them. */
    REFUSE,
    /** They are left out, and that is said. */
    SKIP
  }

  public ConvertOptions {
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  public ConvertOptions withPolicy(Policy value) {
    return new ConvertOptions(
        value, limits, root, shared, unsupported, metadata, checkCrc, overwrite, durable);
  }

  public ConvertOptions withLimits(Limits value) {
    return new ConvertOptions(
        policy, value, root, shared, unsupported, metadata, checkCrc, overwrite, durable);
  }

  public ConvertOptions withRoot(String value) {
    return new ConvertOptions(
        policy, limits, value, shared, unsupported, metadata, checkCrc, overwrite, durable);
  }

  public ConvertOptions withShared(Shared value) {
    return new ConvertOptions(
        policy, limits, root, value, unsupported, metadata, checkCrc, overwrite, durable);
  }

  public ConvertOptions withUnsupported(Unsupported value) {
    return new ConvertOptions(
        policy, limits, root, shared, value, metadata, checkCrc, overwrite, durable);
  }

  public ConvertOptions withMetadata(Map<String, String> value) {
    return new ConvertOptions(
        policy, limits, root, shared, unsupported, value, checkCrc, overwrite, durable);
  }

  public ConvertOptions withCheckCrc(boolean value) {
    return new ConvertOptions(
        policy, limits, root, shared, unsupported, metadata, value, overwrite, durable);
  }

  public ConvertOptions withOverwrite(boolean value) {
    return new ConvertOptions(
        policy, limits, root, shared, unsupported, metadata, checkCrc, value, durable);
  }

  public ConvertOptions withDurable(boolean value) {
    return new ConvertOptions(
        policy, limits, root, shared, unsupported, metadata, checkCrc, overwrite, value);
  }
}
