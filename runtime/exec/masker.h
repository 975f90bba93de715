// Secrets do not appear in what programs print: each form of each is replaced by `***`, also where a
// secret is cut in two by the end of a read.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace pipelang::exec {

/// Fewer bytes than this cannot be masked without destroying ordinary text; such a secret is refused.
inline constexpr std::size_t shortestSecret = 4;

/// The forms in which `secret` may appear: itself, its lines of 4 bytes or more, percent-encoded, as a JSON
/// string's content, and the base64 of it wherever it starts in a longer text. Sorted, each once.
std::vector<std::string> formsOf(llvm::StringRef secret);

/// An automaton over all forms of all secrets. Immutable; shared by all streams.
class SecretForms {
public:
  SecretForms() : SecretForms(llvm::ArrayRef<std::string>()) {}
  explicit SecretForms(llvm::ArrayRef<std::string> secrets);

  bool empty() const { return depth_.size() == 1; }

private:
  friend class Masker;
  using State = std::uint32_t;
  static constexpr State root = 0;

  State step(State state, unsigned char byte) const { return next_[state * classes_ + classOf_[byte]]; }
  void addForm(const std::string &form, std::vector<std::vector<State>> &trie);
  void findShifts(llvm::ArrayRef<std::string> forms);
  static std::size_t pairOf(char first, char second) {
    return (static_cast<unsigned char>(first) * 31u ^ static_cast<unsigned char>(second)) % 4096;
  }
  /// The first place in `text`, from `from` on, where a form may begin; the size of `text` where there is
  /// none.
  std::size_t skip(llvm::StringRef text, std::size_t from) const;

  std::size_t classes_ = 1; ///< Bytes that no form holds are all of class 0.
  std::array<std::uint16_t, 256> classOf_{};
  std::size_t window_ = 2;           ///< Bytes that every form has, or more.
  std::vector<std::uint8_t> shifts_; ///< By pairOf() the last two bytes of a window: how far the next one is.
  std::vector<State> next_;          ///< [state][class]
  std::vector<std::uint32_t> depth_; ///< Bytes of a form that have been seen in this state.
  std::vector<std::uint32_t> matched_; ///< Length of the longest form that ends here; 0: none.
};

/// Masks one stream. Holds back at most as many bytes as the longest form has: those that may yet turn
/// out to be a secret.
class Masker {
public:
  explicit Masker(const SecretForms &forms) : forms_(forms) {}

  /// Appends to `into` what of `text` (and of what was held back) is now certain.
  void write(llvm::StringRef text, std::string &into);
  /// Appends what is held back. The stream may go on.
  void flush(std::string &into);

private:
  void release(std::size_t count, std::string &into);

  const SecretForms &forms_;
  SecretForms::State state_ = 0;
  std::string held_;
  std::vector<bool> masked_;   ///< For each byte of `held_`.
  bool lastWasMasked_ = false; ///< One `***` for neighbours.
};

/// `text` with every secret masked.
std::string mask(llvm::StringRef text, const SecretForms &forms);

} // namespace pipelang::exec
