package dev.pt2st.cli.option;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Examples of each command as shell lines: the help shows two, the manual page all. */
public final class Examples {
  /** How many examples the help of a command shows. */
  private static final int IN_HELP = 2;

  private static final Map<String, List<String>> ALL = new LinkedHashMap<>();

  static {
    ALL.put(
        "pt2st",
        List.of(
            "pt2st convert model.pt",
            "pt2st scan downloads",
            "pt2st verify model.pt model.safetensors"));
    ALL.put(
        "convert",
        List.of(
            "pt2st convert train.pt",
            "pt2st convert a.pt b.pt --out converted --cast fp16",
            "pt2st convert --dry-run --root all training.ckpt",
            "pt2st convert --max-shard-size 5GB model.pt model.safetensors",
            "pt2st convert sharded merged.safetensors"));
    ALL.put(
        "migrate",
        List.of(
            "pt2st migrate --dry-run models",
            "pt2st migrate models --out converted",
            "pt2st migrate models --report report.json"));
    ALL.put(
        "verify",
        List.of(
            "pt2st verify model.pt model.safetensors",
            "pt2st verify --cast fp16 model.pt half.safetensors"));
    ALL.put(
        "checksum",
        List.of(
            "pt2st checksum model.pt model.safetensors",
            "pt2st checksum --check digests",
            "pt2st checksum *.safetensors >digests"));
    ALL.put(
        "attest",
        List.of(
            "pt2st attest verify model.intoto.json model.pt model.safetensors",
            "pt2st attest verify --key us.pem model.intoto.json model.pt model.safetensors",
            "pt2st attest verify --without-source model.intoto.json model.safetensors"));
    ALL.put(
        "inspect", List.of("pt2st inspect model.pt", "pt2st inspect --tree --depth 2 model.pt"));
    ALL.put(
        "scan",
        List.of(
            "pt2st scan downloads",
            "pt2st scan --format sarif --output scan.sarif models",
            "pt2st scan --format html --digest --output scan.html models",
            "pt2st scan --format json --output today.json --base models models",
            "pt2st scan --baseline today.json --base models models"));
    ALL.put(
        "sbom",
        List.of(
            "pt2st sbom models --output models.cdx.json",
            "pt2st sbom --base models models >models.cdx.json"));
    ALL.put(
        "plan",
        List.of(
            "pt2st plan models >units.jsonl",
            "pt2st plan --task checksum --output units.jsonl s3://bucket/models",
            "pt2st plan --task convert --out s3://bucket/converted hf://org/model >units.jsonl"));
    ALL.put(
        "run",
        List.of(
            "pt2st run units.jsonl --results results",
            "pt2st run units.jsonl --shard 3/16 --results s3://bucket/results"));
    ALL.put(
        "report",
        List.of(
            "pt2st report results",
            "pt2st report --units units.jsonl --format html --output scan.html results"));
    ALL.put("allowlist", List.of("pt2st allowlist torch.nn.Linear", "pt2st allowlist --json"));
    ALL.put("help", List.of("pt2st help convert", "pt2st help scan"));
  }

  private Examples() {}

  /** All commands with examples, the program itself first. */
  public static Iterable<String> commands() {
    return ALL.keySet();
  }

  /** All examples of a command. */
  public static List<String> of(String command) {
    return ALL.getOrDefault(command, List.of());
  }

  /** The examples at the end of a command's help. */
  static String[] inHelp(String command) {
    return of(command).stream().limit(IN_HELP).map(line -> "  " + line).toArray(String[]::new);
  }
}
