// What fuzzing starts from: every program of the tree, what comes of them, and tests/fuzz/seeds. The seeds
// are the smallest inputs of what was found, and stay: `seeds/*.seed` for everything that reads sources,
// `seeds/TARGET/*` for one target.
#pragma once

#include "compiler/parse/pieces.h"
#include "tests/fuzz/readers.h"
#include "tests/unit/compiler/programs.h"
#include "tests/unit/runtime/gates/samples.h"

namespace pipelang::fuzz {

inline void addFiles(const std::filesystem::path &folder, std::vector<std::string> &texts) {
  std::error_code missing;
  for (const auto &entry : std::filesystem::directory_iterator(folder, missing))
    if (entry.is_regular_file()) texts.push_back(programs::read(entry.path()));
}

/// The files of the tree that end in `ending`.
inline void addTree(const char *folder, const std::string &ending, std::vector<std::string> &texts) {
  namespace fs = std::filesystem;
  for (fs::recursive_directory_iterator at(fs::path(PIPELANG_SOURCE_DIR) / folder), end; at != end; ++at) {
    if (at->path().filename() == "node_modules") at.disable_recursion_pending();
    std::error_code broken;
    if (at->is_regular_file(broken) && programs::endsWith(at->path().string(), ending))
      texts.push_back(programs::read(at->path()));
  }
}

/// The scripts in `program`, each as it stands there.
inline void addScripts(const std::string &program, std::vector<std::string> &texts) {
  SourceFile source("main.pipe", program, SourceFile::Origin::User);
  std::vector<Piece> all = pieces(source);
  for (std::size_t i = 1; i < all.size(); ++i) {
    llvm::StringRef word = source.text().slice(all[i - 1].begin, all[i - 1].end);
    if (all[i].kind != PieceKind::StringOpen || (word != "sh" && word != "bash")) continue;
    std::size_t close = i;
    while (close < all.size() && all[close].kind != PieceKind::StringClose)
      ++close;
    if (close < all.size()) texts.push_back(source.text().slice(all[i].end, all[close].begin).str());
  }
}

/// The words and marks of pipe.dict.
inline std::vector<std::string> dictionary() {
  std::istringstream lines(programs::read(PIPELANG_SOURCE_DIR "/tests/fuzz/pipe.dict"));
  std::vector<std::string> words;
  for (std::string line; std::getline(lines, line);) {
    if (line.size() < 2 || line[0] != '"') continue;
    std::string word;
    for (std::size_t at = 1; at + 1 < line.size(); ++at) {
      bool escape = line.compare(at, 2, "\\x") == 0;
      word += escape ? static_cast<char>(std::stoi(line.substr(at + 2, 2), nullptr, 16)) : line[at];
      if (escape) at += 3;
    }
    words.push_back(word);
  }
  return words;
}

/// The seeds of a target, ordered; no two alike.
inline std::vector<std::string> corpusOf(llvm::StringRef target) {
  const std::filesystem::path seeds = PIPELANG_SOURCE_DIR "/tests/fuzz/seeds";
  std::vector<std::string> texts;
  addFiles(seeds / target.str(), texts);
  if (target == "report") {
    for (const gates::Sample &sample : gates::samples())
      texts.push_back(sample.text);
  } else if (target == "lock") {
    for (const char *folder : {"stdlib", "examples", "tests"})
      addTree(folder, "pipe.lock", texts);
    addTree("examples", ".pipe.map", texts);
  } else if (target == "yaml") {
    addTree("examples", ".yml", texts);
    addTree("examples", ".yaml", texts);
  } else if (target != "journal") {
    addFiles(seeds, texts);
    for (const KnownProgram &program : knownPrograms()) {
      if (target == "shell") addScripts(program.text, texts);
      if (target == "plan") {
        driver::Compilation compiled = driver::compileText("/nowhere/main.pipe", program.text, {});
        if (!compiled.diagnostics.hasErrors()) texts.push_back(plan::toJson(compiled.plan));
      }
      if (target != "shell" && target != "plan") texts.push_back(program.text);
    }
  }
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  return texts;
}

} // namespace pipelang::fuzz
