// Every program of the tree, found when the tests run: the library, the examples, the tests' own, and those
// shown in the documentation.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace pipelang {

struct KnownProgram {
  std::string name; ///< Its file, and where in it.
  std::string text;
};

namespace programs {

inline std::string read(const std::filesystem::path &path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

inline bool endsWith(const std::string &text, const std::string &end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// The blocks marked `pipe` of a page.
inline void addBlocks(const std::string &name, const std::string &page, std::vector<KnownProgram> &all) {
  const std::string open = "```pipe\n", close = "\n```";
  for (std::size_t at = page.find(open); at != std::string::npos; at = page.find(open, at)) {
    at += open.size();
    std::size_t end = std::min(page.find(close, at), page.size() - 1);
    all.push_back({name + "@" + std::to_string(at), page.substr(at, end + 1 - at)});
  }
}

/// The parts of a lit test that `split-file` would make into .pipe files.
inline void addParts(const std::string &name, const std::string &test, std::vector<KnownProgram> &all) {
  const std::string mark = "//--- ";
  for (std::size_t at = test.find(mark); at != std::string::npos;) {
    std::size_t line = std::min(test.find('\n', at), test.size() - 1);
    std::string part = test.substr(at + mark.size(), line - at - mark.size());
    std::size_t next = test.find("\n" + mark, line);
    std::size_t end = next == std::string::npos ? test.size() : next + 1;
    if (endsWith(part, ".pipe")) all.push_back({name + ":" + part, test.substr(line + 1, end - line - 1)});
    at = next == std::string::npos ? next : next + 1;
  }
}

} // namespace programs

/// Ordered by name.
inline std::vector<KnownProgram> knownPrograms() {
  namespace fs = std::filesystem;
  std::vector<KnownProgram> all;
  const fs::path root = PIPELANG_SOURCE_DIR;
  for (const char *folder : {"stdlib", "examples", "tests", "docs"})
    for (fs::recursive_directory_iterator at(root / folder), end; at != end; ++at) {
      std::error_code broken; // links may lead nowhere
      std::string name = fs::relative(at->path(), root, broken).string();
      if (at->path().filename() == "node_modules") at.disable_recursion_pending();
      if (broken || !at->is_regular_file(broken)) continue;
      if (programs::endsWith(name, ".pipe")) all.push_back({name, programs::read(at->path())});
      if (programs::endsWith(name, ".test")) programs::addParts(name, programs::read(at->path()), all);
      if (programs::endsWith(name, ".md")) programs::addBlocks(name, programs::read(at->path()), all);
    }
  std::sort(all.begin(), all.end(), [](const auto &a, const auto &b) { return a.name < b.name; });
  return all;
}

} // namespace pipelang
