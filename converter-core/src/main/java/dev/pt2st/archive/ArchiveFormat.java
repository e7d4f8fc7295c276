package dev.pt2st.archive;

/** The formats of archives that may hold checkpoints. */
public enum ArchiveFormat {
  /** A ZIP that is not a checkpoint itself. */
  ZIP("ZIP"),
  /** A tar that is not a checkpoint itself. */
  TAR("tar"),
  /** 7z, as 7-Zip writes it. */
  SEVEN_ZIP("7z");

  private final String shown;

  ArchiveFormat(String shown) {
    this.shown = shown;
  }

  /** Its name, as users know it. */
  public String shown() {
    return shown;
  }
}
