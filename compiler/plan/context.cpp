#include "compiler/plan/context.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace pipelang::plan {

llvm::ArrayRef<ContextFact> contextFacts() {
  static constexpr ContextFact facts[] = {
#define CONTEXT(KEY, TYPE, UNTRUSTED, ON, GITHUB, SOURCE)                                                    \
  {KEY, ValueType::TYPE, UNTRUSTED, ON, GITHUB, SOURCE},
#include "compiler/plan/context.def"
  };
  return facts;
}

const ContextFact *findContext(llvm::StringRef key) {
  auto facts = contextFacts();
  auto found = llvm::find_if(facts, [&](const ContextFact &fact) { return key == fact.key; });
  return found == facts.end() ? nullptr : &*found;
}

static bool names(llvm::StringRef list, llvm::ArrayRef<std::string> events) {
  llvm::SmallVector<llvm::StringRef, 4> known;
  list.split(known, ',', -1, false);
  return llvm::any_of(known, [&](llvm::StringRef name) { return llvm::is_contained(events, name); });
}

bool ContextFact::untrusted(llvm::ArrayRef<std::string> events) const {
  return llvm::StringRef(untrustedOn) == "*" || names(untrustedOn, events);
}

bool ContextFact::isThere(llvm::ArrayRef<std::string> events) const {
  return !*onEvents || events.empty() || names(onEvents, events);
}

Value ContextFact::absent() const {
  return type == ValueType::Int ? Value{std::int64_t(0)} : Value{std::string()};
}

} // namespace pipelang::plan
