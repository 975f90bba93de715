// How many nodes may run at once: a number of our own, or the slots of a GNU jobserver, of the make around us
// or of our own for steps that call make. The protocol: one slot is everybody's own, each further one a byte
// read from a pipe, to be written back.
#pragma once

#include "runtime/host/host.h"

namespace pipelang::exec {

/// A jobserver that somebody else made, as descriptors of ours.
struct Jobserver {
  int read = -1;
  int write = -1;
  std::string problem; ///< There is one, but it cannot be used: why.
  bool usable() const { return read >= 0; }
};

/// That of `MAKEFLAGS` in the caller's environment: `--jobserver-auth=fifo:PATH`, or descriptors. Looks once,
/// so call it before anything else opens files: make gives its descriptors only to recipes marked with `+`.
const Jobserver &surroundingJobserver();

class Slots {
public:
  /// At most `limit` at once. With `surrounding` it counts too; with `share` steps get what is left.
  Slots(int limit, const Jobserver *surrounding, bool share);
  Slots(const Slots &) = delete;
  /// Gives back what it has.
  ~Slots();

  /// Whether one more may run beside `busy` others; what this takes, settle() gives back.
  bool take(int busy);
  /// `busy` run now: gives back what they do not need.
  void settle(int busy);
  /// Readable when take() may succeed again; -1: not before something ends.
  int descriptor() const { return read_; }

  /// For a step: the descriptors it inherits, and `MAKEFLAGS`. Empty where there is nothing to share.
  std::vector<int> shared() const;
  std::string makeFlags() const;

private:
  void borrow();

  const int limit_;
  const bool share_;
  bool owned_ = false;
  int read_ = -1; ///< Never blocks.
  int plainRead_ = -1, write_ = -1;
  std::string taken_; ///< The bytes we have: each goes back as it came.
};

} // namespace pipelang::exec
