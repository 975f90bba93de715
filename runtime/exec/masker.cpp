#include "runtime/exec/masker.h"
#include "llvm/Support/Base64.h"
#include <algorithm>
#include <deque>
#include <map>

namespace pipelang::exec {
namespace {

constexpr std::size_t longestWindow = 64;

std::string percentEncoded(llvm::StringRef text, const char *digits, bool plusForSpace) {
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || llvm::StringRef("-_.~").contains(c))
      encoded += c;
    else if (c == ' ' && plusForSpace)
      encoded += '+';
    else {
      encoded += '%';
      encoded += digits[byte >> 4];
      encoded += digits[byte & 15];
    }
  }
  return encoded;
}

std::string jsonEscaped(llvm::StringRef text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '"' || c == '\\') escaped += '\\';
    if (c == '\n')
      escaped += "\\n";
    else if (c == '\t')
      escaped += "\\t";
    else if (c == '\r')
      escaped += "\\r";
    else
      escaped += c;
  }
  return escaped;
}

/// The base64 digits that depend on `text` alone when `before` other bytes (0 to 2) stand before it in
/// what is encoded; whatever follows it.
std::string base64Core(llvm::StringRef text, std::size_t before) {
  const std::string padded = std::string(before, '\0') + text.str();
  const std::string encoded = llvm::encodeBase64(padded);
  const std::size_t first = before == 0 ? 0 : before + 1; // digits that also hold bits of what is before
  const std::size_t whole = padded.size() / 3 * 4;        // the last, partial group depends on what follows
  const std::size_t extra = padded.size() % 3;            // of its digits, `extra` are certain
  const std::size_t end = whole + extra;
  return end > first ? encoded.substr(first, end - first) : "";
}

std::string urlAlphabet(std::string base64) {
  std::replace(base64.begin(), base64.end(), '+', '-');
  std::replace(base64.begin(), base64.end(), '/', '_');
  return base64;
}

void addForms(llvm::StringRef text, std::vector<std::string> &forms) {
  forms.push_back(text.str());
  forms.push_back(jsonEscaped(text));
  for (const bool plus : {false, true}) {
    forms.push_back(percentEncoded(text, "0123456789ABCDEF", plus));
    forms.push_back(percentEncoded(text, "0123456789abcdef", plus));
  }
  for (std::size_t before = 0; before < 3; ++before) {
    forms.push_back(base64Core(text, before));
    forms.push_back(urlAlphabet(forms.back()));
  }
}

} // namespace

std::vector<std::string> formsOf(llvm::StringRef secret) {
  std::vector<std::string> forms;
  addForms(secret, forms);
  if (secret.contains('\n')) {
    llvm::SmallVector<llvm::StringRef> lines;
    secret.split(lines, '\n');
    for (const llvm::StringRef line : lines)
      if (line.trim().size() >= shortestSecret) addForms(line.trim(), forms);
  }
  forms.erase(std::remove_if(forms.begin(), forms.end(),
                             [](const std::string &form) { return form.size() < shortestSecret; }),
              forms.end());
  std::sort(forms.begin(), forms.end());
  forms.erase(std::unique(forms.begin(), forms.end()), forms.end());
  return forms;
}

void SecretForms::addForm(const std::string &form, std::vector<std::vector<State>> &trie) {
  State state = root;
  for (const char c : form) {
    const std::uint16_t byteClass = classOf_[static_cast<unsigned char>(c)];
    if (trie[state][byteClass] == root) {
      trie[state][byteClass] = static_cast<State>(trie.size());
      depth_.push_back(depth_[state] + 1);
      matched_.push_back(0);
      trie.emplace_back(classes_, root);
    }
    state = trie[state][byteClass];
  }
  matched_[state] = static_cast<std::uint32_t>(form.size());
}

/// Wu and Manber's: two bytes that are in the beginning of no form let a whole window pass.
void SecretForms::findShifts(llvm::ArrayRef<std::string> forms) {
  if (forms.empty()) return;
  window_ = longestWindow;
  for (const std::string &form : forms)
    window_ = std::min(window_, form.size());
  shifts_.assign(4096, static_cast<std::uint8_t>(window_ - 1));
  for (const std::string &form : forms)
    for (std::size_t last = 1; last < window_; ++last) {
      std::uint8_t &shift = shifts_[pairOf(form[last - 1], form[last])];
      shift = std::min(shift, static_cast<std::uint8_t>(window_ - 1 - last));
    }
}

std::size_t SecretForms::skip(llvm::StringRef text, std::size_t from) const {
  std::size_t last = from + window_ - 1;
  while (last < text.size()) {
    const std::size_t shift = shifts_[pairOf(text[last - 1], text[last])];
    if (shift == 0) break;
    last += shift;
  }
  return std::min(last + 1 - window_, text.size());
}

/// Aho and Corasick's automaton, with the failure links folded into the table.
SecretForms::SecretForms(llvm::ArrayRef<std::string> secrets) : depth_{0}, matched_{0} {
  std::vector<std::string> forms;
  for (const std::string &secret : secrets)
    for (std::string &form : formsOf(secret))
      forms.push_back(std::move(form));
  findShifts(forms);
  for (const std::string &form : forms)
    for (const char c : form)
      if (std::uint16_t &byteClass = classOf_[static_cast<unsigned char>(c)]; byteClass == 0)
        byteClass = static_cast<std::uint16_t>(classes_++);
  std::vector<std::vector<State>> trie(1, std::vector<State>(classes_, root));
  for (const std::string &form : forms)
    addForm(form, trie);

  std::vector<State> failure(trie.size(), root);
  std::deque<State> queue;
  for (const State child : trie[root])
    if (child != root) queue.push_back(child);
  while (!queue.empty()) {
    const State state = queue.front();
    queue.pop_front();
    matched_[state] = std::max(matched_[state], matched_[failure[state]]);
    for (std::size_t c = 0; c < classes_; ++c) {
      State &child = trie[state][c];
      const State other = trie[failure[state]][c];
      if (child == root) {
        child = other;
      } else {
        failure[child] = other;
        queue.push_back(child);
      }
    }
  }
  next_.reserve(trie.size() * classes_);
  for (const std::vector<State> &row : trie)
    next_.insert(next_.end(), row.begin(), row.end());
}

void Masker::release(std::size_t count, std::string &into) {
  for (std::size_t i = 0; i < count; ++i) {
    if (!masked_[i])
      into += held_[i];
    else if (!lastWasMasked_)
      into += "***";
    lastWasMasked_ = masked_[i];
  }
  held_.erase(0, count);
  masked_.erase(masked_.begin(), masked_.begin() + static_cast<std::ptrdiff_t>(count));
}

void Masker::write(llvm::StringRef text, std::string &into) {
  if (forms_.empty()) {
    into.append(text.data(), text.size());
    return;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (state_ == SecretForms::root) { // most text: no form begins here
      const std::size_t begin = i;
      i = forms_.skip(text, i);
      while (i < text.size() &&
             forms_.step(SecretForms::root, static_cast<unsigned char>(text[i])) == SecretForms::root)
        i = forms_.skip(text, i + 1);
      into.append(text.data() + begin, i - begin);
      if (i > begin) lastWasMasked_ = false;
      if (i == text.size()) return;
    }
    held_ += text[i];
    masked_.push_back(false);
    state_ = forms_.step(state_, static_cast<unsigned char>(text[i]));
    const std::size_t matched = forms_.matched_[state_];
    for (std::size_t k = 0; k < matched; ++k)
      masked_[masked_.size() - 1 - k] = true;
    // What is before the form that may be going on cannot become part of a secret any more.
    release(held_.size() - forms_.depth_[state_], into);
  }
}

void Masker::flush(std::string &into) {
  release(held_.size(), into);
  state_ = SecretForms::root;
}

std::string mask(llvm::StringRef text, const SecretForms &forms) {
  std::string result;
  Masker masker(forms);
  masker.write(text, result);
  masker.flush(result);
  return result;
}

} // namespace pipelang::exec
