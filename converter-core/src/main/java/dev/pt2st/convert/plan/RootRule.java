package dev.pt2st.convert.plan;

/** Why a part of a checkpoint was chosen as the root of a conversion. */
public enum RootRule {
  /** A path was asked for. */
  CHOSEN("as asked for"),
  /** Everything was asked for. */
  EVERYTHING("everything, as asked for"),
  /** The layout itself defines the model, as in TorchScript. */
  LAYOUT("the model, as the layout says"),
  /** It is a module; its parameters and buffers are taken. */
  MODULE("a module: what its state_dict() holds"),
  /** It has one of the keys under which models are usually saved. */
  KNOWN_KEY("the first of the keys under which models are kept"),
  /** It is the only state dict beside training state and settings. */
  ONLY_PART("the only state dict in it, beside settings or training state"),
  /** It contains tensors directly. */
  TENSORS("tensors stand in it themselves"),
  /** Several parts hold tensors, and no key shows which of them is the model. */
  SEVERAL_PARTS("no key says which part is the model"),
  /** Only training state holds tensors. */
  TRAINING_STATE("nothing but training state holds tensors"),
  /** It is not a mapping, but for example a tensor or a list. */
  WHOLE("the whole");

  private final String words;

  RootRule(String words) {
    this.words = words;
  }

  /** The reason in words. */
  public String words() {
    return words;
  }
}
