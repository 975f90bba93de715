#include "compiler/plan/context.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace pipelang::plan {

llvm::ArrayRef<ContextFact> contextFacts() {
  static constexpr ContextFact facts[] = {
#define CONTEXT(KEY, TYPE, UNTRUSTED, GITHUB, SOURCE) {KEY, ValueType::TYPE, UNTRUSTED, GITHUB, SOURCE},
#include "compiler/plan/context.def"
  };
  return facts;
}

const ContextFact *findContext(llvm::StringRef key) {
  auto facts = contextFacts();
  auto found = llvm::find_if(facts, [&](const ContextFact &fact) { return key == fact.key; });
  return found == facts.end() ? nullptr : &*found;
}

bool ContextFact::untrusted(llvm::ArrayRef<std::string> events) const {
  llvm::StringRef list = untrustedOn;
  if (list == "*") return true;
  llvm::SmallVector<llvm::StringRef, 4> names;
  list.split(names, ',', -1, false);
  return llvm::any_of(names, [&](llvm::StringRef name) { return llvm::is_contained(events, name); });
}

Value ContextFact::absent() const {
  return type == ValueType::Int ? Value{std::int64_t(0)} : Value{std::string()};
}

} // namespace pipelang::plan
