#include "compiler/sema/signature.h"
#include <cassert>

namespace pipelang::sema {

namespace {

class SignatureReader {
public:
  explicit SignatureReader(llvm::StringRef text) : text_(text) {}

  Pattern pattern() {
    Pattern result;
    result.name = word();
    if (take("[")) {
      do
        result.arguments.push_back(pattern());
      while (take(","));
      expect("]");
    }
    result.optional = take("?");
    return result;
  }

  Signature signature() {
    Signature result;
    expect("(");
    while (!take(")")) {
      SignatureParameter parameter;
      parameter.name = word();
      expect(":");
      parameter.type = pattern();
      parameter.repeated = take("...");
      parameter.hasDefault = take("=");
      result.parameters.push_back(std::move(parameter));
      take(",");
    }
    expect("->");
    result.result = pattern();
    return result;
  }

private:
  bool take(llvm::StringRef token) {
    text_ = text_.ltrim();
    return text_.consume_front(token);
  }
  void expect(llvm::StringRef token) {
    [[maybe_unused]] const bool found = take(token);
    assert(found && "malformed signature in a table");
  }
  std::string word() {
    text_ = text_.ltrim();
    const auto isLetter = [](char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)); };
    const llvm::StringRef found = text_.take_while(isLetter);
    text_ = text_.drop_front(found.size());
    return found.str();
  }

  llvm::StringRef text_;
};

} // namespace

Pattern parsePattern(llvm::StringRef text) {
  return SignatureReader(text).pattern();
}
Signature parseSignature(llvm::StringRef text) {
  return SignatureReader(text).signature();
}

const std::vector<Builtin> &allBuiltins() {
  static const std::vector<Builtin> builtins{
#define BUILTIN(NAME, SIGNATURE, DOC) {#NAME, SIGNATURE, DOC},
#include "compiler/sema/builtins.def"
#undef BUILTIN
  };
  return builtins;
}

} // namespace pipelang::sema
