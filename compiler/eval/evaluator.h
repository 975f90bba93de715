// Computes expressions of a checked program: total, with fuel and bounded sizes. What is late becomes an
// expression of the plan. What only a pipeline knows (jobs, services, scripts) it asks of a Host, which
// lower/ is. Read next: value.h, trail.h.
#pragma once

#include "compiler/eval/notes.h"
#include "compiler/eval/trail.h"

namespace pipelang::eval {

/// An expression and the module whose tree it is in.
struct Place {
  sema::ModuleId module;
  ast::ExprId expr;
};

/// What the evaluator cannot know by itself. Each returns an error value after it has reported.
class Host {
public:
  virtual ~Host() = default;
  /// A name whose meaning is in the pipeline or the program's tables: Job, Gate, Deployment,
  /// ServiceInstance, ServicePort, Secret, Param, native let.
  virtual Value valueOf(sema::SymbolId symbol, Span span) = 0;
  /// `object.name` of a NodeRef, NodeMap or UsesResult.
  virtual Value memberOf(const Value &object, llvm::StringRef name, Span span) = 0;
  /// `record.name` of a record of facts, a native let: that fact alone is looked at.
  virtual Value factOf(sema::SymbolId record, llvm::StringRef name, sema::TypeId type, Span span) = 0;
  /// From here on, until `leaveCondition`, what is evaluated counts only where `condition` is `holds`.
  virtual void enterCondition(plan::ExprId condition, bool holds) = 0;
  virtual void leaveCondition() = 0;
  /// `object[key]` of a NodeMap.
  virtual Value cellOf(const Value &object, const Value &key, Span span) = 0;
  /// Key and node of every cell of a NodeMap, in order.
  virtual std::vector<std::pair<Value, Value>> cellsOf(const Value &object) = 0;
  /// Until it is called with false, as often as with true, outputs may be missing: their jobs need not have
  /// succeeded, for `??` says what holds then.
  virtual void tolerateMissing(bool begin) = 0;
  /// A call of a task, service, reader, native fn, or a builtin that is not a function of its arguments.
  virtual Value call(const Place &call, sema::SymbolId callee) = 0;
  /// A script, `exec` or `uses`.
  virtual Value action(const Place &action) = 0;
};

/// How much an evaluation may do; a diagnostic names what went beyond.
struct Limits {
  std::int64_t steps = 500'000;                  ///< Expressions computed, over the whole program, and for
  std::int64_t stepsPerExpression = 50;          ///< each expression it has this many more.
  std::size_t textBytes = 1 << 20;               ///< Of one text.
  std::size_t totalBytes = std::size_t(1) << 25; ///< Of all texts made.
  std::uint32_t valueBytes = 1 << 23;            ///< Of one value, written out.
  int depth = 200;                               ///< Calls within calls.
};

class Evaluator {
public:
  Evaluator(const sema::Program &program, plan::Plan &plan, Reporter &reporter, Host &host,
            Limits limits = {});

  /// Where to write down what `--show` asks for; not owned.
  void setNotes(Notes *notes) { notes_ = notes; }

  const sema::Program &program() const { return program_; }
  plan::Plan &plan() { return plan_; }
  Reporter &reporter() { return reporter_; }

  Value evaluate(const Place &place);
  /// The value of top-level `let` `symbol`; computed once (until `forgetLets`).
  Value valueOfLet(sema::SymbolId symbol, Span use);
  /// Lets may lean on the pipeline: called where one begins.
  void forgetLets() { lets_.clear(); }

  /// Gives a parameter, local let or loop variable its value. Returns what it had.
  Value bind(sema::SymbolId symbol, Value value);
  /// The values of a comprehension's variables, one round after another. Late sources are reported.
  void forEach(sema::ModuleId module, llvm::ArrayRef<ast::Generator> generators,
               llvm::function_ref<void()> body);

  /// Arguments and defaults of `call`, one for each parameter of `callee`, in order. They are bound to the
  /// parameters until `restore`.
  struct Bound {
    std::vector<std::pair<sema::SymbolId, Value>> previous;
    std::vector<Value> values;
  };
  Bound bindArguments(const Place &call, sema::SymbolId callee);
  void restore(Bound &bound);
  /// The parameters of a fn, task, service or reader as written.
  const std::vector<ast::Parameter> *parametersOf(sema::SymbolId callee) const;

  /// `value` as a plan expression; reports what cannot be late (`what` it is for).
  std::optional<plan::ExprId> toLate(const Value &value, plan::ValueType type, Span span);
  /// A new late value with `labels`.
  Value late(plan::Expr expr, const Labels &labels, Span span);
  /// The ValueType of late values of `type`.
  plan::ValueType lateType(sema::TypeId type) const;
  sema::TypeKind kindOf(sema::TypeId type) const; ///< Without `?` and conditions.

  /// Checks `value` against a type with a condition; reports where it does not hold.
  Value checked(Value value, sema::TypeId type, Span span);
  /// The record that `environment` names, overlays done.
  Value environmentRecord(sema::SymbolId environment);
  /// A record of `type` with these fields; the rest are defaults, which may use the fields before them. Its
  /// conditions are checked.
  Value makeRecord(sema::SymbolId record, std::vector<std::pair<std::string, Value>> fields, Span span);

  const ast::Expr &exprAt(const Place &place) const {
    return program_.module(place.module).tree->expressions[place.expr];
  }
  const sema::ExprInfo &infoAt(const Place &place) const {
    return program_.module(place.module).of(place.expr);
  }
  const sema::Symbol &symbolAt(sema::SymbolId symbol) const { return program_.symbols[symbol]; }
  /// `git.commit`: module (without `std.`) and name; user declarations: the name alone.
  std::string qualifiedName(sema::SymbolId symbol) const;

private:
  friend struct Visitor;
  void noteBinding(sema::SymbolId symbol, const Value &value);
  bool isNativeLet(sema::SymbolId symbol) const;
  Value evaluateWhere(const Value &condition, bool holds, const Place &place);
  Value visit(const Place &place);
  Value name(const Place &place, sema::SymbolId symbol, Span span);
  Value member(const Place &place, const ast::MemberExpr &expr);
  Value memberOfValue(const Value &object, llvm::StringRef member, const Place &place);
  Value memberOfLate(const Value &object, llvm::StringRef member, const Place &place);
  Value index(const Place &place, const ast::IndexExpr &expr);
  Value number(const Place &place, const ast::NumberExpr &expr);
  Value text(const Place &place, const ast::StringExpr &expr);
  Value list(const Place &place, const ast::ListExpr &expr);
  Value listFor(const Place &place, const ast::ListForExpr &expr);
  Value map(const Place &place, llvm::ArrayRef<ast::MapEntry> entries);
  Value mapFor(const Place &place, const ast::MapForExpr &expr);
  void addEntry(MapData &map, const Place &place, const ast::MapEntry &entry);
  Value record(const Place &place, const ast::RecordExpr &expr);
  Value amend(const Place &place, const ast::AmendExpr &expr);
  Value amendProbe(const Place &place, const Value &base, llvm::ArrayRef<ast::Argument> fields);
  Value call(const Place &place, const ast::CallExpr &expr);
  Value callFn(const Place &place, sema::SymbolId fn);
  Value makeCase(const Place &place, sema::SymbolId one);
  bool meets(const RecordData &data, Span span);
  bool holds(sema::ModuleId module, const ast::Refinement &refinement, const Value &value,
             llvm::StringRef type, Span span);
  Value matchParts(const Place &place, const Value &subject, const Place &pattern);
  Value callBuiltin(const Place &place, llvm::StringRef builtin);
  Value unary(const Place &place, const ast::UnaryExpr &expr);
  Value binary(const Place &place, const ast::BinaryExpr &expr);
  Value logical(const Place &place, const ast::BinaryExpr &expr, const Value &left);
  Value coalesce(const Place &place, const ast::BinaryExpr &expr, const Value &left);
  Value compareLate(const Place &place, const ast::BinaryExpr &expr, const Value &left, const Value &right);
  Value concatLate(const Place &place, llvm::ArrayRef<Value> parts, const Labels &labels);
  Value is(const Place &place, const ast::IsExpr &expr);
  Value isPattern(const Place &place, const Value &subject, const Place &pattern);
  Value conditional(const Place &place, const ast::IfExpr &expr);
  Value choose(const Place &place, const Value &condition, Value thenValue, Value elseValue);
  Value match(const Place &place, const ast::MatchExpr &expr);
  Value fields(const Place &place, llvm::ArrayRef<ast::Argument> arguments,
               std::vector<std::pair<std::string, Value>> &out);
  bool round(sema::ModuleId module, llvm::ArrayRef<ast::Generator> generators,
             llvm::function_ref<void()> body);
  bool affordable(sema::ModuleId module, llvm::ArrayRef<ast::Generator> generators, const Value &first);
  bool isFixed(const Place &source, llvm::ArrayRef<ast::Generator> generators) const;
  bool isTooDeep(Span span);
  bool spend(Span span);
  bool weigh(Value &value, Span span);
  bool spendBytes(std::size_t bytes, Span span);
  Value probeBuiltin(const Place &place, llvm::StringRef builtin, llvm::ArrayRef<Value> arguments);
  Value validate(const Place &place, llvm::ArrayRef<Value> arguments);
  Value declassify(const Place &place, llvm::ArrayRef<Value> arguments);
  Value withoutLabels(Value value, Span span);
  Value containsLate(const Place &place, const Value &in, const Value &value, const Labels &labels);
  Value fileBuiltin(llvm::StringRef builtin, llvm::ArrayRef<Value> arguments, const Place &place);
  Value fold(llvm::StringRef builtin, const Value &list, const Place &place);
  Value quantifier(bool isAll, const Value &list, const Place &place);
  Value textBuiltin(llvm::StringRef builtin, llvm::ArrayRef<Value> arguments, const Place &place);

  const sema::Program &program_;
  plan::Plan &plan_;
  Reporter &reporter_;
  Host &host_;
  Notes *notes_ = nullptr;
  Limits limits_;
  std::int64_t stepsLeft_;
  std::size_t bytesMade_ = 0;
  bool exhausted_ = false;
  int depth_ = 0;
  int nesting_ = 0;              ///< Evaluations within evaluations: bounded, for they take the stack.
  bool tooDeep_ = false;         ///< Reported once.
  std::vector<Span> generators_; ///< The comprehensions being computed, outermost first.
  std::vector<Value> bindings_;  ///< Indexed by SymbolId.
  std::map<sema::SymbolId, Value> lets_;
  std::set<sema::SymbolId> letsInProgress_;
};

/// Whether `value`, or something in it, is known only when the pipeline runs, though it must be known now.
/// Then it is reported at `span`: `what` needs it, why it is late, and `wayOut`, if there is one.
bool reportLate(Reporter &reporter, const plan::Plan &plan, const Value &value, Span span,
                llvm::StringRef what, llvm::StringRef wayOut = "");
/// The first late expression in `value`; empty: all of it is known now.
std::optional<plan::ExprId> lateIn(const Value &value);
/// `left op right` of two values known now. Reports inexact division, overflow.
Value arithmetic(Reporter &reporter, ast::BinaryOp op, const Value &left, const Value &right, Span span);
/// -1, 0, 1, or empty where the kinds have no order.
std::optional<int> order(const Value &left, const Value &right);
/// `value` as data for a file. Reports what is no data (late values, secrets).
std::optional<Document> toDocument(Evaluator &evaluator, const Value &value, Span span);

} // namespace pipelang::eval
