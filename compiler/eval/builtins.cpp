// Functions of the language itself (sema/builtins.def) that are functions of their arguments.
#include "compiler/eval/evaluator.h"
#include "compiler/eval/pattern.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Regex.h"
#include <algorithm>

namespace pipelang::eval {

namespace {
Labels joined(llvm::ArrayRef<Value> arguments) {
  Labels labels;
  for (const Value &argument : arguments)
    labels.join(allLabels(argument));
  return labels;
}

bool anyLate(llvm::ArrayRef<Value> values) {
  return llvm::any_of(values, [](const Value &value) {
    if (const List *list = value.as<List>()) return anyLate(*list->elements);
    return value.isLate();
  });
}

bool isFile(llvm::StringRef name) {
  return llvm::StringSwitch<bool>(name).Cases("yaml", "json", "toml", "ini", "text", true).Default(false);
}

/// Functions the plan has too (plan/functions.def), so that late arguments may come.
bool isLateFunction(llvm::StringRef name) {
  return llvm::StringSwitch<bool>(name).Cases("contains", "starts_with", "ends_with", true).Default(false);
}

std::string mapText(llvm::StringRef text, char (*change)(char)) {
  std::string result = text.str();
  for (char &c : result)
    c = change(c);
  return result;
}

std::string replaced(llvm::StringRef text, llvm::StringRef part, llvm::StringRef by) {
  std::string result;
  for (std::size_t at = text.find(part); !part.empty() && at != llvm::StringRef::npos; at = text.find(part)) {
    result += text.take_front(at);
    result += by;
    text = text.drop_front(at + part.size());
  }
  return result + text.str();
}

Values splitText(llvm::StringRef text, llvm::StringRef separator) {
  llvm::SmallVector<llvm::StringRef, 8> parts;
  if (separator.empty())
    parts.push_back(text);
  else
    text.split(parts, separator);
  Values values;
  for (llvm::StringRef part : parts)
    values.push_back(Value::ofText(part.str()));
  return values;
}

std::optional<std::int64_t> sizeOf(const Value &value) {
  if (value.is<Text>()) return static_cast<std::int64_t>(value.text().size());
  if (const List *list = value.as<List>()) return static_cast<std::int64_t>(list->elements->size());
  if (const Map *map = value.as<Map>()) return static_cast<std::int64_t>(map->data->entries.size());
  return std::nullopt;
}

bool containsValue(const Value &in, const Value &value) {
  if (in.is<Text>() && value.is<Text>()) return llvm::StringRef(in.text()).contains(value.text());
  if (const List *list = in.as<List>())
    return llvm::any_of(*list->elements, [&](const Value &element) { return equal(element, value); });
  if (const Map *map = in.as<Map>())
    return llvm::any_of(map->data->entries, [&](const auto &entry) { return equal(entry.first, value); });
  return false;
}
/// Whether there are the arguments that `builtin` computes with.
bool fits(llvm::StringRef builtin, llvm::ArrayRef<Value> arguments) {
  std::size_t least = llvm::StringSwitch<std::size_t>(builtin)
                          .Case("replace", 3)
                          .Cases("contains", "starts_with", "ends_with", "join", "split", 2)
                          .Default(1);
  if (arguments.size() < least) return false;
  if (anyLate(arguments)) return true;
  if (builtin == "join" || builtin == "sorted") return arguments[0].is<List>();
  if (builtin == "keys" || builtin == "values") return arguments[0].is<Map>();
  if (builtin == "range") return arguments[0].is<std::int64_t>();
  return true;
}
} // namespace

Value Evaluator::callBuiltin(const Place &place, llvm::StringRef builtin) {
  if (builtin == "native" || builtin == "artifact" || builtin == "read" || builtin == "emitted" ||
      builtin == "snapshot")
    return host_.call(place, infoAt(place).symbol);
  if (builtin == "nothing") return {Nothing{}, {}};
  Values arguments;
  for (ast::ExprId id : infoAt(place).arguments)
    arguments.push_back(id.valid() ? evaluate({place.module, id}) : Value{plan::NoneValue{}, {}});
  if (llvm::any_of(arguments, [](const Value &value) { return value.isError(); })) return Value::error();
  Span span = exprAt(place).span;
  if (builtin == "http" || builtin == "tcp") return probeBuiltin(place, builtin, arguments);
  if (builtin == "validate") return validate(place, arguments);
  if (arguments.empty()) return Value::error();
  if (builtin == "declassify") return declassify(place, arguments);
  if (isFile(builtin) || builtin == "files" || builtin == "text_file")
    return fileBuiltin(builtin, arguments, place);
  if (!fits(builtin, arguments)) return Value::error(); // the checker has reported it
  if (builtin == "all" || builtin == "any") return quantifier(builtin == "all", arguments[0], place);
  if (builtin == "min" || builtin == "max" || builtin == "sum") return fold(builtin, arguments[0], place);
  Labels labels = joined(arguments);
  if (anyLate(arguments)) {
    if (builtin == "join" && arguments[0].is<List>() && arguments[1].is<Text>()) {
      Values parts;
      for (const Value &part : *arguments[0].as<List>()->elements) {
        if (!parts.empty()) parts.push_back(arguments[1]);
        parts.push_back(part);
      }
      return concatLate(place, parts, labels);
    }
    if (builtin == "contains" && (arguments[0].is<List>() || arguments[0].is<Map>()))
      return containsLate(place, arguments[0], arguments[1], labels);
    if (isLateFunction(builtin) && arguments.size() == 2) {
      plan::Apply apply{builtin.str(), {}};
      for (const Value &argument : arguments) {
        std::optional<plan::ExprId> id = toLate(argument, plan::ValueType::String, span);
        if (!id) return Value::error();
        apply.arguments.push_back(*id);
      }
      plan::Expr expr;
      expr.type = plan::ValueType::Bool;
      expr.node = std::move(apply);
      return late(std::move(expr), labels, span);
    }
    for (const Value &argument : arguments)
      if (reportLate(reporter_, plan_, argument, span, builtin,
                     "compute it in a step, where the value is known"))
        break;
    return Value::error();
  }
  Value result = textBuiltin(builtin, arguments, place);
  result.labels.join(labels);
  return result;
}

Value Evaluator::textBuiltin(llvm::StringRef builtin, llvm::ArrayRef<Value> arguments, const Place &place) {
  Span span = exprAt(place).span;
  auto textAt = [&](std::size_t i) {
    return i < arguments.size() && arguments[i].is<Text>() ? llvm::StringRef(arguments[i].text())
                                                           : llvm::StringRef();
  };
  auto bounded = [&](std::string text) {
    return spendBytes(text.size(), span) ? Value::ofText(std::move(text)) : Value::error();
  };
  if (builtin == "contains") return {containsValue(arguments[0], arguments[1]), {}};
  if (builtin == "starts_with") return {textAt(0).startswith(textAt(1)), {}};
  if (builtin == "ends_with") return {textAt(0).endswith(textAt(1)), {}};
  if (builtin == "len") {
    std::optional<std::int64_t> size = sizeOf(arguments[0]);
    return size ? Value{*size, {}} : Value::error();
  }
  if (builtin == "split") return Value::ofList(splitText(textAt(0), textAt(1)));
  if (builtin == "replace") {
    std::size_t worst = textAt(0).size() + textAt(0).count(textAt(1)) * textAt(2).size();
    return spendBytes(worst, span) ? Value::ofText(replaced(textAt(0), textAt(1), textAt(2)))
                                   : Value::error();
  }
  if (builtin == "trim") return bounded(textAt(0).trim(" \t\r\n").str());
  if (builtin == "lower") return bounded(mapText(textAt(0), [](char c) { return llvm::toLower(c); }));
  if (builtin == "upper") return bounded(mapText(textAt(0), [](char c) { return llvm::toUpper(c); }));
  if (builtin == "join") {
    std::string result;
    for (const Value &part : *arguments[0].as<List>()->elements)
      result += (&part == arguments[0].as<List>()->elements->data() ? "" : textAt(1).str()) +
                toText(program_, part).value_or("");
    return bounded(std::move(result));
  }
  if (builtin == "sorted") {
    Values sorted = *arguments[0].as<List>()->elements;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const Value &a, const Value &b) { return order(a, b).value_or(0) < 0; });
    return Value::ofList(std::move(sorted));
  }
  if (builtin == "keys" || builtin == "values") {
    Values all;
    for (const auto &[key, value] : arguments[0].as<Map>()->data->entries)
      all.push_back(builtin == "keys" ? key : value);
    return Value::ofList(std::move(all));
  }
  if (builtin == "range") {
    std::int64_t count = *arguments[0].as<std::int64_t>();
    if (count < 0) {
      reporter_.report(span, diag::LessThanNothing, std::to_string(count) + " numbers");
      return Value::error();
    }
    stepsLeft_ = count < stepsLeft_ ? stepsLeft_ - count : 0;
    if (!spend(span)) return Value::error();
    Values numbers;
    for (std::int64_t i = 0; i < count; ++i)
      numbers.push_back({i, {}});
    return Value::ofList(std::move(numbers));
  }
  return Value::error();
}

Value Evaluator::probeBuiltin(const Place &place, llvm::StringRef builtin, llvm::ArrayRef<Value> arguments) {
  plan::Probe probe;
  if (builtin == "http") {
    probe.kind = plan::Probe::Kind::Http;
    if (arguments.empty() || !arguments[0].is<Text>()) {
      if (!arguments.empty())
        reportLate(reporter_, plan_, arguments[0], exprAt(place).span, builtin,
                   "a probe asks for a path that is written into the target's file");
      return Value::error();
    }
    probe.path = arguments[0].text();
    if (!llvm::StringRef(probe.path).startswith("/"))
      reporter_.report(exprAt({place.module, infoAt(place).arguments[0]}).span, diag::ProbePath, probe.path);
  }
  return {Probe{std::make_shared<const plan::Probe>(std::move(probe))}, {}};
}

/// `validate(value, pattern)`: now it is checked here, late the run checks it.
Value Evaluator::validate(const Place &place, llvm::ArrayRef<Value> arguments) {
  Span span = exprAt(place).span;
  if (arguments.size() != 2 || !arguments[1].is<Text>()) {
    if (arguments.size() == 2)
      reportLate(reporter_, plan_, arguments[1], span, "validate",
                 "a pattern that somebody else chooses would let everything through");
    return Value::error();
  }
  Span patternSpan = exprAt({place.module, infoAt(place).arguments[1]}).span;
  if (std::optional<PatternProblem> problem = patternProblem(arguments[1].text())) {
    if (problem->wide)
      reporter_.report(patternSpan, diag::WidePattern, problem->what)
          .note("say which characters may stand there: `[A-Za-z0-9 ._-]+`");
    else
      reporter_.report(patternSpan, diag::CostlyPattern, problem->what);
    return Value::error();
  }
  llvm::Regex regex("^(" + arguments[1].text() + ")$");
  std::string error;
  if (!regex.isValid(error)) {
    reporter_.report(patternSpan, diag::BadPattern, error);
    return Value::error();
  }
  Value result = arguments[0];
  result.labels.untrusted = false;
  if (result.is<Text>()) {
    if (regex.match(result.text())) return result;
    reporter_.report(span, diag::NotValid, result.text(), arguments[1].text());
    return Value::error();
  }
  if (!result.isLate()) return Value::error(); // the checker has reported it
  std::optional<plan::ExprId> pattern = toLate(arguments[1], plan::ValueType::String, span);
  plan::Expr expr;
  expr.node = plan::Apply{"validate", {result.as<Late>()->expr, *pattern}};
  return late(std::move(expr), result.labels, span);
}

/// `declassify(value, reason = "…")`: the value without its labels, all the way down.
Value Evaluator::declassify(const Place &place, llvm::ArrayRef<Value> arguments) {
  Span span = exprAt(place).span;
  if (arguments.size() != 2) return Value::error(); // the checker has reported it
  auto spanOf = [&](std::size_t argument) {         // of a call the checker has refused, the whole
    const auto &known = infoAt(place).arguments;
    bool stands = argument < known.size() && known[argument].valid();
    return stands ? exprAt({place.module, known[argument]}).span : span;
  };
  Span reasonSpan = spanOf(1);
  if (!arguments[1].is<Text>()) {
    reportLate(reporter_, plan_, arguments[1], reasonSpan, "declassify");
    return Value::error();
  }
  if (llvm::StringRef(arguments[1].text()).trim().empty()) {
    reporter_.report(reasonSpan, diag::NoReason).note("who reads this in a year: why is it safe?");
    return Value::error();
  }
  if (notes_) {
    Span what = spanOf(0);
    notes_->declassified.push_back({span, what, allLabels(arguments[0]), arguments[1].text()});
  }
  return withoutLabels(arguments[0], span);
}

Value Evaluator::withoutLabels(Value value, Span span) {
  if (!allLabels(value).any()) return value;
  value.labels = {};
  if (const Late *known = value.as<Late>()) return late(plan::Expr(plan_.exprs[known->expr]), {}, span);
  if (const List *list = value.as<List>()) {
    Values elements;
    for (const Value &element : *list->elements)
      elements.push_back(withoutLabels(element, span));
    return Value::ofList(std::move(elements));
  }
  if (const Map *map = value.as<Map>()) {
    auto data = std::make_shared<MapData>();
    for (const auto &[key, element] : map->data->entries)
      data->entries.emplace_back(withoutLabels(key, span), withoutLabels(element, span));
    return {Map{std::move(data)}, {}};
  }
  if (const Record *record = value.as<Record>()) {
    auto data = std::make_shared<RecordData>(*record->data);
    for (auto &[name, field] : data->fields)
      field = withoutLabels(std::move(field), span);
    return {Record{std::move(data)}, {}};
  }
  return value;
}

Value Evaluator::fileBuiltin(llvm::StringRef builtin, llvm::ArrayRef<Value> arguments, const Place &place) {
  Span span = exprAt(place).span;
  if (isFile(builtin)) {
    std::optional<Document> document = toDocument(*this, arguments[0], span);
    if (!document) return Value::error();
    auto format = llvm::StringSwitch<plan::EmitFile::Format>(builtin)
                      .Case("yaml", plan::EmitFile::Format::Yaml)
                      .Case("json", plan::EmitFile::Format::Json)
                      .Case("toml", plan::EmitFile::Format::Toml)
                      .Case("ini", plan::EmitFile::Format::Ini)
                      .Default(plan::EmitFile::Format::Text);
    return {DocumentValue{format, std::make_shared<const Document>(std::move(*document))}, {}};
  }
  auto paths = std::make_shared<std::vector<std::string>>();
  auto add = [&](const Value &value) {
    if (value.is<Text>())
      paths->push_back(value.text());
    else
      reportLate(reporter_, plan_, value, span, builtin,
                 "write the files to a place whose name is known, and keep that");
  };
  for (const Value &argument : arguments) {
    if (const List *list = argument.as<List>())
      for (const Value &element : *list->elements)
        add(element);
    else
      add(argument);
  }
  if (paths->empty()) return Value::error(); // reported
  Labels labels = joined(arguments);
  if (builtin == "text_file") return {TextFile{paths->front()}, labels};
  return {Files{paths}, labels};
}

} // namespace pipelang::eval
