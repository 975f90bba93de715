// The checker's working state, shared by the files of this room and by nobody else. What is used is
// defined first: naming a let, a function or an output checks its definition on the spot (`define`), which
// is how types of forward references are known and circles are found. Read next: definitions.cpp,
// expressions.cpp, bodies.cpp.
#pragma once

#include "compiler/sema/agreement.h"
#include "compiler/sema/patterns.h"
#include "compiler/sema/settings.h"
#include "compiler/sema/signature.h"
#include <algorithm>
#include <set>

namespace pipelang::sema {

/// The names of one block. What it does not have is looked for in `parent`, then in the module.
struct Frame {
  std::map<std::string, SymbolId> names;
  const Frame *parent = nullptr;
  bool incomplete = false; ///< Part of the block could not be read: a missing name may be declared there.
};

/// Where the checker is.
struct Place {
  std::uint32_t module = 0;
  Frame *frame = nullptr;
  BodyKind body = BodyKind::Module;
  bool steps = false;   ///< Tasks may be called: what they do becomes steps.
  bool service = false; ///< A service may be called: the value of `service x = …`.
  TypeId result;        ///< What `return` must give; invalid: nothing.
  std::string owner;    ///< Name of the job, task or deployment, for messages.
};

/// What a name may be used as.
enum class Use { Value, Qualifier, Callee };

/// One parameter as calls see it. An invalid type: decided by the caller.
struct ParameterView {
  std::string name;
  bool hasDefault = false;
  bool repeated = false;
};

/// The nearest name, and the end of the message that offers it.
struct Suggestion {
  std::string name;
  std::string text; ///< `; did you mean `x`?`, or empty
};
Suggestion suggest(llvm::StringRef name, const std::vector<std::string> &candidates);
/// Adds the fix of `suggestion`, if there is one.
void offer(Diagnostics::Builder builder, Span span, const Suggestion &suggestion);
/// As above; where none is near, a note lists `names`, if they are few.
void offerOf(const std::vector<std::string> &names, Diagnostics::Builder builder, Span span,
             const Suggestion &suggestion);
/// `` `a`, `b` and `c` ``
std::string listed(const std::vector<std::string> &names);

/// Names given so far in a body, and where.
using Seen = std::map<std::string, Span>;

/// The arms of a match that have been read.
struct MatchSoFar {
  std::vector<PatternRow> rows;
  Seen names;           ///< What their patterns begin with.
  bool unknown = false; ///< One was wrong: what is missing cannot be told.
};

/// What type parameters stand for, as far as it is known.
using Bound = std::map<SymbolId, TypeId>;

/// Why a value must have its type: where that was declared. For the second place of a message.
struct Reason {
  ast::ExprId expr;
  SymbolId declared;
};

class Checker {
public:
  Checker(Program &program, const ModuleLoader &loader, Diagnostics &diagnostics)
      : program_(program), loader_(loader), diagnostics_(diagnostics), types_(program) {}
  void run(std::unique_ptr<ast::Module> root);

private:
  // modules.cpp
  void load(std::unique_ptr<ast::Module> root);
  ModuleId addModule(std::string name, std::unique_ptr<ast::Module> tree, bool isLibrary);
  void loadImports(ModuleId id);
  ModuleId loadOne(ModuleId importer, const ast::ImportDecl &import, Span span);
  void reportImportCycle(ModuleId again, Span span);

  // declare.cpp
  SymbolId addSymbol(Symbol symbol);
  void declareBuiltins();
  void declareModule(std::uint32_t module);
  void declareTop(std::uint32_t module, std::uint32_t declaration);
  void declareImport(std::uint32_t module, std::uint32_t declaration);
  void declareMembers(SymbolId id);
  SymbolId declareMember(SymbolKind kind, const ast::Name &name, SymbolId owner);
  void declareUnion(SymbolId id, const ast::UnionDecl &decl);
  void declareNodes(SymbolId pipeline, const ast::Body &body);
  void declareNode(SymbolId pipeline, ast::StmtId statement);
  void declareOutputs(SymbolId job, const ast::Body &body);
  /// Binds `name` in the current frame; a second declaration is a diagnostic.
  void bind(SymbolId symbol);
  SymbolId declareLocal(SymbolKind kind, const ast::Name &name, TypeId type, ast::StmtId statement = {});

  // resolve.cpp
  TypeId resolve(ast::TypeId id);
  TypeId resolveNamed(const ast::NamedType &named, Span span);
  TypeId resolveIn(const ast::NamedType &named, SymbolId module);
  TypeId typeNamed(SymbolId symbol, const std::string &name, const ast::NamedType &written, Span span);
  bool checkTypeCount(const std::string &name, std::size_t wanted, const ast::NamedType &written, Span span);
  TypeId aliasType(SymbolId alias, Span use);
  void checkRefinements(std::uint32_t module);

  // definitions.cpp
  void checkModule(std::uint32_t module);
  /// The type of what `symbol` names, defining it first.
  TypeId typeOf(SymbolId symbol, Span use);
  bool define(SymbolId symbol, Span use);
  void defineNow(SymbolId symbol);
  void reportCircle(SymbolId symbol, Span use);
  void checkLet(SymbolId symbol, const ast::LetDecl &let);
  void checkFn(SymbolId symbol, const ast::FnDecl &fn);
  void checkTask(SymbolId symbol, const ast::TaskDecl &task);
  void checkService(SymbolId symbol, const ast::ServiceDecl &service);
  void checkEnvironment(SymbolId symbol, const ast::EnvironmentDecl &environment);
  void checkEnvironmentFields(SymbolId symbol, const ast::EnvironmentDecl &environment, SymbolId record);
  void checkParameters(SymbolId owner, const std::vector<ast::Parameter> &parameters);
  void checkDeclaration(std::uint32_t module, std::uint32_t declaration);
  void checkSecret(const ast::SecretDecl &secret);
  void checkEmit(const ast::Decl &decl, const ast::EmitDecl &emit);
  void checkEmitted(ast::ExprId what, const std::string &target);
  static std::string emitNeeds(const std::string &target);
  void checkFields(SymbolId symbol, const ast::RecordDecl &record);
  void checkUnion(SymbolId symbol, const ast::UnionDecl &declared);
  void checkMessage(const ast::Refinement &refinement);
  void checkParam(SymbolId symbol, const ast::ParamDecl &param);
  SymbolId environmentNamed(const ast::Name &name);
  bool refuseNative(bool native, const ast::Name &name, const char *what = "`native`");

  // expressions.cpp, literals.cpp, choices.cpp, operators.cpp
  /// Checks an expression once. `expected` flows into literals; invalid: nothing is known; Error: the
  /// reason it is not known has been reported.
  TypeId check(ast::ExprId id, TypeId expected = {}, Use use = Use::Value);
  TypeId checkNode(ast::ExprId id, TypeId expected, Use use);
  TypeId adapt(ast::ExprId id, TypeId found, TypeId expected);
  Agreement fits(TypeId found, TypeId expected);
  TypeId literalKeepsOptional(TypeId expected);
  void checkArguments(ast::ExprId id);
  void checkAll(const std::vector<ast::Argument> &arguments);
  TypeId checkNumber(const ast::Expr &expr, const ast::NumberExpr &number, TypeId expected);
  TypeId checkBareNumber(const ast::Expr &expr, const ast::NumberExpr &number, TypeId expected);
  TypeId checkString(const ast::Expr &expr, const ast::StringExpr &string, TypeId expected);
  TypeId checkList(const ast::ListExpr &list, TypeId expected);
  TypeId checkListFor(const ast::ListForExpr &list, TypeId expected);
  TypeId checkMap(const ast::MapExpr &map, TypeId expected, Span span);
  TypeId checkMapFor(const ast::MapForExpr &map, TypeId expected);
  TypeId checkElement(ast::ExprId element, TypeId soFar);
  void checkGeneratorIn(Frame &frame, const ast::Generator &generator);
  void noteKey(ast::ExprId key, std::map<std::string, Span> &seen);
  std::vector<SymbolId> checkGenerator(const ast::Generator &generator);
  TypeId checkIf(const ast::IfExpr &choice, TypeId expected);
  TypeId checkMatch(const ast::Expr &expr, const ast::MatchExpr &match, TypeId expected);

  // patterns.cpp
  void checkArm(const ast::MatchArm &arm, TypeId subject, MatchSoFar &soFar);
  void reportMissing(Span span, TypeId subject, const MatchSoFar &soFar);
  std::string topName(ast::ExprId pattern);
  void defineQuietly(SymbolId symbol);
  std::vector<Constructor> constructorsOf(TypeId type);
  std::vector<TypeId> caseFields(SymbolId one, TypeId subject);
  std::optional<MatchPattern> readPattern(ast::ExprId pattern, TypeId subject, bool mayBind);
  std::optional<MatchPattern> readPart(ast::ExprId pattern, TypeId subject, bool inside, bool &binds);
  std::optional<MatchPattern> readValue(ast::ExprId pattern, TypeId subject, bool inside);
  std::optional<MatchPattern> readCase(ast::ExprId pattern, TypeId subject, bool &binds);
  std::optional<MatchPattern> readRecord(ast::ExprId pattern, TypeId subject, bool &binds);
  bool readParts(ast::ExprId pattern, const ast::CallExpr &call, SymbolId owner,
                 const std::vector<TypeId> &types, std::vector<MatchPattern> &parts, bool &binds);
  void checkExhaustive(Span span, TypeId subject, const Seen &seen);
  std::vector<std::string> caseNames(TypeId type) const;
  TypeId checkIs(const ast::IsExpr &is);
  TypeId checkUses(const ast::UsesExpr &uses, Span span);
  TypeId checkBinary(const ast::Expr &expr, const ast::BinaryExpr &binary, TypeId expected);
  TypeId checkArithmetic(const ast::BinaryExpr &binary, TypeId expected);
  TypeId arithmeticResult(ast::BinaryOp op, TypeId left, TypeId right);
  TypeId checkComparison(const ast::BinaryExpr &binary, bool inRequirement = false);
  TypeId checkCoalesce(const ast::BinaryExpr &binary, TypeId expected);
  TypeId checkUnary(const ast::UnaryExpr &unary, TypeId expected);
  void reportOperands(const ast::BinaryExpr &binary, TypeId left, TypeId right);
  bool needsExpectation(ast::ExprId id);

  // unions.cpp
  SymbolId caseNamed(TypeId type, llvm::StringRef name) const;
  SymbolId casePattern(ast::ExprId pattern, TypeId subject);
  TypeId makeCase(ast::ExprId id, const ast::CallExpr *call, SymbolId one, TypeId expected);
  bool reportUnknownCase(ast::ExprId callee, TypeId expected);
  std::string caseText(SymbolId one) const;

  // generics.cpp
  bool mentionsVariables(TypeId id);
  TypeId instantiate(TypeId id, const Bound &bound);
  bool matchTypes(TypeId pattern, TypeId found, Bound &bound);
  bool matchParts(const Type &pattern, const Type &found, Bound &bound);
  SymbolId unbound(TypeId pattern, SymbolId owner, const Bound &bound);
  TypeId checkAgainst(ast::ExprId value, TypeId pattern, SymbolId owner, Bound &bound);
  TypeId settled(TypeId generic, SymbolId owner, const Bound &bound, Span span);
  TypeId genericType(TypeKind kind, SymbolId symbol);
  Bound boundBy(TypeId generic, SymbolId owner);
  void bindTypeParameters(SymbolId owner);

  // annotations.cpp
  void checkAnnotations(const std::vector<ast::Annotation> &annotations,
                        const std::vector<std::string> &siblings);
  void checkDeprecation(const ast::Annotation &annotation, const std::vector<std::string> &siblings);
  void noteDeprecated(const std::vector<ast::Annotation> &annotations, const std::string &what, Span use);
  void noteDeprecated(SymbolId symbol, ast::ExprId use);
  void explainMissing(Diagnostics::Builder &builder, SymbolId owner, const std::vector<std::string> &names);

  // mismatch.cpp
  std::string moduleName(SymbolId symbol) const;
  void labelDeclared(Diagnostics::Builder &builder, SymbolId symbol, const std::string &text);
  void reportMismatch(ast::ExprId id, TypeId found, TypeId expected);
  bool reportMissingUnit(ast::ExprId id, TypeId expected);
  void requireText(ast::ExprId id, TypeId type);

  // names.cpp
  SymbolId lookup(llvm::StringRef name, bool &incomplete) const;
  std::vector<std::string> visibleNames() const;
  TypeId checkName(ast::ExprId id, const std::string &name, TypeId expected, Use use);
  TypeId useSymbol(ast::ExprId id, SymbolId symbol, Use use);
  std::string described(SymbolId symbol) const;
  SymbolId enumValue(TypeId type, llvm::StringRef name) const;
  TypeId checkMember(ast::ExprId id, const ast::MemberExpr &member, TypeId expected, Use use);
  TypeId memberOfSymbol(ast::ExprId id, const ast::MemberExpr &member, SymbolId owner, TypeId expected,
                        Use use);
  TypeId memberOfModule(ast::ExprId id, const ast::Name &member, SymbolId module, Use use);
  TypeId memberOfType(ast::ExprId id, const ast::Name &member, TypeId object);
  TypeId memberOfNode(ast::ExprId id, const ast::Name &member, SymbolId node);
  TypeId memberOfRecord(const ast::Name &member, TypeId record, const std::string &what);
  bool bodyIsIncomplete(SymbolId node) const;
  bool reportUnimported(const std::string &name, Span span);
  std::string libraryModule(const std::string &name) const;
  TypeId checkIndex(const ast::IndexExpr &index);

  // calls.cpp
  TypeId checkCall(ast::ExprId id, const ast::CallExpr &call, TypeId expected);
  TypeId callValue(ast::ExprId id, const ast::CallExpr &call, TypeId callee);
  TypeId callDeclared(ast::ExprId id, const ast::CallExpr &call, SymbolId callee, TypeId expected);
  const std::vector<ast::Parameter> &parametersOf(SymbolId callee) const;
  bool mayCall(SymbolId callee, Span span);
  /// Which argument each parameter gets; invalid: none. Arguments that fit nowhere are checked here.
  std::vector<ast::ExprId> mapArguments(const std::string &callee,
                                        const std::vector<ParameterView> &parameters,
                                        const ast::CallExpr &call, Span span, SymbolId declared = {});
  bool placeArgument(const std::string &callee, const std::vector<ParameterView> &parameters,
                     const ast::Argument &argument, std::vector<ast::ExprId> &placed);
  TypeId callBuiltin(ast::ExprId id, const ast::CallExpr &call, SymbolId callee);
  TypeId callNative(ast::ExprId id, const ast::CallExpr &call);
  void checkBuiltinArgument(ast::ExprId argument, const Pattern &pattern,
                            std::map<std::string, TypeId> &bound);
  bool matches(const Pattern &pattern, TypeId actual, std::map<std::string, TypeId> &bound);
  TypeId fromPattern(const Pattern &pattern, const std::map<std::string, TypeId> &bound);
  void checkContained(ast::ExprId in, ast::ExprId value);
  TypeId checkFold(const std::string &name, const std::vector<ast::ExprId> &arguments, TypeId result);
  bool isOfOutput(ast::ExprId id);
  std::string patternText(const Pattern &pattern);
  std::string calleeName(ast::ExprId callee);
  void requireArtifact(ast::ExprId argument);

  // records.cpp
  TypeId checkRecord(ast::ExprId id, const ast::RecordExpr &record, TypeId expected);
  TypeId checkAmend(ast::ExprId id, const ast::AmendExpr &amend, TypeId expected);
  /// The type of the record with these fields: `record` with its type parameters found.
  TypeId checkRecordFields(TypeId record, const std::vector<ast::Argument> &fields, Span span, bool whole);
  TypeId madeOfAlias(ast::ExprId id, SymbolId alias, TypeId made);
  void checkFieldsBySettings(const char *group, const std::vector<ast::Argument> &fields);
  const ast::RecordDecl *recordOf(SymbolId record) const;
  TypeId fieldType(TypeId record, std::size_t field);
  /// Whether a value of `record` need not give that field.
  bool mayLack(const ast::RecordDecl &declared, TypeId record, std::size_t field);
  std::string recordShape(TypeId record);

  // bodies.cpp
  std::set<std::string> checkBody(const ast::Body &body, BodyKind kind, const std::string &group);
  void checkStatement(ast::StmtId id, const std::string &group, Seen &seen);
  bool checkPlacement(const ast::Stmt &statement);
  void checkSetting(const ast::SettingStmt &setting, const std::string &group, Seen &seen);
  void once(Seen &seen, const std::string &key, const ast::Name &name);
  bool isTaskCall(ast::ExprId id);
  void checkLetStmt(ast::StmtId id, const ast::LetStmt &let);
  void checkEnv(const ast::EnvStmt &env, Seen &seen);
  void checkStep(const ast::Stmt &statement, const ast::ExprStmt &step);
  void checkProbeStatement(const ast::ExprStmt &check);
  void checkIfStmt(const ast::IfStmt &choice, const std::string &group);
  void checkReturn(const ast::ReturnStmt &given);
  void checkServiceStmt(ast::StmtId id, const ast::ServiceStmt &service);
  void checkRequire(const ast::RequireStmt &require);
  void requireSettings(const std::string &group, const std::set<std::string> &seen, const std::string &what,
                       Span span);

  // nodes.cpp
  void checkPipeline(SymbolId pipeline);
  void checkTrigger(const ast::TriggerStmt &trigger);
  void checkNodeBody(SymbolId node);
  void checkJob(SymbolId symbol, const ast::JobStmt &job);
  void checkGate(const ast::Stmt &statement, const ast::GateStmt &gate);
  void checkDeploy(const ast::Stmt &statement, const ast::DeployStmt &deploy);
  void checkOut(ast::StmtId id, const ast::OutStmt &out);
  void reportUnknownNode(const std::string &name, Span span);
  void checkAfter(const ast::AfterStmt &after);
  void checkOutcome(const ast::OutcomeStmt &outcome);
  void checkOutcomeArm(const ast::OutcomeArm &arm, std::set<std::string> &handled);
  void checkOnTarget(const ast::OnTargetStmt &on);
  void checkRaw(const ast::Stmt &statement, const ast::RawStmt &raw);
  TypeId jobType(SymbolId job, Span use);

  // tests.cpp
  void checkTests();
  void checkTest(const ast::Decl &decl, const ast::TestDecl &test);
  const Frame *checkSimulate(const ast::SimulateStmt &simulate);
  bool checkNodes(ast::ExprId subject, const char *what);
  void checkFact(const ast::Fact &fact);
  void checkExpect(const ast::ExpectStmt &expect);

  // small things
  ast::Module &tree() { return *program_.modules[place_.module].tree; }
  const ast::Expr &expr(ast::ExprId id) { return tree().expressions[id]; }
  const ast::Stmt &stmt(ast::StmtId id) { return tree().statements[id]; }
  ExprInfo &info(ast::ExprId id) { return program_.modules[place_.module].expressions[id.index()]; }
  const ast::Module &treeOf(const Symbol &symbol) const {
    return *program_.modules[symbol.module.index()].tree;
  }
  const ast::Decl &declOf(const Symbol &symbol) const {
    return treeOf(symbol).declarations[symbol.declaration];
  }
  bool has(ast::ExprId id) { return tree().expressions.contains(id); }
  const Type &type(TypeId id) const { return program_.types[id]; }
  TypeKind kindOf(TypeId id) const { return id.valid() ? program_.types[id].kind : TypeKind::Error; }
  TypeKind plainKind(TypeId id) const { return kindOf(bare(id)); }
  /// Without conditions, and without the cover of an opaque type of this module.
  TypeId bare(TypeId id) const;
  /// The type a literal aims at: `bare`, and without `?`.
  TypeId aim(TypeId id) const;
  bool isError(TypeId id) const { return id.valid() && program_.types[id].kind == TypeKind::Error; }
  std::string text(TypeId id) const { return toText(program_, id); }
  TypeId error() { return types_.error(); }

  enum class State : std::uint8_t { Unchecked, Running, Done };
  struct JobHeader {
    State state = State::Unchecked;
    std::vector<SymbolId> variables;
    TypeId type;
  };

  Program &program_;
  const ModuleLoader &loader_;
  Diagnostics &diagnostics_;
  TypeTable types_;
  Place place_;
  Reason reason_;
  std::vector<signed char> mentionsVariables_; ///< By type: -1 not known yet, else the answer.
  std::vector<State> states_;                  ///< Indexed by symbol.
  std::vector<SymbolId> running_;              ///< What is being defined, outermost first.
  std::map<SymbolId, JobHeader> headers_;
  std::map<SymbolId, Frame> pipelineFrames_;
  std::map<std::string, SymbolId> builtins_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, SymbolId>
      declarationSymbols_; ///< By module and declaration.
  std::map<Id<SourceFile>, ModuleId> modulesByFile_;
  std::map<std::pair<ModuleId, std::size_t>, ModuleId> imports_; ///< By importer and declaration.
  std::vector<ModuleId> loading_;                                ///< The chain of imports being loaded.
  std::vector<ModuleId> order_;                                  ///< Modules, imported ones first.
  std::vector<bool> incompleteModules_; ///< Modules with declarations that could not be read.
  ModuleId prelude_;
  SymbolId anyJob_, anyGate_, anyDeployment_; ///< Stand for `Job`, `Gate`, `Deployment` as parameter types.
  int depth_ = 0;
  bool reportedDepth_ = false;
  std::set<std::pair<std::uint32_t, std::string>> unimported_; ///< By module: library modules that it lacks.
  int unknownNames_ = 0;
};

/// Sets a member of the checker for a while.
template <typename Value> class Restore {
public:
  Restore(Value &place, Value value) : place_(place), old_(std::move(place)) { place_ = std::move(value); }
  explicit Restore(Value &place) : place_(place), old_(place) {}
  ~Restore() { place_ = std::move(old_); }
  Restore(const Restore &) = delete;
  Restore &operator=(const Restore &) = delete;

private:
  Value &place_;
  Value old_;
};

} // namespace pipelang::sema
