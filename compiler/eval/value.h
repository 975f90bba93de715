// What expressions come to at compile time. A value is known now, or late: then it is an expression of the
// plan. Labels say who may see it and who may have chosen it. Read next: evaluator.h.
#pragma once

#include "compiler/plan/plan.h"
#include "compiler/sema/program.h"
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace pipelang::eval {

/// Follow a value through everything that is computed from it.
struct Labels {
  bool untrusted = false;              ///< Somebody outside may have chosen it.
  Span untrustedAt;                    ///< Where that came in.
  std::vector<plan::SecretId> secrets; ///< Ascending. Empty: not secret.
  Span secretAt;                       ///< Where the first came in.

  bool secret() const { return !secrets.empty(); }
  bool any() const { return untrusted || secret(); }
  void join(const Labels &other);
};

struct Value;
using Values = std::vector<Value>;
struct RecordData;
struct MapData;

/// Already reported; agrees with everything.
struct ErrorValue {};
struct Text {
  std::shared_ptr<const std::string> text;
};
struct List {
  std::shared_ptr<const Values> elements;
};
struct Map {
  std::shared_ptr<const MapData> data;
};
struct Record {
  std::shared_ptr<const RecordData> data;
};
struct EnumCase {
  sema::SymbolId symbol;
};
struct OutcomeCase {
  plan::Outcome outcome;
};
/// A value of a union: which case, and what it holds, in the order declared.
struct Case {
  sema::SymbolId symbol; ///< The UnionCase.
  std::shared_ptr<const Values> fields;
};
/// Known when the pipeline runs.
struct Late {
  plan::ExprId expr;
};
/// A fn by name.
struct Function {
  sema::SymbolId symbol;
};
struct NodeRef {
  sema::SymbolId symbol;
  plan::NodeId node;
};
/// A job with a comprehension.
struct NodeMap {
  sema::SymbolId symbol;
};
/// What a `uses` gives: its members are late texts.
struct UsesResult {
  std::string action; ///< Its id in the job.
};
struct Command {
  std::shared_ptr<const plan::Action> action;
};
struct Probe {
  std::shared_ptr<const plan::Probe> probe;
};
struct Files {
  std::shared_ptr<const std::vector<std::string>> paths;
};
/// The content of a file of the job: an output.
struct TextFile {
  std::string path;
};
/// A report of the job: an output.
struct Report {
  std::string reader; ///< As in readers.def: `cobertura`.
  std::string path;
};
struct DocumentValue {
  plan::EmitFile::Format format;
  std::shared_ptr<const Document> document;
};
/// `nothing` of a reaction, and what a task without a result gives.
struct Nothing {};

struct Value {
  std::variant<ErrorValue, plan::NoneValue, bool, std::int64_t, Text, Duration, Bytes, Percent, Cpu, Rate,
               plan::VersionValue, List, Map, Record, EnumCase, OutcomeCase, Case, Late, Function, NodeRef,
               NodeMap, UsesResult, Command, Probe, Files, TextFile, Report, DocumentValue, Nothing>
      node;
  Labels labels;
  std::uint32_t weight = 0; ///< Of a list, map or record, once the evaluator has seen it: see weightOf.

  template <typename T> const T *as() const { return std::get_if<T>(&node); }
  template <typename T> bool is() const { return std::holds_alternative<T>(node); }
  bool isError() const { return is<ErrorValue>(); }
  bool isLate() const { return is<Late>(); }
  /// The text of a Text value; empty for others.
  const std::string &text() const;

  static Value error() { return {ErrorValue{}, {}}; }
  static Value ofText(std::string text) {
    return {Text{std::make_shared<const std::string>(std::move(text))}, {}};
  }
  static Value ofList(Values elements) {
    return {List{std::make_shared<const Values>(std::move(elements))}, {}};
  }
};

/// Fields in the order of the declaration; an environment's record too.
struct RecordData {
  sema::SymbolId record;
  sema::SymbolId environment = {}; ///< The one this is, as it was declared; an amended copy is none.
  std::vector<std::pair<std::string, Value>> fields;
  const Value *find(llvm::StringRef name) const;
};
/// Entries in the order written; keys are unique.
struct MapData {
  std::vector<std::pair<Value, Value>> entries;
};

/// Bytes that `value` takes at least when it is written out. Values share their parts, so a small program can
/// make one that has more parts than any memory.
std::uint64_t weightOf(const Value &value);
/// The labels of `value` and of everything in it.
Labels allLabels(const Value &value);
/// Equal data; labels do not count. Late values are equal if they are the same expression.
bool equal(const Value &left, const Value &right);
/// As `#{}` writes it, for values that are known now and have a text; else empty.
std::optional<std::string> toText(const sema::Program &program, const Value &value);
/// For the Plan: scalars, enum values (their names) and lists of them; else empty.
std::optional<plan::Value> toPlan(const sema::Program &program, const Value &value);

} // namespace pipelang::eval
