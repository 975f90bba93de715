// Scripts, `exec` and `uses`: holes become environment variables, written for the place they stand in.
#include "compiler/lower/code_scan.h"
#include "compiler/lower/github_words.h"
#include "compiler/lower/lowering.h"
#include "compiler/lower/script_span.h"
#include "compiler/lower/shell_scan.h"
#include "llvm/ADT/StringExtras.h"

namespace pipelang::lowering {

/// What is known of one script's text, whoever evaluates it: a task's is lowered for every call.
struct ScriptShape {
  std::vector<std::string> texts; ///< Before, between and behind the holes.
  std::vector<std::size_t> holes; ///< Which parts of the literal they are.
  std::set<std::string> words;    ///< Names that a hole's variable must not have.
  std::vector<HoleSite> shell;    ///< Of the holes: sh, bash
  std::vector<CodePlace> code;    ///< Of the holes: python, node
  bool isShell = false;
  bool broken = false; ///< Reported: some quote is never closed.
};

/// The names that a script's holes may not have: its own, and those given to others.
struct TakenNames {
  const std::set<std::string> &words;
  std::set<std::string> given;
  bool count(const std::string &name) const { return words.count(name) || given.count(name); }
};

static CodeLanguage codeLanguage(llvm::StringRef script) {
  return script == "python" ? CodeLanguage::Python : CodeLanguage::JavaScript;
}

Value Lowering::action(const Place &place) {
  const ast::Expr &expr = evaluator_.exprAt(place);
  if (std::holds_alternative<ast::UsesExpr>(expr.node)) {
    std::optional<plan::Action> made = makeAction(place, {});
    if (!made) return Value::error();
    Value result{eval::UsesResult{made->id}, {}};
    keepAction(std::move(*made));
    return result;
  }
  std::optional<plan::Action> made = makeAction(place, {});
  if (!made) return Value::error();
  return {eval::Command{std::make_shared<const plan::Action>(std::move(*made))}, {}};
}

void Lowering::addAction(const Place &place, const ast::Body &block, Span at) {
  std::optional<plan::Action> made = makeAction(place, block);
  if (!made) return;
  made->origin = origin(at);
  keepAction(std::move(*made));
}

std::optional<plan::Action> Lowering::makeAction(const Place &place, const ast::Body &block) {
  const ast::Expr &expr = evaluator_.exprAt(place);
  plan::Action action;
  action.origin = origin(expr.span);
  action.title = spelled(place);
  if (const auto *script = std::get_if<ast::ScriptExpr>(&expr.node)) {
    action.node = makeScript(place, *script, block);
    return action;
  }
  if (const auto *exec = std::get_if<ast::ExecExpr>(&expr.node)) {
    std::optional<plan::Exec> made = makeExec(place, *exec);
    if (!made) return std::nullopt;
    action.node = std::move(*made);
    return action;
  }
  const auto *uses = std::get_if<ast::UsesExpr>(&expr.node);
  if (!uses) return std::nullopt;
  std::optional<plan::Uses> made = makeUses(place, *uses);
  if (!made) return std::nullopt;
  action.id = actionId(made->action);
  action.node = std::move(*made);
  return action;
}

/// Names the processes of a script may lean on: a hole never shadows them.
static void addCommonNames(std::set<std::string> &taken) {
  for (const char *name : {"PATH", "HOME", "USER", "SHELL", "PWD", "TERM", "LANG", "TMPDIR", "IFS", "CI",
                           "PORT", "DATA", "RELEASE", "COLOR"})
    taken.insert(name);
}

/// `PIPE_GIT_COMMIT` for `git.commit`; `PIPE_1` where the expression has no name.
static std::string variableFor(const ast::Module &tree, ast::ExprId id, const TakenNames &taken) {
  std::string name;
  for (bool more = true; more;) {
    const auto &node = tree.expressions[id].node;
    more = false;
    if (const auto *plain = std::get_if<ast::NameExpr>(&node))
      name = plain->name + (name.empty() ? "" : "_") + name;
    if (const auto *call = std::get_if<ast::CallExpr>(&node); call && !call->arguments.empty()) {
      const auto *callee = std::get_if<ast::NameExpr>(&tree.expressions[call->callee].node);
      if (!callee || (callee->name != "validate" && callee->name != "declassify")) break;
      id = call->arguments.front().value;
      more = true;
    }
    if (const auto *member = std::get_if<ast::MemberExpr>(&node)) {
      name = member->member.text + (name.empty() ? "" : "_") + name;
      id = member->object;
      more = true;
    }
  }
  std::string upper = "PIPE";
  if (!name.empty()) upper += "_";
  for (char c : name)
    upper.push_back(llvm::isAlnum(c) ? llvm::toUpper(c) : '_');
  std::string result = name.empty() ? "PIPE_1" : upper;
  for (int n = 2; taken.count(result); ++n)
    result = upper + "_" + std::to_string(n);
  return result;
}

/// Splits the script's literal at its holes and finds out where they stand; once for each literal.
const ScriptShape &Lowering::shapeOf(const Place &place, const ast::ScriptExpr &script,
                                     const ast::StringExpr &text) {
  std::shared_ptr<const ScriptShape> &known = shapes_[{place.module.index(), script.text.index()}];
  if (known) return *known;
  auto shape = std::make_shared<ScriptShape>();
  shape->texts.emplace_back();
  for (std::size_t i = 0; i < text.parts.size(); ++i) {
    if (const auto *plain = std::get_if<std::string>(&text.parts[i].node)) {
      shape->texts.back() += *plain;
      continue;
    }
    shape->holes.push_back(i);
    shape->texts.emplace_back();
  }
  if (!shape->holes.empty()) {
    addCommonNames(shape->words);
    for (const std::string &piece : shape->texts)
      for (std::string &word : wordsOf(piece))
        shape->words.insert(std::move(word));
  }
  shape->isShell = script.language == "sh" || script.language == "bash";
  std::vector<ShellProblem> problems;
  if (shape->isShell) {
    ShellScan scan =
        scanShell(shape->texts, script.language == "sh" ? ShellDialect::Posix : ShellDialect::Bash);
    problems = std::move(scan.problems);
    shape->shell = std::move(scan.sites);
    if (problems.empty()) reportUnset(scan.reads, shape->texts, {place.module, script.text}, text);
  } else {
    CodeScan scan = scanCode(shape->texts, codeLanguage(script.language));
    if (scan.problem)
      problems.push_back({ShellProblem::Kind::Unclosed, scan.problem->offset, scan.problem->what});
    shape->code = std::move(scan.places);
  }
  reportProblems(problems, {place.module, script.text}, text);
  shape->broken = !problems.empty();
  known = std::move(shape);
  return *known;
}

plan::Script Lowering::makeScript(const Place &place, const ast::ScriptExpr &script, const ast::Body &block) {
  plan::Script result;
  result.language = script.language;
  const ast::Module &tree = *program_.module(place.module).tree;
  for (ast::StmtId id : block)
    if (const auto *env = std::get_if<ast::EnvStmt>(&tree.statements[id].node))
      result.env.push_back(envBinding(*env));
  const auto *text = std::get_if<ast::StringExpr>(&tree.expressions[script.text].node);
  if (!text) return result;
  const ScriptShape &shape = shapeOf(place, script, *text);
  if (shape.broken) return result;
  TakenNames taken{shape.words, {}};
  for (const plan::EnvBinding &binding : result.env)
    taken.given.insert(binding.name);
  for (std::size_t i = 0; i < shape.holes.size(); ++i) {
    const ast::StringPart &part = text->parts[shape.holes[i]];
    result.text += shape.texts[i];
    result.text +=
        fillHole({place.module, std::get<ast::ExprId>(part.node)}, part.span, result, taken, i, shape);
  }
  result.text += shape.texts.back();
  return result;
}

/// The ways to refuse a hole that come from what the place is for.
template <typename Report> static void reportPlace(Danger danger, Report report) {
  switch (danger) {
  case Danger::PipedCode:
    report(diag::HolePipedIntoCode, "give it to the program as an argument, or in its environment");
    break;
  case Danger::Descriptor: report(diag::HoleAsDescriptor, "write the number, or `> file` for a file"); break;
  case Danger::Pattern: report(diag::HoleAsPattern, "in double quotes it is compared as it is"); break;
  case Danger::Tilde:
    report(diag::HoleAfterTilde, "write the path, or look it up with `getent passwd`");
    break;
  case Danger::BraceRange: report(diag::HoleInBraceRange, "write `$(seq 1 \"…\")`"); break;
  case Danger::Split: report(diag::HoleIsSplit, "put the whole `${…}` in double quotes"); break;
  case Danger::BashOnly: report(diag::HoleBashOnly, "write `bash` instead of `sh`"); break;
  default:
    report(diag::HoleUnclear, "give it a name before: `x=…` on the script's first line, then `\"$x\"` here");
  }
}

/// Reports why a hole may not stand where it does. False: it may.
template <typename Report> static bool reportDanger(Danger danger, Report report) {
  switch (danger) {
  case Danger::None: return false;
  case Danger::CommandName:
    report(diag::HoleAsCommand, "write the program's name, or choose between scripts with `if`");
    break;
  case Danger::Code:
    report(diag::HoleAsCode, "give it to the inner script as an argument, or in its environment");
    break;
  case Danger::ExecutedHereDocument:
    report(diag::HoleInExecutedDocument, "give it to the program as an argument, or in its environment");
    break;
  case Danger::QuotedHereDocument:
    report(diag::HoleInQuotedDocument, "write the delimiter after `<<` without quotes");
    break;
  case Danger::VariableName: report(diag::HoleAsVariable, "write the variable's name"); break;
  case Danger::AfterBackslash:
  case Danger::AfterDollar: report(diag::HoleAfterDollar, "remove it: the hole itself is the value"); break;
  case Danger::Delimiter: report(diag::HoleAsDelimiter, "write a fixed word after `<<`"); break;
  case Danger::DollarQuotesInSh:
    report(diag::HoleInDollarQuotes, "use double quotes, or `bash` instead of `sh`");
    break;
  default: reportPlace(danger, report);
  }
  return true;
}

template <typename Report> static bool reportCodePlace(CodePlace place, Report report) {
  switch (place) {
  case CodePlace::Expression: return false;
  case CodePlace::String: report(diag::HoleInString, "end the string before it: `\"a\" + #{x}`"); break;
  case CodePlace::Comment: report(diag::HoleInCodeComment, "remove it"); break;
  case CodePlace::Name: report(diag::HoleInName, "a hole is a whole expression of its own"); break;
  case CodePlace::Executed:
    report(diag::HoleAsCode, "give it to the program as an argument of its own, without a shell");
    break;
  case CodePlace::Assigned: report(diag::HoleAssigned, "assign to a variable of the script"); break;
  }
  return true;
}

/// Versions, whole numbers and names of enums: texts that only we spell.
static bool isNumeral(const plan::Plan &plan, const Value &value) {
  if (const auto *late = value.as<eval::Late>()) return plan.exprs[late->expr].type == plan::ValueType::Int;
  return value.is<plan::VersionValue>() || value.is<std::int64_t>() || value.is<eval::EnumCase>();
}

/// Quotes and here-documents that are never closed.
void Lowering::reportProblems(const std::vector<ShellProblem> &problems, const Place &place,
                              const ast::StringExpr &text) {
  for (const ShellProblem &problem : problems) {
    Span at = evaluator_.exprAt(place).span;
    if (options_.sources) at = scriptSpan((*options_.sources)[at.file], text, problem.offset, at);
    switch (problem.kind) {
    case ShellProblem::Kind::Unclosed: reporter_.report(at, diag::ShellUnclosed, problem.what); break;
    case ShellProblem::Kind::UnclosedDocument:
      reporter_.report(at, diag::ShellDocumentUnclosed, problem.what)
          .note("the line holds nothing else: no blanks before it (after `<<-` only tabs), none behind it; "
                "only the indentation that all lines share is taken away, the closing quotes' too");
      break;
    case ShellProblem::Kind::TooDeep: reporter_.report(at, diag::ShellTooDeep, deepestShell); break;
    }
  }
}

/// The text that stands for a hole, after its value was bound to a variable.
std::string Lowering::fillHole(const Place &hole, Span span, plan::Script &script, TakenNames &taken,
                               std::size_t index, const ScriptShape &shape) {
  Value value = evaluator_.evaluate(hole);
  bool isShell = shape.isShell;
  HoleSite site = isShell ? shape.shell[index] : HoleSite{};
  if (isShell && site.quoting == Quoting::Comment) {
    reporter_.report(span, diag::HoleInComment);
    std::string text = spelled(hole); // a text with a line end in it would not stay in the comment
    for (char &c : text)
      c = llvm::isAlnum(c) || c == '.' ? c : '_';
    return text;
  }
  // A version in the path of a program cannot choose another program, and is no code; a text could be.
  bool numeral = isNumeral(plan_, value) && !(value.isLate() && eval::allLabels(value).untrusted);
  if (site.danger == Danger::CommandName && numeral) site.danger = Danger::None;
  auto refuse = [&](const auto &kind, const char *note) { reporter_.report(span, kind).note(note); };
  if (isShell ? reportDanger(site.danger, refuse) : reportCodePlace(shape.code[index], refuse)) return "";
  if (value.isError() || !refuseUntrusted(value, hole, span, isShell ? "a shell script" : "a script"))
    return "";
  if (!value.isLate() && !eval::toText(program_, value)) return ""; // the checker has reported it
  std::optional<plan::ExprId> id = evaluator_.toLate(value, plan::ValueType::String, span);
  if (!id) return "";
  bool isNumber = plan_.exprs[*id].type == plan::ValueType::Int && (!value.isLate() || numeral);
  if (site.numberOnly && !isNumber) {
    refuse(diag::HoleInArithmetic, "only an `int` may stand here, and none that somebody outside may choose");
    return "";
  }
  std::string name;
  for (const plan::EnvBinding &binding : script.env) {
    const plan::Expr &bound = plan_.exprs[binding.value], &wanted = plan_.exprs[*id];
    const auto *a = std::get_if<plan::Literal>(&bound.node), *b = std::get_if<plan::Literal>(&wanted.node);
    bool same = binding.value == *id ||
                (a && b && a->value == b->value && llvm::StringRef(binding.name).startswith("PIPE_"));
    if (same) name = binding.name;
  }
  if (name.empty()) {
    name = variableFor(*program_.module(hole.module).tree, hole.expr, taken);
    taken.given.insert(name);
    script.env.push_back({name, *id});
  }
  if (isShell) return quotedVariable(site, name);
  plan::ValueType type = plan_.exprs[*id].type;
  return codeVariable(codeLanguage(script.language), name,
                      type == plan::ValueType::Int    ? CodeType::Integer
                      : type == plan::ValueType::Bool ? CodeType::Truth
                                                      : CodeType::Text);
}

std::optional<plan::Exec> Lowering::makeExec(const Place &place, const ast::ExecExpr &exec) {
  Place list{place.module, exec.arguments};
  Value arguments = evaluator_.evaluate(list);
  const auto *elements = arguments.as<eval::List>();
  Span span = evaluator_.exprAt(list).span;
  if (!elements) {
    refuseLate(arguments, span, "exec", "choose between two `exec`, each with a `when` of its own");
    return std::nullopt;
  }
  if (elements->elements->empty()) {
    reporter_.report(span, diag::EmptyExec);
    return std::nullopt;
  }
  plan::Exec result;
  for (const Value &argument : *elements->elements) {
    if (!refuseSecret(argument, span, "an argument vector, which every process can read"))
      return std::nullopt;
    bool isProgram = result.arguments.empty();
    if (isProgram && !refuseUntrusted(argument, list, span, "the name of a program")) return std::nullopt;
    noteUntrusted(argument);
    std::optional<plan::ExprId> id = evaluator_.toLate(argument, plan::ValueType::String, span);
    if (!id) return std::nullopt;
    result.arguments.push_back(*id);
  }
  return result;
}

/// An id that is unique in the job: `docker_build_push_action`, then `…_2`.
std::string Lowering::actionId(llvm::StringRef action) {
  std::string id;
  for (char c : action.rsplit('/').second)
    id.push_back(llvm::isAlnum(c) ? llvm::toLower(c) : '_');
  if (id.empty()) id = "action";
  int count = ++context_.actionIds[id];
  return count == 1 ? id : id + "_" + std::to_string(count);
}

std::optional<plan::Uses> Lowering::makeUses(const Place &place, const ast::UsesExpr &uses) {
  Place name{place.module, uses.action};
  Value action = evaluator_.evaluate(name);
  Span span = evaluator_.exprAt(name).span;
  if (!refuseUntrusted(action, name, span, "the name of an action")) return std::nullopt;
  refuseLate(action, span, "uses", "an action is pinned in pipe.lock by its name");
  if (!action.is<eval::Text>()) return std::nullopt;
  plan::Uses result;
  result.action = action.text();
  auto pin = llvm::find_if(options_.lock, [&](const LockEntry &entry) {
    return entry.name == result.action || llvm::StringRef(result.action).startswith(entry.name + "/");
  });
  if (pin != options_.lock.end()) {
    result.digest = pin->digest;
    result.version = pin->version;
  } else if (missingPins_.insert(result.action).second) {
    reporter_.report(span, diag::MissingPin, result.action)
        .note("add it to \"actions\" in pipe.lock: \"" + result.action.substr(0, result.action.find('@')) +
              "\": {\"version\": \"v1.2.3\", \"digest\": \"the 40 digits of that version's commit\"}");
  }
  for (const ast::Argument &input : uses.inputs) {
    Place valuePlace{place.module, input.value};
    Value value = evaluator_.evaluate(valuePlace);
    if (value.is<plan::NoneValue>() || value.isError() || !input.name) continue;
    std::string inputName = input.name->text;
    std::replace(inputName.begin(), inputName.end(), '_', '-');
    const char *seen = seenInput(result.action, inputName);
    if (!refuseUntrusted(value, valuePlace, input.span, seen ? seen : "an action's input")) continue;
    if (seen && !refuseSecret(value, input.span, seen)) continue;
    if (isCredential(inputName) && value.is<eval::Text>() && !value.text().empty())
      reporter_.report(input.span, diag::WrittenCredential, inputName)
          .note("everybody who reads the source knows it: declare a `secret`, and give that");
    std::optional<plan::ExprId> id = evaluator_.toLate(value, plan::ValueType::String, input.span);
    if (id) result.inputs.push_back({std::move(inputName), *id});
  }
  return result;
}

} // namespace pipelang::lowering
