// Where holes of Python and JavaScript scripts may stand.
#include "compiler/lower/code_scan.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "gtest/gtest.h"

namespace pipelang::lowering {
namespace {

CodeScan scan(llvm::StringRef script, CodeLanguage language) {
  llvm::SmallVector<llvm::StringRef, 8> parts;
  script.split(parts, "§");
  return scanCode(std::vector<std::string>(parts.begin(), parts.end()), language);
}

struct Row {
  const char *script;
  CodePlace place;
};

void check(std::initializer_list<Row> rows, CodeLanguage language) {
  for (const Row &row : rows) {
    CodeScan found = scan(row.script, language);
    ASSERT_EQ(found.places.size(), 1u) << row.script;
    EXPECT_EQ(static_cast<int>(found.places[0]), static_cast<int>(row.place)) << row.script;
    EXPECT_FALSE(found.problem) << row.script;
  }
}

TEST(CodeScan, knowsPlacesOfPython) {
  check({{"print(§)", CodePlace::Expression},
         {"x = § + 1", CodePlace::Expression},
         {"x == §", CodePlace::Expression},
         {"f(a=§)", CodePlace::Expression},
         {"print('§')", CodePlace::String},
         {"print(f\"a {§}\")", CodePlace::String},
         {"x = '''a 'b' §'''", CodePlace::String},
         {"x = 'it\\'s §'", CodePlace::String},
         {"# §\n", CodePlace::Comment},
         {"x = '#'; print(§)", CodePlace::Expression},
         {"print(x§)", CodePlace::Name},
         {"print(os.§)", CodePlace::Name},
         {"§x = 1", CodePlace::Name},
         {"§ = 1", CodePlace::Assigned},
         {"if § == 1: pass", CodePlace::Expression},
         {"eval(§)", CodePlace::Executed},
         {"exec(open(§).read())", CodePlace::Executed},
         {"os.system('a ' + §)", CodePlace::Executed},
         {"subprocess.run(§, shell=True)", CodePlace::Executed},
         {"subprocess.run(['a', §], shell = True)", CodePlace::Executed},
         {"subprocess.run(shell=True, args=[§])", CodePlace::Executed},
         {"subprocess.run(['a', §], shell=False)", CodePlace::Expression},
         {"evaluate(§)", CodePlace::Expression},
         {"eval('1'); print(§)", CodePlace::Expression}},
        CodeLanguage::Python);
}

TEST(CodeScan, knowsPlacesOfJavaScript) {
  check({{"console.log(§)", CodePlace::Expression},
         {"console.log(`a ${§}`)", CodePlace::Expression},
         {"console.log(`a ${ {a: `${§}`} } b`)", CodePlace::Expression},
         {"console.log(`a § b`)", CodePlace::String},
         {"console.log(`a ${1} § b`)", CodePlace::String},
         {"console.log('§')", CodePlace::String},
         {"// it's §\n", CodePlace::Comment},
         {"/* \" § */", CodePlace::Comment},
         {"const r = /['\"]/; f(§)", CodePlace::Expression},
         {"const r = /a§/", CodePlace::String},
         {"const q = a / b; f(§); g(c / d)", CodePlace::Expression},
         {"return /[/'§]/", CodePlace::String},
         {"x.§", CodePlace::Name},
         {"§ = 1", CodePlace::Assigned},
         {"§ => 1", CodePlace::Expression},
         {"eval(§)", CodePlace::Executed},
         {"new Function(§)", CodePlace::Executed},
         {"execSync(`ls ${§}`)", CodePlace::Executed},
         {"execSync('ls ' + §)", CodePlace::Executed},
         {"spawn('a', [§], { shell: true })", CodePlace::Executed},
         {"spawn('a', [§], { shell: false })", CodePlace::Expression}},
        CodeLanguage::JavaScript);
}

TEST(CodeScan, reportsWhatIsNotClosed) {
  EXPECT_EQ(scan("x = 'it's'\n", CodeLanguage::Python).problem->offset, 9u);
  EXPECT_EQ(scan("x = \"\"\"a\n", CodeLanguage::Python).problem->what, "\"\"\"");
  EXPECT_EQ(scan("x = `a\n", CodeLanguage::JavaScript).problem->offset, 4u);
  EXPECT_EQ(scan("/* a", CodeLanguage::JavaScript).problem->what, "/*");
}

TEST(CodeScan, isBounded) {
  for (const char *piece : {"(", "`${", "'", "/", "\"\"\"", "\\", "eval(", "shell=True", "/*"}) {
    std::string text;
    for (int i = 0; i < 20000; ++i)
      text += piece;
    EXPECT_EQ(scanCode({text, text}, CodeLanguage::JavaScript).places.size(), 1u) << piece;
    EXPECT_EQ(scanCode({text, text}, CodeLanguage::Python).places.size(), 1u) << piece;
  }
}

TEST(CodeScan, readsTypes) {
  EXPECT_EQ(codeVariable(CodeLanguage::Python, "A", CodeType::Integer),
            "int(__import__(\"os\").environ[\"A\"])");
  EXPECT_EQ(codeVariable(CodeLanguage::JavaScript, "A", CodeType::Truth), "(process.env.A === \"true\")");
}

} // namespace
} // namespace pipelang::lowering
