package dev.pt2st.migrate.decide;

import dev.pt2st.migrate.decide.EntryDecider.Outcome;
import dev.pt2st.migrate.recognize.DirectoryFacts;
import dev.pt2st.migrate.recognize.EntryFact;
import dev.pt2st.migrate.recognize.FactsOnDemand;
import dev.pt2st.migrate.unit.MigrationSettings;
import dev.pt2st.migrate.unit.MigrationUnit;
import dev.pt2st.migrate.unit.MigrationUnit.Action;
import dev.pt2st.migrate.unit.MigrationUnit.Item;
import dev.pt2st.migrate.unit.MigrationUnit.Kind;
import dev.pt2st.migrate.unit.PathTree;
import dev.pt2st.migrate.unit.Selection;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is done with a directory: first with entries that depend on no others, then with
 * checkpoints, then with models in shards. A model may have several files, and two files may need
 * the same name, so there are several passes over the facts. No directory depends on another one.
 */
public final class DirectoryDecider {
  private final MigrationSettings settings;
  private final Selection selection;
  private final FactsOnDemand look;
  private final EntryDecider entries;

  /**
   * @param selection files that the user excludes or does not include are passed over
   * @param look answers questions that need access to the disk
   */
  public DirectoryDecider(MigrationSettings settings, Selection selection, FactsOnDemand look) {
    this.settings = settings;
    this.selection = selection;
    this.look = look;
    this.entries = new EntryDecider(settings, selection);
  }

  /** Decides about a directory. */
  public void decide(DirectoryFacts facts, Decision.Taker taker) throws IOException {
    switch (facts) {
      case DirectoryFacts.TargetTree target -> {
        // It contains no sources.
      }
      case DirectoryFacts.Entries each -> {
        try (TargetClaims claims = new TargetClaims()) {
          new Run(each, claims, taker).decide();
        }
      }
    }
  }

  /** The decisions about one directory. */
  private final class Run {
    private final DirectoryFacts.Entries facts;
    private final TargetClaims claims;
    private final Decision.Taker taker;
    private final UnitDecider units;
    private final ShardedModels models;
    private boolean anyCandidate;

    Run(DirectoryFacts.Entries facts, TargetClaims claims, Decision.Taker taker) {
      this.facts = facts;
      this.claims = claims;
      this.taker = taker;
      this.units =
          new UnitDecider(look, claims, settings.options().removesOriginals(), settings.wording());
      this.models = new ShardedModels(facts.directory(), look, settings.wording());
    }

    void decide() throws IOException {
      decideAlone();
      models.addSetsWithoutIndex();
      for (ShardedModel model : models.all()) {
        claims.add(model.index().target());
      }
      if (anyCandidate) {
        if (claims.anyTwice()) {
          claimNames();
        }
        decideCandidates();
      }
      decideModels();
    }

    /** The first pass: entries that depend on no others. */
    private void decideAlone() throws IOException {
      Supplier<@Nullable EntryFact> each = facts.each();
      for (EntryFact fact = each.get(); fact != null; fact = each.get()) {
        switch (entries.decide(fact)) {
          case Outcome.Settled(List<Decision> decisions) -> take(decisions);
          case Outcome.Model(ShardedModel model) -> models.add(model);
          case Outcome.BrokenModel(ShardedModel model, boolean namesAll) ->
              models.addBroken(model, namesAll);
          case Outcome.Candidate(Item item, boolean wrapped) -> {
            anyCandidate = true;
            claims.add(item.target());
            models.addCandidate(item);
          }
        }
      }
    }

    private void take(List<Decision> decisions) throws IOException {
      for (Decision decision : decisions) {
        taker.take(
            decision instanceof Decision.AddUnit(MigrationUnit unit)
                ? new Decision.AddUnit(decided(unit))
                : decision);
      }
    }

    /** Marks a unit that an earlier run has done. */
    private MigrationUnit decided(MigrationUnit unit) throws IOException {
      if (unit.action() == Action.PUT_BESIDE) {
        return UnitDecider.ofSideFile(unit, look);
      }
      return unit.kind() == Kind.FOLDER && unit.action() == Action.CONVERT
          ? units.decide(unit)
          : unit;
    }

    /**
     * The next pass, if two files may need the same name. An archive without a model needs none.
     */
    private void claimNames() throws IOException {
      models.all().forEach(model -> claims.claim(model.claim()));
      Supplier<Outcome.@Nullable Candidate> each = candidates();
      for (Outcome.Candidate found = each.get(); found != null; found = each.get()) {
        Item item = found.item();
        if (!claims.isTwice(item.target())) {
          continue;
        }
        if (found.wrapped() && !look.holdsTensors(item)) {
          claims.drop(item);
          take(entries.otherFile(item, Kind.SIDE_FILE));
        } else {
          claims.claim(item);
        }
      }
    }

    private void decideCandidates() throws IOException {
      Supplier<Outcome.@Nullable Candidate> each = candidates();
      for (Outcome.Candidate found = each.get(); found != null; found = each.get()) {
        Item item = found.item();
        if (models.take(item) || claims.isDropped(item)) {
          continue;
        }
        MigrationUnit unit =
            new MigrationUnit(
                item.leadsTo().isEmpty() ? Kind.CHECKPOINT : Kind.LINK,
                List.of(item),
                null,
                Action.CONVERT,
                "");
        String why = models.whyNoModelOfItsOwn(PathTree.name(item.source()));
        add(why == null ? units.decide(unit) : unit.with(Action.LEAVE_ALONE, why));
      }
    }

    private Supplier<Outcome.@Nullable Candidate> candidates() throws IOException {
      Supplier<@Nullable EntryFact> each = facts.each();
      return () -> {
        for (EntryFact fact = each.get(); fact != null; fact = each.get()) {
          if (entries.decide(fact) instanceof Outcome.Candidate candidate) {
            return candidate;
          }
        }
        return null;
      };
    }

    private void decideModels() throws IOException {
      for (ShardedModel model : models.all()) {
        MigrationUnit unit = model.unit(look, selection, settings.wording());
        if (unit == null) {
          passOver(model);
        } else {
          MigrationUnit decided = units.decide(unit);
          add(decided);
          protectLinked(decided);
        }
      }
    }

    private void passOver(ShardedModel model) throws IOException {
      Item index = model.index();
      taker.take(new Decision.CountPassedOver(index.bytes()));
      if (settings.options().removesOriginals()
          && !index.leadsTo().isEmpty()
          && look.isThere(index.leadsTo())) {
        taker.take(EntryDecider.left(index.source(), index.leadsTo(), true));
      }
    }

    /** If a model of links is not converted, the files that its shards lead to must stay. */
    private void protectLinked(MigrationUnit unit) throws IOException {
      if (unit.index() == null
          || (unit.action() != Action.REFUSE && unit.action() != Action.FAIL)) {
        return;
      }
      for (Item item : unit.files()) {
        if (!item.leadsTo().isEmpty()) {
          taker.take(new Decision.Protect(item.leadsTo(), unit.name()));
        }
      }
    }

    private void add(MigrationUnit unit) throws IOException {
      taker.take(new Decision.AddUnit(unit));
    }
  }
}
