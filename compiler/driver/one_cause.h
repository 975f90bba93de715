// One root cause, one message: leaves out what only follows from a mistake that is reported already. What is
// left out shows in the next run, if it was a mistake of its own.
#pragma once

#include "compiler/support/diagnostics.h"

namespace pipelang::driver {

/// Of what reading the sources found, what stands for itself: a bracket that is missing makes the rest of its
/// declaration look wrong.
Diagnostics causesOf(const Diagnostics &syntax, const Sources &sources);

/// Adds to `known` what a later phase found and no error that is known explains.
void addIndependent(const Diagnostics &later, const Sources &sources, Diagnostics &known);

/// Of all that was found, in the order of its places: what is said of one name several times is one message
/// with several places, and what was worked out from what is wrong is left out.
Diagnostics withoutConsequences(const Diagnostics &all, const Sources &sources);

} // namespace pipelang::driver
