// Where HTTP/1.1 messages begin and end, so that a kept-alive connection can be moved between two of them.
// Conservative: whatever is unusual is said to be so, and the connection then stays where it is.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

namespace pipelang::deploy {

enum class BodyKind { None, Length, Chunked, UntilClose };

/// The head of a message, from its first line to the empty line.
struct Head {
  enum class State {
    Partial, ///< More bytes are needed; nothing else is set.
    Unusual, ///< No HTTP/1 we follow: another protocol, an upgrade, CONNECT, Expect, contradictory lengths.
    Complete,
  };
  State state = State::Partial;
  std::size_t size = 0; ///< Bytes, the empty line included.
  std::string method;   ///< Of a request.
  int status = 0;       ///< Of a response.
  bool closes = false;  ///< The connection ends with this message's exchange.
  BodyKind body = BodyKind::None;
  std::uint64_t length = 0; ///< For BodyKind::Length.
};

/// The longest head that is followed; a longer one is unusual.
constexpr std::size_t longestHead = 65536;

/// The request head at the start of `bytes`.
Head parseRequestHead(llvm::StringRef bytes);
/// The response head at the start of `bytes`, to a request with `method`.
Head parseResponseHead(llvm::StringRef bytes, llvm::StringRef method);

/// Counts a body off, however it is cut into pieces.
class BodyTracker {
public:
  BodyTracker() = default;
  BodyTracker(BodyKind kind, std::uint64_t length);
  /// How many bytes at the start of `bytes` belong to the body.
  std::size_t consume(llvm::StringRef bytes);
  bool done() const { return state_ == State::Done; }
  /// It goes on until the connection ends.
  bool endless() const { return state_ == State::Endless; }
  /// Not chunked as it should be; nothing more can be said.
  bool broken() const { return state_ == State::Broken; }

private:
  enum class State {
    Counted,
    Endless,
    Size,
    SizeExtension,
    SizeEnd,
    Data,
    DataReturn,
    DataEnd,
    Trailer,
    TrailerEnd,
    Done,
    Broken
  };
  void step(char byte);

  State state_ = State::Done;
  std::uint64_t left_ = 0;
  int digits_ = 0;
  bool trailerLine_ = false; ///< The current trailer line has a byte.
};

} // namespace pipelang::deploy
