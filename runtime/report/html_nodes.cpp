#include "fmt/format.h"
#include "runtime/report/html.h"
#include "runtime/report/log_tail.h"

namespace pipelang::report::html {
namespace {

constexpr std::size_t bytesOfLog = 48 * 1024;
constexpr std::size_t bytesOfAllLogs = 6 * 1024 * 1024; ///< A page stays one that a phone can open.

class NodesWriter {
public:
  NodesWriter(const RunRecord &record, const store::RunFolder &folder) : record_(record), folder_(folder) {}

  std::string write() {
    std::string text;
    for (const NodeRecord &node : record_.nodes)
      if (node.kind != "gate" || !node.ran()) text += one(node);
    if (text.empty()) return {};
    return "<section class=\"card\" aria-labelledby=\"jobs\"><h2 id=\"jobs\">Jobs and logs</h2>\n"
           "<p class=\"tools\"><button type=\"button\" data-all=\"open\">Open all</button> "
           "<button type=\"button\" data-all=\"close\">Close all</button></p>\n" +
           text + "</section>\n";
  }

private:
  static bool wentWrong(const std::optional<plan::Outcome> &outcome) {
    return !outcome || outcome == plan::Outcome::Failure || outcome == plan::Outcome::TimedOut;
  }

  /// `element`: a summary may only stand in details.
  static std::string summary(const Badge &badge, llvm::StringRef name, const std::string &time,
                             llvm::StringRef more, llvm::StringRef element = "summary") {
    return fmt::format("<{0} class=\"head\"><span class=\"symbol {1}\" aria-hidden=\"true\">{2}</span><span "
                       "class=\"sr\">{3}: "
                       "</span><span class=\"name\">{4}</span><span class=\"more\">{5}</span>"
                       "<span class=\"time\">{6}</span></{0}>\n",
                       element.str(), badge.name, badge.symbol, badge.word, escaped(name), escaped(more),
                       time);
  }

  std::string log(const std::string &path) {
    const LogTail tail = readLogTail(path, std::min(bytesOfLog, left_));
    if (tail.text.empty()) return {};
    left_ -= std::min(left_, tail.text.size());
    const std::string cut =
        tail.leftOut > 0 ? fmt::format("<p class=\"note\">{} bytes before this are in <code>{}</code></p>",
                                       tail.leftOut, escaped(path))
                         : "";
    return fmt::format("{}<pre tabindex=\"0\">{}</pre>\n", cut, logText(tail.text));
  }

  std::string step(const NodeRecord &node, const StepRecord &step) {
    if (step.outcome == plan::Outcome::Skipped)
      return fmt::format("<div class=\"step none\">{}</div>\n",
                         summary(badgeOf(step.outcome), step.name, "", step.reason, "div"));
    std::string more = step.attempt > 1 ? fmt::format("attempt {}", step.attempt) : "";
    if (!step.reason.empty()) more += (more.empty() ? "" : ", ") + step.reason;
    const std::string text = log(folder_.log(node.name, step.index, step.attempt));
    const std::string head =
        summary(badgeOf(step.outcome), step.name, shortTime(step.ended - step.started), more);
    return fmt::format("<details class=\"step\"{}>{}{}</details>\n", wentWrong(step.outcome) ? " open" : "",
                       head, text.empty() ? "<p class=\"note\">It printed nothing.</p>" : text);
  }

  std::string one(const NodeRecord &node) {
    const Badge badge = badgeOf(node.outcome);
    if (!node.ran())
      return fmt::format("<div class=\"node none\" id=\"{}\">{}</div>\n", anchorOf(record_, node),
                         summary(badge, node.name, "", node.reason, "div"));
    std::string inside;
    for (const store::ServiceReady &service : node.services)
      inside += fmt::format("<p class=\"note\">service {} was ready on port {}</p>\n",
                            escaped(service.service), service.port);
    if (!node.cache.empty())
      inside +=
          fmt::format("<p class=\"note\">{}: {}</p>\n",
                      node.cache == "hit" ? "from the cache" : "not from the cache", escaped(node.cacheNote));
    for (const std::string &note : node.notes)
      inside += fmt::format("<p class=\"note\">{}</p>\n", escaped(note));
    for (const StepRecord &each : node.steps)
      inside += step(node, each);
    for (int attempt = 1; attempt <= node.attempts; ++attempt)
      if (const std::string own = log(folder_.log(node.name, -1, attempt)); !own.empty())
        inside +=
            fmt::format("<details class=\"step\"><summary class=\"head\"><span class=\"symbol\" "
                        "aria-hidden=\"true\">·</span>"
                        "<span class=\"name\">{}</span></summary>{}</details>\n",
                        node.kind == "deployment" ? "what the versions wrote" : "what services wrote", own);
    const std::string more = wentWrong(node.outcome) || !node.reason.empty() ? node.reason : "";
    return fmt::format("<details class=\"node\" id=\"{}\"{}>{}<div class=\"inside\">{}</div></details>\n",
                       anchorOf(record_, node), wentWrong(node.outcome) ? " open" : "",
                       summary(badge, node.name, shortTime(node.ended - node.started), more), inside);
  }

  const RunRecord &record_;
  const store::RunFolder &folder_;
  std::size_t left_ = bytesOfAllLogs;
};

/// Select Graphic Rendition -> spans. What is open is a class; every other sequence is left out.
class LogWriter {
public:
  std::string write(llvm::StringRef text) {
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      line(text.take_front(end));
      text = end == llvm::StringRef::npos ? "" : text.drop_front(end + 1);
      result_ += '\n';
    }
    close();
    return std::move(result_);
  }

private:
  /// What a carriage return overwrote is gone, as on a terminal.
  void line(llvm::StringRef text) {
    text = text.rtrim('\r');
    if (const std::size_t back = text.rfind('\r'); back != llvm::StringRef::npos)
      text = text.drop_front(back + 1);
    while (!text.empty()) {
      const std::size_t escape = text.find('\x1b');
      result_ += escaped(text.take_front(escape));
      text = escape == llvm::StringRef::npos ? "" : sequence(text.drop_front(escape));
    }
  }

  /// Returns what follows the sequence at the start of `text`.
  llvm::StringRef sequence(llvm::StringRef text) {
    if (text.startswith("\x1b]")) { // of the window's title, a link: to BEL or ESC backslash
      const std::size_t end = text.find_first_of("\x07\x1b", 2);
      if (end == llvm::StringRef::npos) return {};
      return text.drop_front(text[end] == '\x07' ? end + 1 : std::min(end + 2, text.size()));
    }
    if (!text.startswith("\x1b[")) return text.drop_front(std::min<std::size_t>(2, text.size()));
    std::size_t end = 2;
    while (end < text.size() && (text[end] < '@' || text[end] > '~'))
      ++end;
    if (end == text.size()) return {};
    if (text[end] == 'm') paint(text.slice(2, end));
    return text.drop_front(end + 1);
  }

  void paint(llvm::StringRef codes) {
    llvm::SmallVector<llvm::StringRef> each;
    codes.split(each, ';');
    for (const llvm::StringRef code : each) {
      unsigned number = 0;
      if (!code.empty() && code.getAsInteger(10, number)) continue;
      if (number == 38 || number == 48) break; // of 256 or of millions: left out with what follows
      if (number == 0) colour_ = 0, bold_ = dim_ = false;
      if (number == 1) bold_ = true;
      if (number == 2) dim_ = true;
      if (number == 22) bold_ = dim_ = false;
      if (number == 39) colour_ = 0;
      if (number >= 31 && number <= 36) colour_ = number - 30;
      if (number >= 91 && number <= 96) colour_ = number - 90;
    }
    close();
    if (colour_ == 0 && !bold_ && !dim_) return;
    result_ += fmt::format("<span class=\"{}{}{}\">", colour_ ? fmt::format("c{} ", colour_) : "",
                           bold_ ? "b " : "", dim_ ? "d" : "");
    open_ = true;
  }
  void close() {
    if (open_) result_ += "</span>";
    open_ = false;
  }

  std::string result_;
  unsigned colour_ = 0;
  bool bold_ = false, dim_ = false, open_ = false;
};

} // namespace

std::string logText(llvm::StringRef text) {
  return LogWriter().write(text);
}

std::string nodes(const RunRecord &record, const store::RunFolder &folder) {
  return NodesWriter(record, folder).write();
}

} // namespace pipelang::report::html
