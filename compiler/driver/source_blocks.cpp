#include "compiler/driver/source_blocks.h"
#include "llvm/ADT/StringExtras.h"
#include <algorithm>

namespace pipelang::driver {

static bool isWordByte(char byte) {
  return llvm::isAlnum(byte) || byte == '_';
}

constexpr std::uint32_t mostLines = 200'000;
constexpr std::uint32_t mostBetween = 1000; ///< Lines of two places that may belong together.
constexpr std::uint32_t mostMentioning = 4; ///< Lines that are searched for a name.
constexpr std::size_t mostBytes = 1000;     ///< Of each of them.

std::pair<std::uint32_t, std::uint32_t> SourceBlocks::lines(Span span) {
  const std::vector<Line> &all = linesOf(span.file);
  const auto lineOf = [&](std::uint32_t offset) {
    const auto behind = [](std::uint32_t place, const Line &line) { return place < line.begin; };
    const auto next = std::upper_bound(all.begin(), all.end(), offset, behind);
    return static_cast<std::uint32_t>(std::max<std::ptrdiff_t>(next - all.begin(), 1));
  };
  return {lineOf(span.begin), lineOf(span.end > span.begin ? span.end - 1 : span.begin)};
}

bool SourceBlocks::sameLine(Span left, Span right) {
  return left.valid() && left.file == right.file && lines(left).first == lines(right).first;
}

const std::vector<SourceBlocks::Line> &SourceBlocks::linesOf(Id<SourceFile> file) {
  auto [found, isNew] = lines_.try_emplace(file);
  if (!isNew) return found->second;
  const SourceFile &source = sources_[file];
  Line line{0, 0, 0};
  for (std::uint32_t number = 1; number <= std::min(source.lineCount(), mostLines); ++number) {
    const llvm::StringRef text = source.line(number);
    line.begin = static_cast<std::uint32_t>(text.data() - source.text().data());
    const std::size_t first = text.find_first_not_of(" \t\r");
    if (first != llvm::StringRef::npos && !text.substr(first).startswith("//")) {
      line.indentation = static_cast<std::uint32_t>(first);
      const bool closes = llvm::StringRef("})]").contains(text[first]);
      if (first == 0 && !closes) line.block = number;
    }
    found->second.push_back(line);
  }
  if (found->second.empty()) found->second.push_back(line);
  return found->second;
}

bool SourceBlocks::sameBlock(Span left, Span right) {
  if (!left.valid() || left.file != right.file) return false;
  const std::vector<Line> &all = linesOf(left.file);
  return all[lines(left).first - 1].block == all[lines(right).first - 1].block;
}

bool SourceBlocks::sameStatement(Span left, Span right) {
  if (!sameBlock(left, right)) return false;
  const std::vector<Line> &all = linesOf(left.file);
  const auto [from, to] = std::minmax({lines(left).first, lines(right).first});
  const std::uint32_t second = all[from - 1].block + 1;
  if (from == to || second > all.size() || to - from > mostBetween) return from == to;
  return std::all_of(all.begin() + from, all.begin() + to,
                     [&](const Line &line) { return line.indentation > all[second - 1].indentation; });
}

bool SourceBlocks::below(Span inner, Span outer) {
  if (!inner.valid() || inner.file != outer.file) return false;
  const std::vector<Line> &all = linesOf(inner.file);
  const std::uint32_t from = lines(outer).first, to = lines(inner).first;
  if (to <= from || to - from > mostBetween || all[to - 1].block != all[from - 1].block) return false;
  return std::all_of(all.begin() + from, all.begin() + to,
                     [&](const Line &line) { return line.indentation > all[from - 1].indentation; });
}

std::uint32_t SourceBlocks::enclosing(Span span) {
  const std::vector<Line> &all = linesOf(span.file);
  const std::uint32_t from = lines(span).first;
  for (std::uint32_t number = from; number > 0 && from - number <= mostBetween; --number)
    if (all[number - 1].indentation < all[from - 1].indentation) return number;
  return 0;
}

bool SourceBlocks::hasWord(llvm::StringRef text, llvm::StringRef word) {
  if (word.empty()) return false;
  text = text.take_front(mostBytes);
  for (std::size_t at = text.find(word); at != llvm::StringRef::npos; at = text.find(word, at + 1)) {
    const bool begins = at == 0 || !isWordByte(text[at - 1]);
    const bool ends = at + word.size() == text.size() || !isWordByte(text[at + word.size()]);
    if (begins && ends) return true;
  }
  return false;
}

bool SourceBlocks::mentions(Span span, llvm::StringRef name) {
  if (!span.valid()) return false;
  const auto [first, last] = lines(span);
  for (std::uint32_t number = first; number <= std::min(last, first + mostMentioning); ++number)
    if (hasWord(sources_[span.file].line(number), name)) return true;
  return false;
}

bool SourceBlocks::isDeclaredBy(Span span, llvm::StringRef name) {
  if (!span.valid()) return false;
  const std::uint32_t header = linesOf(span.file)[lines(span).first - 1].block;
  return hasWord(sources_[span.file].line(header), name);
}

} // namespace pipelang::driver
