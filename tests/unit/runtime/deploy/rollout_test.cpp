// The decision table, model-checked: every path of it, with every effect succeeding, failing, failing after
// it has happened or losing its process, with aborts between any two effects, and with both versions dying
// at any moment.
#include "runtime/deploy/rollout.h"
#include "gtest/gtest.h"
#include <map>
#include <set>
#include <string>

using namespace pipelang::deploy;

namespace {

enum class Pointer { Nothing, Old, New };

/// As much of the world as the table is about.
struct World {
  Pointer pointer = Pointer::Nothing;
  bool oldAlive = false;
  bool newAlive = false;
  bool newReady = false; ///< Started, and not stopped since.
  bool checked = false;  ///< The one that runs has been asked.
  bool lease = false;
  bool oldRetires = false;
  auto operator<=>(const World &) const = default;
};

/// What `effect` makes of the world; false: it cannot be done. `wrong` says what must never happen.
bool apply(Effect effect, World &world, bool hasOld, std::string &wrong) {
  const auto needsLease = [&] {
    if (!world.lease) wrong = "changes the world without the lease";
    return world.lease;
  };
  switch (effect) {
  case Effect::StartSupervisor:
  case Effect::MeasureBaseline:
  case Effect::ReadWorld: return true;
  case Effect::AcquireLease: world.lease = true; return true;
  case Effect::ReleaseLease: world.lease = false; return true;
  case Effect::StopIdle:
  case Effect::StopNew:
    needsLease();
    if (world.pointer == Pointer::New) wrong = "stops the serving side";
    world.newReady = world.newAlive = world.checked = false;
    return true;
  case Effect::StartServices: return needsLease();
  case Effect::StartNew: world.newReady = world.newAlive = true; return needsLease();
  case Effect::ProveIdentity: return world.newAlive;
  case Effect::RunChecks: world.checked = world.newAlive; return world.newAlive;
  case Effect::SwitchToNew:
    needsLease();
    if (!world.checked) wrong = "switches to what was not checked";
    if (!world.newAlive) // The supervisor refuses.
      return world.pointer == Pointer::New;
    world.pointer = Pointer::New;
    return true;
  case Effect::MeasureTraffic: return world.newAlive;
  case Effect::Evaluate:
    if (!hasOld) wrong = "judges what was not measured";
    return true;
  case Effect::SwitchToOld:
    needsLease();
    if (!hasOld) wrong = "goes back to nothing";
    if (!world.oldAlive) return world.pointer == Pointer::Old;
    world.pointer = Pointer::Old;
    return true;
  case Effect::DrainOld:
    if (world.pointer == Pointer::Old) wrong = "drains the serving side";
    return true;
  case Effect::DrainNew:
    if (world.pointer == Pointer::New) wrong = "drains the serving side";
    return true;
  case Effect::RetireOld:
    if (world.pointer == Pointer::Old) wrong = "retires the serving side";
    world.oldRetires = true;
    return true;
  }
  return false;
}

/// A place in the walk: a phase of which `done` effects lie behind.
struct Place {
  Rollout rollout;
  std::size_t done = 0;
  bool failed = false; ///< The rest is left out but for what is always tried.
  World world;
  int troubles = 0; ///< Failures, aborts, kills and deaths so far.
  auto operator<=>(const Place &) const = default;
};

class Walk {
public:
  explicit Walk(bool hasOld, int mostTroubles) : hasOld_(hasOld), most_(mostTroubles) {
    Place start;
    start.world.oldAlive = hasOld;
    start.world.pointer = hasOld ? Pointer::Old : Pointer::Nothing;
    visit(start);
  }

  std::set<Phase> ends;
  std::size_t places() const { return seen_.size(); }

private:
  static std::vector<Effect> effectsAt(Rollout rollout) {
    // What a phase does is what the table says on entering it, which a phase that is taken up again says too.
    static const std::map<Rollout, std::vector<Effect>> all = [] {
      std::map<Rollout, std::vector<Effect>> effects;
      for (int phase = 0; phase <= static_cast<int>(Phase::Held); ++phase)
        for (bool hasOld : {false, true})
          for (int event = 0; event <= static_cast<int>(Event::Killed); ++event) {
            const auto t = next({static_cast<Phase>(phase), hasOld}, static_cast<Event>(event));
            if (!t.effects.empty()) effects[t.rollout] = t.effects;
          }
      return effects;
    }();
    const auto found = all.find(rollout);
    return found == all.end() ? std::vector<Effect>{} : found->second;
  }

  void require(bool holds, const std::string &what, const Place &place) {
    EXPECT_TRUE(holds) << what << " in phase " << toText(place.rollout.phase).str() << ", effect "
                       << place.done << (hasOld_ ? ", with" : ", without") << " an old version";
  }

  void invariants(const Place &place) {
    require(!hasOld_ || place.world.pointer != Pointer::Nothing, "the switch points at nothing", place);
    require(place.world.pointer != Pointer::New || place.world.newReady, "it serves what was stopped", place);
  }

  void atEnd(const Place &place) {
    ends.insert(place.rollout.phase);
    require(!place.world.lease || place.troubles > 0, "a lease is left over", place);
    if (place.rollout.phase == Phase::Done)
      require(place.world.pointer == Pointer::New, "done, but the new version does not serve", place);
    if (place.rollout.phase == Phase::Aborted && hasOld_)
      require(place.world.pointer == Pointer::Old, "aborted, but the old version does not serve", place);
    // Rolling back asks nothing of the new version: only the old one's own death keeps it from serving.
    if (place.rollout.phase == Phase::Held && hasOld_ && place.troubles <= 1)
      require(!place.world.oldAlive, "held, though the old version lives", place);
  }

  void follow(Place place, Event event) {
    if (event == Event::Killed) {
      place.world.lease = false; // It ends with its holder; whoever takes it up acquires it anew.
    }
    const Transition t = next(place.rollout, event);
    place.rollout = t.rollout;
    place.done = 0;
    place.failed = false;
    if (event == Event::Killed && !isTerminal(t.rollout.phase)) place.world.lease = true;
    visit(place);
  }

  void visit(const Place &place) {
    if (!seen_.insert(place).second) return;
    ASSERT_LT(seen_.size(), 2'000'000u);
    invariants(place);
    const auto effects = effectsAt(place.rollout);
    if (place.done == effects.size()) return ended(place);
    if (place.failed && !alwaysTried(effects[place.done])) {
      Place skipped = place;
      ++skipped.done;
      return visit(skipped);
    }
    troublesAt(place);
    carryOut(place, effects[place.done]);
  }

  void ended(const Place &place) {
    if (isTerminal(place.rollout.phase)) return atEnd(place);
    if (place.failed) return follow(place, Event::Failed);
    if (place.rollout.phase == Phase::Lease)
      return follow(place, place.world.oldAlive ? Event::FoundOld : Event::FoundNothing);
    follow(place, Event::Succeeded);
  }

  /// Everything that may happen before the next effect.
  void troublesAt(Place place) {
    if (place.troubles == most_) return;
    ++place.troubles;
    if (canAbort(place.rollout.phase) && !place.failed) follow(place, Event::Abort);
    follow(place, Event::Killed);
    for (bool World::*alive : {&World::oldAlive, &World::newAlive})
      if (place.world.*alive && (alive == &World::newAlive || hasOld_)) {
        Place died = place;
        died.world.*alive = false;
        // The old version's death while it serves is no deployment's doing, but never ends it wrongly.
        visit(died);
      }
  }

  void carryOut(const Place &place, Effect effect) {
    std::string wrong;
    Place after = place;
    ++after.done;
    const bool works = apply(effect, after.world, place.rollout.hasOld, wrong);
    require(wrong.empty(), toText(effect).str() + " " + wrong, place);
    World twice = after.world;
    apply(effect, twice, place.rollout.hasOld, wrong);
    require(twice == after.world, toText(effect).str() + " is not idempotent", place);
    after.failed |= !works;
    visit(after);
    if (place.troubles == most_) return;
    Place lost = after; // It happened, and its answer was lost.
    ++lost.troubles;
    lost.failed = true;
    visit(lost);
    Place failed = place; // It did not happen.
    ++failed.done;
    ++failed.troubles;
    failed.failed = true;
    visit(failed);
    Place killed = after; // It happened, and then we died.
    ++killed.troubles;
    follow(killed, Event::Killed);
  }

  const bool hasOld_;
  const int most_;
  std::set<Place> seen_;
};

} // namespace

TEST(Rollout, EveryPathKeepsTheInvariantsWithAnOldVersion) {
  Walk walk(true, 4);
  EXPECT_EQ(walk.ends, (std::set{Phase::Done, Phase::Aborted, Phase::Held}));
  EXPECT_GT(walk.places(), 500u);
}

TEST(Rollout, EveryPathKeepsTheInvariantsOfAFirstVersion) {
  Walk walk(false, 4);
  EXPECT_EQ(walk.ends, (std::set{Phase::Done, Phase::Aborted, Phase::Held}));
}

TEST(Rollout, NothingGoesOnForEver) {
  // Without trouble every phase is left towards a terminal one, and no phase is entered twice.
  for (int phase = 0; phase <= static_cast<int>(Phase::Held); ++phase)
    for (bool hasOld : {false, true})
      for (Event first : {Event::Succeeded, Event::Failed, Event::Abort, Event::Killed}) {
        Rollout rollout = next({static_cast<Phase>(phase), hasOld}, first).rollout;
        std::set<Phase> entered;
        while (!isTerminal(rollout.phase)) {
          ASSERT_TRUE(entered.insert(rollout.phase).second) << toText(rollout.phase).str();
          rollout =
              next(rollout, rollout.phase == Phase::Lease ? Event::FoundNothing : Event::Succeeded).rollout;
        }
      }
}

TEST(Rollout, ATerminalPhaseStays) {
  for (Phase phase : {Phase::Done, Phase::Aborted, Phase::Held})
    for (int event = 0; event <= static_cast<int>(Event::Killed); ++event)
      if (static_cast<Event>(event) != Event::Start) {
        EXPECT_EQ(next({phase, true}, static_cast<Event>(event)).rollout.phase, phase);
      }
}

TEST(Rollout, NamesOfPhasesAndEffectsComeBack) {
  for (int phase = 0; phase <= static_cast<int>(Phase::Held); ++phase)
    EXPECT_EQ(phaseFromText(toText(static_cast<Phase>(phase))), static_cast<Phase>(phase));
  for (int effect = 0; effect <= static_cast<int>(Effect::ReleaseLease); ++effect)
    EXPECT_EQ(effectFromText(toText(static_cast<Effect>(effect))), static_cast<Effect>(effect));
}
