package dev.pt2st.convert.plan;

/** Why a part of a checkpoint is the root of a conversion. */
public enum RootRule {
  /** A path was asked for. */
  CHOSEN("as asked for"),
  /** Everything was asked for. */
  EVERYTHING("everything, as asked for"),
  /** The layout itself says what is the model, as TorchScript does. */
  LAYOUT("the model, as the layout says"),
  /** It is a module: its parameters and buffers. */
  MODULE("a module: what its state_dict() holds"),
  /** It lies under one of the keys under which people keep a model's tensors. */
  KNOWN_KEY("the first of the keys under which models are kept"),
  /** It is the one state dict that is left beside training state and settings. */
  ONLY_PART("the only state dict in it, beside settings or training state"),
  /** Tensors stand in it themselves. */
  TENSORS("tensors stand in it themselves"),
  /** Several parts hold tensors, and none of them has a key that says that it is the model. */
  SEVERAL_PARTS("no key says which part is the model"),
  /** Nothing but training state holds tensors. */
  TRAINING_STATE("nothing but training state holds tensors"),
  /** It is no mapping: a tensor, a list. */
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
