#include "fmt/format.h"
#include "runtime/report/html.h"
#include "runtime/report/measured.h"
#include "llvm/ADT/StringExtras.h"
#include <algorithm>
#include <cmath>

namespace pipelang::report::html {
namespace {

/// `94.2%` -> 94.2 and `%`; `>= 90%` as well. Empty: no number.
struct Quantity {
  double number = 0;
  std::string unit;
};
std::optional<Quantity> quantityOf(llvm::StringRef text) {
  text = text.ltrim("<>=! ");
  const llvm::StringRef digits = text.take_while([](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  Quantity quantity{0, text.drop_front(digits.size()).trim().str()};
  if (digits.empty() || digits.size() > 15 || digits.getAsDouble(quantity.number)) return std::nullopt;
  return quantity;
}

/// How far what was found is from its bound. The words beside it say the same.
std::string meter(const store::Checked &check) {
  if (llvm::StringRef(check.bound).find_first_of("<>") == llvm::StringRef::npos) return {}; // equal, or not
  const std::optional<Quantity> value = quantityOf(check.value), bound = quantityOf(check.bound);
  if (!value || !bound || value->unit != bound->unit) return {};
  const double most = value->unit == "%" && std::max(value->number, bound->number) > 20
                          ? 100
                          : std::max({value->number, bound->number, 1e-9}) * 1.25;
  const auto share = [&](double number) { return std::clamp(100 * number / most, 0.0, 100.0); };
  return fmt::format("<div class=\"meter {}\" aria-hidden=\"true\"><i style=\"width:{:.2f}%\"></i>"
                     "<b style=\"left:{:.2f}%\"></b></div>",
                     badgeOfVerdict(check.verdict).name, share(value->number), share(bound->number));
}

/// A digest by its first twelve places: nobody reads more, and it fills a card.
std::string shortDigests(std::string text) {
  static constexpr llvm::StringLiteral mark = "sha256:";
  constexpr std::size_t shown = 12, all = 64;
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    const std::size_t digits = at + mark.size();
    std::size_t end = digits;
    while (end < text.size() && end - digits < all && llvm::isHexDigit(text[end]))
      ++end;
    if (end - digits == all) text.replace(digits + shown, all - shown, "…");
  }
  return text;
}

std::string phases(const NodeRecord &node) {
  std::string items;
  for (const PhaseRecord &phase : node.phases) {
    const std::int64_t took = phase.ended - phase.started;
    items += fmt::format(
        "<li class=\"{}\"><b>{}</b> <span class=\"time\">{}</span><span>{}</span></li>\n",
        phase.phase == "back" || phase.phase == "aborted" || phase.phase == "held" ? "bad" : "",
        escaped(phase.phase), took > 0 ? shortTime(took) : "", escaped(shortDigests(phase.message)));
  }
  return items.empty() ? "" : "<ol class=\"phases\">" + items + "</ol>\n";
}

std::string measured(const NodeRecord &node) {
  std::string rows;
  for (const MeasuredRow &row : measuredRows(node.measured))
    rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", escaped(row.title), row.value);
  if (rows.empty()) return {};
  return "<table class=\"measured\"><caption>Measured</caption><tbody>\n" + rows + "</tbody></table>\n";
}

/// One bar a slice: answers of the version before, of the new one, and failed.
class TrafficChart {
public:
  explicit TrafficChart(const store::Traffic &traffic) : traffic_(traffic) {
    slices_ = std::min({traffic.before.size(), traffic.after.size(), traffic.failed.size()});
    for (std::size_t i = 0; i < slices_; ++i)
      most_ = std::max(most_, traffic.before[i] + traffic.after[i] + traffic.failed[i]);
  }

  std::string write() const {
    if (slices_ == 0 || traffic_.slice <= 0) return {};
    std::string bars;
    for (std::size_t i = 0; i < slices_; ++i) {
      double top = height;
      for (const auto &[kind, count] :
           {std::pair("old", traffic_.before[i]), {"new", traffic_.after[i]}, {"lost", traffic_.failed[i]}}) {
        const double part = height * static_cast<double>(count) / static_cast<double>(most_);
        top -= part;
        if (count > 0)
          bars += fmt::format(R"(<rect class="{}" x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}"/>)",
                              kind, x(i), top, 0.9 * width / static_cast<double>(slices_), part);
      }
    }
    return fmt::format(
        "<figure class=\"traffic\"><figcaption>Who answered, each {} ms "
        "<span><i class=\"key old\"></i>before</span> <span><i class=\"key new\"></i>new</span> "
        "<span><i class=\"key lost\"></i>failed</span></figcaption>\n"
        "<svg viewBox=\"0 0 {:.0f} {:.0f}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">"
        "{}{}</svg>\n<p class=\"ends\"><span>{}</span><span>{}</span></p></figure>\n",
        traffic_.slice, width, height, words(), bars, line(), timeText(traffic_.from),
        timeText(traffic_.from + static_cast<std::int64_t>(slices_) * traffic_.slice));
  }

private:
  static constexpr double width = 800, height = 90;
  double x(std::size_t slice) const {
    return width * static_cast<double>(slice) / static_cast<double>(slices_);
  }

  static std::string timeText(std::int64_t at) {
    return fmt::format("{:.1f} s {} the switch", std::abs(static_cast<double>(at)) / 1000,
                       at < 0 ? "before" : "after");
  }
  static std::int64_t sum(const std::vector<std::int64_t> &counts) {
    std::int64_t all = 0;
    for (const std::int64_t count : counts)
      all += count;
    return all;
  }
  std::string words() const {
    return fmt::format("{} answers of the version before, {} of the new one, {} failed", sum(traffic_.before),
                       sum(traffic_.after), sum(traffic_.failed));
  }
  /// Where the switch was.
  std::string line() const {
    const double at =
        -static_cast<double>(traffic_.from) / traffic_.slice / static_cast<double>(slices_) * width;
    if (at <= 0 || at >= width) return {};
    return fmt::format(R"(<line x1="{0:.2f}" x2="{0:.2f}" y1="0" y2="{1:.0f}"/>)", at, height);
  }

  const store::Traffic &traffic_;
  std::size_t slices_ = 0;
  std::int64_t most_ = 1;
};

} // namespace

std::string checks(const std::vector<store::Checked> &checks) {
  std::string rows;
  for (const store::Checked &check : checks) {
    const Badge verdict = badgeOfVerdict(check.verdict);
    rows +=
        fmt::format("<tr><td data-name=\"Verdict\">{}</td><td data-name=\"Requirement\"><code>{}</code>"
                    "<span class=\"message\">{}</span></td><td data-name=\"Found\" class=\"number\">{}{}</td>"
                    "<td data-name=\"Bound\" class=\"number\">{}</td></tr>\n",
                    badge(verdict), escaped(check.requirement), escaped(check.message),
                    escaped(check.value.empty() ? "–" : check.value), meter(check), escaped(check.bound));
  }
  if (rows.empty()) return {};
  return "<table class=\"checks\"><thead><tr><th scope=\"col\">Verdict</th><th scope=\"col\">Requirement</th>"
         "<th scope=\"col\" class=\"number\">Found</th><th scope=\"col\" "
         "class=\"number\">Bound</th></tr></thead>\n<tbody>\n" +
         rows + "</tbody></table>\n";
}

std::string gates(const RunRecord &record) {
  std::string text;
  for (const NodeRecord &node : record.nodes)
    if (node.kind == "gate" && node.ran())
      text += fmt::format("<div class=\"gate\" id=\"{}\"><h3>{} {}</h3>\n{}</div>\n", anchorOf(record, node),
                          escaped(node.name), badge(badgeOf(node.outcome)), checks(node.checks));
  if (text.empty()) return {};
  return "<section class=\"card\" aria-labelledby=\"gates\"><h2 id=\"gates\">Gates</h2>\n" + text +
         "</section>\n";
}

std::string deployments(const RunRecord &record) {
  std::string text;
  for (const NodeRecord &node : record.nodes)
    if (node.kind == "deployment" && node.ran())
      text +=
          fmt::format("<div class=\"deployment\"><h3>{} {}</h3>\n{}<div class=\"sides\">{}{}</div>{}</div>\n",
                      escaped(node.name), badge(badgeOf(node.outcome)), phases(node), measured(node),
                      node.traffic ? TrafficChart(*node.traffic).write() : "", checks(node.checks));
  if (text.empty()) return {};
  return "<section class=\"card\" aria-labelledby=\"deployments\"><h2 id=\"deployments\">Deployments</h2>\n" +
         text + "</section>\n";
}

} // namespace pipelang::report::html
