// Formatting keeps the tree and the comments, and once is enough: for every program of the tree, and for the
// same programs with their spaces, line ends and comments disturbed.
#include "compiler/ast/shape.h"
#include "compiler/format/format.h"
#include "compiler/format/printer.h"
#include "compiler/parse/parse.h"
#include "tests/unit/compiler/programs.h"
#include "gtest/gtest.h"
#include <random>
#include <set>

namespace pipelang {
namespace {

struct Read {
  Sources sources;
  Id<SourceFile> file;
  Diagnostics diagnostics;
  ast::Module module;

  explicit Read(const std::string &text) {
    file = sources.add(SourceFile("test.pipe", text, SourceFile::Origin::User));
    module = parse(file, sources[file], diagnostics);
  }
};

/// The tree without places; runs of imports ordered, because formatting orders them.
std::string shapeOf(const std::string &text) {
  Read read(text);
  EXPECT_FALSE(read.diagnostics.hasErrors()) << text;
  std::istringstream lines(ast::shape(read.module, read.sources[read.file]));
  std::vector<std::string> all, imports;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("  ImportDecl ", 0) == 0) {
      imports.push_back(line);
      continue;
    }
    std::sort(imports.begin(), imports.end());
    all.insert(all.end(), imports.begin(), imports.end());
    imports.clear();
    all.push_back(line);
  }
  std::string result;
  all.insert(all.end(), imports.begin(), imports.end());
  for (const std::string &line : all)
    result += line + "\n";
  return result;
}

std::multiset<std::string> commentsOf(const std::string &text) {
  SourceFile source("test.pipe", text, SourceFile::Origin::User);
  std::multiset<std::string> all;
  for (const Piece &piece : pieces(source))
    if (piece.kind == PieceKind::Comment)
      all.insert(source.text().slice(piece.begin, piece.end).rtrim().str());
  return all;
}

std::string formatted(const std::string &text) {
  Sources sources;
  Id<SourceFile> file = sources.add(SourceFile("test.pipe", text, SourceFile::Origin::User));
  Diagnostics diagnostics;
  return format(file, sources[file], diagnostics);
}

bool readable(const std::string &text) {
  return !Read(text).diagnostics.hasErrors();
}

/// `text`, which has no errors, keeps what it means.
void expectKept(const std::string &name, const std::string &text) {
  std::string once = formatted(text);
  ASSERT_EQ(shapeOf(once), shapeOf(text)) << name << ":\n" << text;
  EXPECT_EQ(commentsOf(once), commentsOf(text)) << name << ":\n" << text;
  EXPECT_EQ(formatted(once), once) << name << ":\n" << text;
}

/// The printer alone gets it right: the check behind it has nothing to refuse.
void expectPrinted(const std::string &name, const std::string &text) {
  SourceFile source("test.pipe", text, SourceFile::Origin::User);
  formatting::Group file = formatting::build(source, pieces(source));
  formatting::sortImports(file);
  EXPECT_EQ(formatting::print(file, formatting::Breaks::AfterOperators), formatted(text)) << name;
}

TEST(Format, EveryProgramOfTheTree) {
  std::size_t read = 0;
  for (const KnownProgram &program : knownPrograms()) {
    if (!readable(program.text)) {
      EXPECT_EQ(formatted(program.text), program.text) << program.name;
      continue;
    }
    ++read;
    expectKept(program.name, program.text);
    expectPrinted(program.name, program.text);
  }
  EXPECT_GT(read, 150U);
}

/// Where the text may be disturbed: the pieces' gaps. Spaces grow, lines end where they may, comments appear.
std::string disturbed(const std::string &text, std::mt19937 &random) {
  SourceFile source("test.pipe", text, SourceFile::Origin::User);
  std::string result;
  std::uint32_t end = 0;
  bool inString = false;
  int depth = 0; // of brackets in which line ends mean nothing
  std::vector<char> open;
  for (const Piece &piece : pieces(source)) {
    result += text.substr(end, piece.begin - end);
    bool free = !inString && piece.kind != PieceKind::Separator && depth > 0;
    bool gap = piece.begin > end;
    if (!inString && gap && random() % 6 == 0) result += std::string(random() % 5, ' ');
    if (free && random() % 12 == 0) result += "\n";
    if (free && random() % 20 == 0) result += " // in between\n";
    bool lineEnd = piece.kind == PieceKind::Separator && text.substr(piece.begin, 1) == "\n";
    if (!inString && lineEnd && random() % 10 == 0) result += " // behind";
    result += text.substr(piece.begin, piece.end - piece.begin);
    end = piece.end;
    if (lineEnd && random() % 10 == 0) result += "\n\n\n// alone";
    char first = piece.begin < piece.end ? text[piece.begin] : '\0';
    if (piece.kind == PieceKind::Open || piece.kind == PieceKind::HoleOpen) {
      open.push_back(first);
      inString = false;
    } else if (piece.kind == PieceKind::Close && !open.empty()) {
      inString = open.back() == '#';
      open.pop_back();
    } else if (piece.kind == PieceKind::StringOpen || piece.kind == PieceKind::StringClose) {
      inString = piece.kind == PieceKind::StringOpen;
    }
    bool holes = std::find(open.begin(), open.end(), '#') != open.end();
    depth = !holes && !open.empty() && (open.back() == '(' || open.back() == '[') ? 1 : 0;
  }
  return result + text.substr(end);
}

/// Names grow, so that lines no longer fit.
std::string widened(const std::string &text, std::mt19937 &random) {
  SourceFile source("test.pipe", text, SourceFile::Origin::User);
  std::string result;
  std::uint32_t end = 0;
  for (const Piece &piece : pieces(source)) {
    result += text.substr(end, piece.end - end);
    end = piece.end;
    std::string word = text.substr(piece.begin, piece.end - piece.begin);
    bool literal = word == "true" || word == "false" || word == "none";
    if (piece.kind == PieceKind::Name && !literal && random() % 4 == 0)
      result += "_" + std::string(1 + random() % 30, 'x');
  }
  return result + text.substr(end);
}

TEST(Format, ProgramsWidened) {
  std::mt19937 random(20240518);
  std::size_t read = 0;
  for (const KnownProgram &program : knownPrograms()) {
    if (!readable(program.text)) continue;
    for (int round = 0; round < 4; ++round) {
      std::string text = widened(program.text, random);
      if (!readable(text)) continue;
      ++read;
      expectKept(program.name, text);
      expectPrinted(program.name, text);
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(read, 500U);
}

TEST(Format, ProgramsDisturbed) {
  std::mt19937 random(20240517);
  std::size_t read = 0;
  for (const KnownProgram &program : knownPrograms()) {
    if (!readable(program.text)) continue;
    for (int round = 0; round < 8; ++round) {
      std::string text = disturbed(program.text, random);
      if (!readable(text)) continue;
      ++read;
      expectKept(program.name, text);
      expectPrinted(program.name, text);
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(read, 1000U);
}

TEST(Format, HostileText) {
  for (const std::string &text :
       {std::string("\xEF\xBB\xBFlet a = 1"), std::string("let a = 1\r\nlet b = 2\r"), std::string("\n\n\n"),
        std::string(""), std::string("// only"), std::string("let a: int? = 1 // x\r\n"), std::string("{"),
        std::string("\0", 1)}) {
    std::string once = formatted(text);
    EXPECT_EQ(formatted(once), once) << text;
  }
  EXPECT_EQ(formatted("\xEF\xBB\xBFlet a   = 1"), "let a = 1\n");
  EXPECT_EQ(formatted("let a = 1\r\n\r\n\r\n\r\nlet b = 2"), "let a = 1\n\nlet b = 2\n");
  EXPECT_EQ(formatted("\n\n\n"), "");
}

} // namespace
} // namespace pipelang
