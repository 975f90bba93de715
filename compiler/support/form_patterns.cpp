#include "compiler/support/form_patterns.h"
#include "compiler/support/formats.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

namespace pipelang {
namespace {

const std::string port =
    "0*([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";

/// `jan|feb` in any case.
std::string anyCase(llvm::StringRef names) {
  std::string pattern;
  for (char letter : names) {
    if (letter == '|')
      pattern += letter;
    else
      pattern += std::string("[") + llvm::toUpper(letter) + letter + "]";
  }
  return pattern;
}

/// A field of a cron line whose values are `number`, in steps of `step`.
std::string cronField(const std::string &number, const std::string &step) {
  const std::string item = "(\\*|" + number + "(-" + number + ")?)(/0*" + step + ")?";
  return item + "(," + item + ")*";
}

std::string cronPattern() {
  const std::string minute = "0*([0-9]|[1-5][0-9])", hour = "0*([0-9]|1[0-9]|2[0-3])";
  const std::string day = "0*([1-9]|[12][0-9]|3[01])";
  const std::string month =
      "(0*([1-9]|1[0-2])|" + anyCase("jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec") + ")";
  const std::string weekday = "(0*[0-7]|" + anyCase("sun|mon|tue|wed|thu|fri|sat") + ")";
  return " *" + cronField(minute, "([1-9]|[1-5][0-9])") + " +" + cronField(hour, "([1-9]|1[0-9]|2[0-3])") +
         " +" + cronField(day, "([1-9]|[12][0-9]|3[01])") + " +" + cronField(month, "([1-9]|1[0-2])") + " +" +
         cronField(weekday, "[1-7]") + " *";
}

/// A byte of a URL that is none of `others`.
std::string urlByte(const std::string &others) {
  return "([^" + others + "% [:cntrl:]]|%[0-9A-Fa-f]{2})";
}

std::string urlPattern() {
  const std::string user = "(" + urlByte("/?#") + "*@)?", behindHost = urlByte("/?#@:") + "*";
  const std::string named = urlByte("[/?#@:") + behindHost + "(:" + port + ")?";
  const std::string numbered = "\\[" + urlByte("]/?#@") + "*]" + behindHost + "(:" + port + ")?";
  const std::string host = "(" + named + "|" + numbered + "|:" + port + ")";
  return "[A-Za-z][A-Za-z0-9+.-]*://" + user + host + "([/?#]" + urlByte("") + "*)?|file:///[^ [:cntrl:]]*";
}

std::string imagePattern() {
  const std::string part = "[a-z0-9]([a-z0-9._-]*[a-z0-9])?";
  const std::string withPort = "[A-Za-z0-9][A-Za-z0-9._-]*:" + port;
  const std::string withDot = "[A-Za-z0-9][A-Za-z0-9_-]*\\.[A-Za-z0-9._-]*[A-Za-z0-9]";
  const std::string tag = ":[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", digest = "@sha256:[0-9a-f]{64}";
  return "((" + withPort + "|" + withDot + ")/)?" + part + "(/" + part + ")*(" + tag + "(" + digest + ")?|" +
         digest + ")";
}

} // namespace

FormPattern formPattern(llvm::StringRef name) {
  const std::string number = "[0-9][0-9_]*([.][0-9_]+)?";
  const std::string path = "[^[:cntrl:]\\]+", blankAtAnEnd = "^ | $";
  if (name == "Url") return {urlPattern(), ""};
  if (name == "Image") return {imagePattern(), ""};
  if (name == "Cron") return {cronPattern(), ""};
  if (name == "GitRef")
    return {"[^[ ~^:?*\\[:cntrl:]]+", "[.][.]|@[{]|//|^@$|^-|^/|/$|[.]$|(^|/)[.]|[.]lock(/|$)"};
  if (name == "Path") return {path, blankAtAnEnd};
  if (name == "Glob") return {path, blankAtAnEnd + "|\\[[^]/]*(/|$)"};
  if (name == "Version") return {"[0-9]+([.][0-9]+)*", ""};
  if (name == "Duration") return {number + "(ms|s|min|h|d)", ""};
  if (name == "Bytes") return {number + "([kMGT]?B|[KMGT]iB)", ""};
  if (name == "Percent") return {number + "%", ""};
  if (name == "Cpu") return {number + "(m|cpu)", ""};
  if (name == "Rate") return {number + "/(s|min|h)", ""};
  return {};
}

bool hasForm(llvm::StringRef text, llvm::StringRef name) {
  using Problem = std::string (*)(llvm::StringRef);
  const Problem problem = llvm::StringSwitch<Problem>(name)
                              .Case("Url", urlProblem)
                              .Case("Image", imageProblem)
                              .Case("Cron", cronProblem)
                              .Case("GitRef", gitRefProblem)
                              .Case("Path", pathProblem)
                              .Case("Glob", globProblem)
                              .Default(nullptr);
  return !problem || problem(text).empty();
}

} // namespace pipelang
