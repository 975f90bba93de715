// The words that enumerators have in JSON and in what people read.
#pragma once

#include "compiler/plan/plan.h"
#include <span>

namespace pipelang::plan {

/// Words of an enumeration, indexed by enumerator.
template <typename Enum> inline constexpr const char *enumNames[1] = {nullptr};
template <> inline constexpr const char *enumNames<Target>[] = {"any", "github", "local"};
template <> inline constexpr const char *enumNames<CompareOp>[] = {"==", "!=", "<", "<=", ">", ">="};
template <>
inline constexpr const char *enumNames<Outcome>[] = {"success", "failure", "skipped", "cancelled",
                                                     "timed_out"};
template <>
inline constexpr const char *enumNames<ValueType>[] = {"none",    "bool",    "int",   "string", "duration",
                                                       "bytes",   "percent", "cpu",   "rate",   "version",
                                                       "outcome", "list",    "record"};
template <> inline constexpr const char *enumNames<Probe::Kind>[] = {"tcp", "http", "exec"};
template <> inline constexpr const char *enumNames<Deployment::Strategy>[] = {"blue_green"};
template <>
inline constexpr const char *enumNames<EmitFile::Format>[] = {"yaml", "json", "toml", "ini", "text"};

template <typename Enum> const char *nameOf(Enum value) {
  return enumNames<Enum>[static_cast<std::size_t>(value)];
}
template <typename Enum> std::optional<Enum> enumFromName(llvm::StringRef name) {
  for (std::size_t i = 0; i < std::size(enumNames<Enum>); ++i)
    if (name == enumNames<Enum>[i]) return static_cast<Enum>(i);
  return std::nullopt;
}

} // namespace pipelang::plan
