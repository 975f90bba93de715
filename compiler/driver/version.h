// The version both programs report and the Plan carries.
#pragma once

namespace pipelang::driver {

inline constexpr char version[] = PIPELANG_VERSION;

} // namespace pipelang::driver
