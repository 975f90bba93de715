// How many rounds a comprehension is going to take, as far as that is known before the first.
#include "compiler/eval/evaluator.h"
#include "llvm/ADT/STLExtras.h"

namespace pipelang::eval {
namespace {

std::size_t sizeOf(const Value &source) {
  if (const List *list = source.as<List>()) return list->elements->size();
  if (const Map *map = source.as<Map>()) return map->data->entries.size();
  return 0;
}

} // namespace

/// Whether `source` has the same value in every round of `generators`: it names none of their variables. The
/// parts of an expression stand right before it in the tree.
bool Evaluator::isFixed(const Place &source, llvm::ArrayRef<ast::Generator> generators) const {
  const Span whole = exprAt(source).span;
  for (std::size_t at = source.expr.index() + 1; at-- > 0;) {
    Place part{source.module, ast::ExprId(static_cast<std::uint32_t>(at))};
    const Span span = exprAt(part).span;
    if (span.begin < whole.begin || span.end > whole.end) break;
    for (const ast::Generator &generator : generators)
      if (llvm::is_contained(infoAt({source.module, generator.source}).binds, infoAt(part).symbol))
        return false;
  }
  return true;
}

/// False (reported): each element of `first` leads to so many rounds of the generators behind that all
/// together cost more steps than are left. Otherwise a billion of them would go on until the last step.
bool Evaluator::affordable(sema::ModuleId module, llvm::ArrayRef<ast::Generator> generators,
                           const Value &first) {
  constexpr std::size_t worthAsking = 100;
  std::size_t rounds = sizeOf(first);
  if (rounds < worthAsking) return true;
  for (std::size_t at = 1; at < generators.size() && !generators[at - 1].condition; ++at) {
    Place source{module, generators[at].source};
    if (!isFixed(source, generators.take_front(at))) return true;
    rounds *= sizeOf(evaluate(source));
    if (rounds == 0 || exhausted_) return true;
    if (rounds <= static_cast<std::size_t>(std::max<std::int64_t>(stepsLeft_, 0))) continue;
    stepsLeft_ = 0;
    return spend(generators.front().span);
  }
  return true;
}

} // namespace pipelang::eval
