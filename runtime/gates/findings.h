// What readers of scanners share: findings by severity, and careful looks into JSON.
#pragma once

#include "compiler/support/bounded_json.h"
#include "runtime/gates/reader_list.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace pipelang::gates {

namespace json = llvm::json;

/// Other: counts in the total alone (`info`, `negligible`, `unknown`).
enum class Finding { Critical, High, Medium, Low, Other };

/// The severity called `word` in any case: critical/blocker, high, medium/moderate, low; else Other.
Finding findingFromText(llvm::StringRef word);
/// By CVSS score: 9 and more critical, 7 high, 4 medium, over 0 low.
Finding findingFromScore(double score);

class FindingCount {
public:
  void add(Finding finding);
  /// The scale of a finding had no `critical`: then nothing can be said about criticals.
  void withoutCritical() { tellsCritical_ = false; }
  /// A finding had no severity at all: then nothing can be said about any.
  void withoutSeverity() { tellsSeverity_ = false; }
  /// `total`, and as far as they are told `critical`, `high`, `medium`, `low`.
  Reading reading() const;

private:
  std::int64_t counts_[5] = {};
  bool tellsCritical_ = true;
  bool tellsSeverity_ = true;
};

/// The object a report is. Error: not JSON, or something else; says what `tool` writes.
llvm::Expected<json::Object> readObject(llvm::StringRef text, llvm::StringRef tool);

/// Calls `visit` for each object in the list `object[key]`. Error: the key is missing, no list, or an
/// element is no object; or what `visit` says.
llvm::Error forEachObject(const json::Object &object, llvm::StringRef key,
                          llvm::function_ref<llvm::Error(const json::Object &)> visit);
/// The same for a list that may be missing or null.
llvm::Error forEachObjectIfAny(const json::Object &object, llvm::StringRef key,
                               llvm::function_ref<llvm::Error(const json::Object &)> visit);
/// The text `object[key]`, or empty.
llvm::StringRef textOf(const json::Object &object, llvm::StringRef key);

} // namespace pipelang::gates
