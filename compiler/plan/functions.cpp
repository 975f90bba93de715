#include "compiler/plan/functions.h"
#include "compiler/plan/evaluate.h"
#include "compiler/plan/names.h"
#include "compiler/support/form_patterns.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Regex.h"

namespace pipelang::plan {

static llvm::Error failure(const llvm::Twine &what) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), what);
}

llvm::Expected<bool> matchesWhole(llvm::StringRef text, llvm::StringRef pattern) {
  llvm::Regex regex(("^(" + pattern + ")$").str());
  std::string why;
  if (!regex.isValid(why)) return failure("`" + pattern + "` is no regular expression: " + why);
  return regex.match(text);
}

namespace {

using Arguments = llvm::ArrayRef<Value>;

llvm::Expected<llvm::StringRef> textArgument(Arguments arguments, std::size_t index) {
  if (auto *text = std::get_if<std::string>(&arguments[index].node)) return llvm::StringRef(*text);
  return failure(llvm::Twine("argument ") + llvm::Twine(index + 1) + " must be a text, not " +
                 nameOf(arguments[index].type()));
}

/// Calls `body(text)` or `body(first text, second text)`.
template <typename Body> llvm::Expected<Value> withText(Arguments arguments, Body body) {
  llvm::Expected<llvm::StringRef> text = textArgument(arguments, 0);
  if (!text) return text.takeError();
  return Value{body(*text)};
}
template <typename Body> llvm::Expected<Value> withTexts(Arguments arguments, Body body) {
  llvm::Expected<llvm::StringRef> first = textArgument(arguments, 0);
  if (!first) return first.takeError();
  llvm::Expected<llvm::StringRef> second = textArgument(arguments, 1);
  if (!second) return second.takeError();
  return Value{body(*first, *second)};
}

llvm::Expected<Value> contains(Arguments arguments) {
  if (auto *list = std::get_if<ValueList>(&arguments[0].node))
    return Value{llvm::is_contained(*list, arguments[1])};
  return withTexts(arguments, [](llvm::StringRef text, llvm::StringRef part) { return text.contains(part); });
}
llvm::Expected<Value> startsWith(Arguments arguments) {
  return withTexts(arguments, [](llvm::StringRef text, llvm::StringRef part) {
    return text.take_front(part.size()) == part;
  });
}
llvm::Expected<Value> endsWith(Arguments arguments) {
  return withTexts(arguments, [](llvm::StringRef text, llvm::StringRef part) {
    return text.take_back(part.size()) == part;
  });
}
llvm::Expected<Value> matches(Arguments arguments) {
  llvm::Expected<llvm::StringRef> text = textArgument(arguments, 0);
  if (!text) return text.takeError();
  llvm::Expected<llvm::StringRef> pattern = textArgument(arguments, 1);
  if (!pattern) return pattern.takeError();
  llvm::Expected<bool> matched = matchesWhole(*text, *pattern);
  if (!matched) return matched.takeError();
  return Value{*matched};
}
llvm::Expected<Value> fits(Arguments arguments) {
  if (!std::holds_alternative<std::string>(arguments[0].node)) return Value{true};
  return withTexts(arguments, [](llvm::StringRef text, llvm::StringRef type) { return hasForm(text, type); });
}
llvm::Expected<Value> validateText(Arguments arguments) {
  llvm::Expected<Value> matched = matches(arguments);
  if (!matched) return matched;
  if (std::get<bool>(matched->node)) return arguments[0];
  // The text itself is left out: nobody has vouched for it, and it may be long.
  return failure("the value does not match `" + arguments[1].toText() + "`");
}
llvm::Expected<Value> coalesce(Arguments arguments) {
  auto given = [](const Value &value) {
    auto *text = std::get_if<std::string>(&value.node);
    return value.type() != ValueType::None && !(text && text->empty());
  };
  auto found = llvm::find_if(arguments, given);
  return found == arguments.end() ? arguments.back() : *found;
}
/// The first argument of which `better(argument, best so far)` holds for no other.
llvm::Expected<Value> best(Arguments arguments, CompareOp better) {
  const Value *found = &arguments[0];
  for (const Value &argument : arguments) {
    if (argument.type() == ValueType::None) return argument;
    llvm::Expected<bool> holds = compare(better, argument, *found);
    if (!holds) return holds.takeError();
    if (*holds) found = &argument;
  }
  return *found;
}
llvm::Expected<Value> least(Arguments arguments) {
  return best(arguments, CompareOp::Less);
}
llvm::Expected<Value> greatest(Arguments arguments) {
  return best(arguments, CompareOp::Greater);
}

/// The number in a quantity, or null for what cannot be added up.
std::int64_t *countOf(Value &value) {
  if (auto *number = std::get_if<std::int64_t>(&value.node)) return number;
  if (auto *duration = std::get_if<Duration>(&value.node)) return &duration->milliseconds;
  if (auto *bytes = std::get_if<Bytes>(&value.node)) return &bytes->count;
  if (auto *percent = std::get_if<Percent>(&value.node)) return &percent->millionths;
  if (auto *cpu = std::get_if<Cpu>(&value.node)) return &cpu->millis;
  return nullptr;
}
llvm::Expected<Value> sumOf(Arguments arguments) {
  Value total = arguments[0];
  for (Value argument : arguments)
    if (argument.type() == ValueType::None) return argument;
  for (Value argument : arguments.drop_front()) {
    std::int64_t *sum = countOf(total), *more = countOf(argument);
    if (!sum || !more || total.node.index() != argument.node.index())
      return failure(llvm::Twine("cannot add ") + nameOf(argument.type()) + " to " + nameOf(total.type()));
    if (llvm::AddOverflow(*sum, *more, *sum)) return failure("the sum is too large to be kept");
  }
  return total;
}
llvm::Expected<Value> asText(Arguments arguments) {
  return Value{arguments[0].toText()};
}
llvm::Expected<Value> lower(Arguments arguments) {
  return withText(arguments, [](llvm::StringRef text) { return text.lower(); });
}
llvm::Expected<Value> upper(Arguments arguments) {
  return withText(arguments, [](llvm::StringRef text) { return text.upper(); });
}
llvm::Expected<Value> trim(Arguments arguments) {
  return withText(arguments, [](llvm::StringRef text) { return text.trim().str(); });
}
llvm::Expected<Value> length(Arguments arguments) {
  if (auto *list = std::get_if<ValueList>(&arguments[0].node))
    return Value{static_cast<std::int64_t>(list->size())};
  return withText(arguments, [](llvm::StringRef text) { return static_cast<std::int64_t>(text.size()); });
}

} // namespace

llvm::ArrayRef<Function> functions() {
  static constexpr Function all[] = {
#define FUNCTION(NAME, LEAST, MOST, RESULT, BODY) {NAME, LEAST, MOST, ValueType::RESULT, BODY},
#include "compiler/plan/functions.def"
  };
  return all;
}

const Function *findFunction(llvm::StringRef name) {
  auto all = functions();
  auto found = llvm::find_if(all, [&](const Function &function) { return name == function.name; });
  return found == all.end() ? nullptr : &*found;
}

} // namespace pipelang::plan
