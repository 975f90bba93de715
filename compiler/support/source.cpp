#include "compiler/support/source.h"
#include <algorithm>
#include <cassert>

namespace pipelang {

Span join(Span first, Span last) {
  if (!first.valid()) return last;
  if (!last.valid()) return first;
  assert(first.file == last.file && "a span lies in one file");
  return {first.file, std::min(first.begin, last.begin), std::max(first.end, last.end)};
}

SourceFile::SourceFile(std::string name, std::string text, Origin origin)
    : name_(std::move(name)), text_(std::move(text)), origin_(origin) {
  lineStarts_.push_back(0);
  for (std::size_t i = 0; i < text_.size(); ++i)
    if (text_[i] == '\n') lineStarts_.push_back(static_cast<std::uint32_t>(i + 1));
}

static bool isContinuationByte(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

Position SourceFile::position(std::uint32_t offset) const {
  offset = std::min<std::uint32_t>(offset, static_cast<std::uint32_t>(text_.size()));
  auto next = std::upper_bound(lineStarts_.begin(), lineStarts_.end(), offset);
  auto line = static_cast<std::uint32_t>(next - lineStarts_.begin());
  std::uint32_t column = 1;
  for (std::uint32_t i = lineStarts_[line - 1]; i < offset; ++i)
    if (!isContinuationByte(text_[i])) ++column;
  return {line, column};
}

llvm::StringRef SourceFile::line(std::uint32_t line) const {
  if (line == 0 || line > lineStarts_.size()) return {};
  std::uint32_t begin = lineStarts_[line - 1];
  std::uint32_t end =
      line < lineStarts_.size() ? lineStarts_[line] : static_cast<std::uint32_t>(text_.size());
  return llvm::StringRef(text_).slice(begin, end).rtrim("\r\n");
}

} // namespace pipelang
