package dev.pt2st.fuzz;

/** The targets, by the names that {@code -Dfuzz.target} takes. */
enum FuzzTarget {
  PICKLE,
  ZIP,
  LEGACY,
  TAR,
  SAFETENSORS,
  SCAN,
  STREAM;

  /** Gives it an input, as the fuzzer does. */
  void run(byte[] data) {
    switch (this) {
      case PICKLE -> PickleTarget.fuzzerTestOneInput(data);
      case ZIP -> ZipTarget.fuzzerTestOneInput(data);
      case LEGACY -> LegacyTarget.fuzzerTestOneInput(data);
      case TAR -> TarTarget.fuzzerTestOneInput(data);
      case SAFETENSORS -> SafetensorsTarget.fuzzerTestOneInput(data);
      case SCAN -> ScanTarget.fuzzerTestOneInput(data);
      case STREAM -> StreamTarget.fuzzerTestOneInput(data);
    }
  }
}
