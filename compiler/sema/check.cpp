// The phase: load, declare, check; imported modules first.
#include "compiler/sema/checker.h"

namespace pipelang::sema {

Program check(std::unique_ptr<ast::Module> root, const ModuleLoader &loader, Diagnostics &diagnostics) {
  Program program;
  Checker(program, loader, diagnostics).run(std::move(root));
  return program;
}

void Checker::run(std::unique_ptr<ast::Module> root) {
  error(); // type 0, so that a default id is harmless
  declareBuiltins();
  load(std::move(root));
  incompleteModules_.resize(program_.modules.size());
  for (std::uint32_t i = 0; i < program_.modules.size(); ++i)
    declareModule(i);
  if (prelude_.valid()) {
    const auto &scope = program_.module(prelude_).scope;
    if (auto found = scope.find("Environment"); found != scope.end())
      program_.environmentRecord = found->second;
  }
  for (ModuleId module : order_)
    checkModule(module.index());
}

Suggestion suggest(llvm::StringRef name, const std::vector<std::string> &candidates) {
  const std::string near = nearestName(name, candidates);
  if (near.empty()) return {};
  return {near, "; did you mean `" + near + "`?"};
}

void offer(Diagnostics::Builder builder, Span span, const Suggestion &suggestion) {
  if (!suggestion.name.empty()) builder.fix(span, suggestion.name, "change it to `" + suggestion.name + "`");
}

void offerOf(const std::vector<std::string> &names, Diagnostics::Builder builder, Span span,
             const Suggestion &suggestion) {
  constexpr std::size_t most = 20;
  offer(builder, span, suggestion);
  if (suggestion.name.empty() && !names.empty() && names.size() <= most)
    builder.note("it has " + listed(names));
}

std::string listed(const std::vector<std::string> &names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i) text += i + 1 == names.size() ? " and " : ", ";
    text += "`" + names[i] + "`";
  }
  return text;
}

} // namespace pipelang::sema
