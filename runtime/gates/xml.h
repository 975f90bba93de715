// XML reports as a stream of elements. Nothing outside the text is ever read, and no entity of the
// document's own is expanded: reports have none, attacks do.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>

namespace pipelang::gates {

/// The attributes of one element, by name without prefix. Lives as long as the call it is given to.
class XmlAttributes {
public:
  explicit XmlAttributes(const char **pairs) : pairs_(pairs) {}
  std::optional<llvm::StringRef> get(llvm::StringRef name) const;

private:
  const char **pairs_;
};

class XmlHandler {
public:
  virtual ~XmlHandler() = default;
  /// Element names come without prefix. `depth` of the root is 0.
  virtual void start(llvm::StringRef name, const XmlAttributes &attributes, unsigned depth) = 0;
  virtual void end(llvm::StringRef, unsigned) {}

  /// Ends reading with this error; the first one counts. readXml adds the line.
  void fail(const llvm::Twine &what) {
    if (failure_.empty()) failure_ = what.str();
  }
  const std::string &failure() const { return failure_; }

private:
  std::string failure_;
};

/// Calls `handler` for each element, in memory that grows with the deepest nesting only. Error: not
/// well-formed, declares entities, or the handler failed; with the line.
llvm::Error readXml(llvm::StringRef text, XmlHandler &handler);

} // namespace pipelang::gates
