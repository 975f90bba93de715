// What is fuzzed besides sources: everything that reads what others wrote. Reports of tools, Plans as JSON,
// journals, pipe.lock, YAML. Read first: targets.h.
#pragma once

#include "compiler/driver/lock_file.h"
#include "compiler/driver/source_map.h"
#include "compiler/plan/graph.h"
#include "compiler/plan/simulate.h"
#include "compiler/support/document.h"
#include "runtime/gates/readers.h"
#include "runtime/report/export.h"
#include "runtime/report/run_view.h"
#include "runtime/store/journal.h"
#include "tests/fuzz/targets.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Endian.h"

namespace pipelang::fuzz {

/// What a reader makes of a report, as one text.
inline std::string reading(llvm::StringRef reader, llvm::StringRef text) {
  llvm::Expected<gates::Reading> found = gates::readReport(reader, text);
  if (!found) return "error: " + llvm::toString(found.takeError());
  std::string all;
  for (const auto &[field, value] : *found) {
    const auto *count = std::get_if<std::int64_t>(&value.node);
    const auto *share = std::get_if<Percent>(&value.node);
    const auto *time = std::get_if<Duration>(&value.node);
    promise(!count || *count >= 0, "counts are not negative", reader);
    promise(!share || (*share >= Percent{0} && *share <= Percent{100 * Percent::scale}), "shares are shares",
            reader);
    promise(!time || time->milliseconds >= 0, "times are not negative", reader);
    all += field + "=" + value.toText() + " ";
  }
  return all;
}

/// The text as a report of every format: read or refused, always alike.
inline void fuzzReport(llvm::StringRef text) {
  for (const std::string &reader : gates::readerNames()) {
    std::string once = reading(reader, text);
    promise(once == reading(reader, text), "reports are read always alike", reader);
  }
}

/// Whatever passes as a Plan can be used as one.
inline void fuzzPlan(llvm::StringRef text) {
  llvm::Expected<plan::Plan> plan = plan::fromJson(text);
  if (!plan) return llvm::consumeError(plan.takeError());
  if (llvm::Error error = plan::validate(*plan)) promise(false, "a valid plan", toString(std::move(error)));
  std::string json = plan::toJson(*plan);
  llvm::Expected<plan::Plan> again = plan::fromJson(json);
  if (!again) promise(false, "a plan from its JSON", toString(again.takeError()));
  promise(plan::toJson(*again) == json, "the same JSON");
  plan::describe(*plan);
  for (const plan::Pipeline &pipeline : plan->pipelines) {
    plan::worstWall(*plan, pipeline);
    plan::worstMinutes(*plan, pipeline);
    plan::simulate(*plan, pipeline, {});
  }
  Diagnostics diagnostics;
  backends::emitAll(*plan, "", diagnostics);
}

/// Journals: the bytes as they are; and each line as a record whose length and checksum are right. Of what
/// can be read, reports are made.
inline void fuzzJournal(llvm::StringRef text) {
  store::LoadedJournal plain = store::readJournal(text);
  promise(plain.goodBytes <= static_cast<std::int64_t>(text.size()), "good bytes are bytes");
  std::string bytes = "PIPERUN\x01";
  llvm::SmallVector<llvm::StringRef, 0> lines;
  text.split(lines, '\n');
  for (llvm::StringRef line : lines) {
    char header[8];
    llvm::support::endian::write32le(header, static_cast<std::uint32_t>(line.size()));
    llvm::support::endian::write32le(header + 4, store::crc32c(line));
    bytes.append(header, sizeof header) += line;
  }
  store::LoadedJournal framed = store::readJournal(bytes);
  promise(framed.events.size() <= lines.size(), "an event a record");
  report::RunRecord record = report::readRecord(framed.events);
  report::RunView view;
  for (const store::Event &event : framed.events)
    view.take(event);
  const store::RunFolder folder{"/nonexistent"};
  report::junitReport(record, folder);
  report::traceReport(record);
  report::htmlReport(record, folder);
}

/// pipe.lock and source maps, which people may have edited.
inline void fuzzLock(llvm::StringRef text) {
  llvm::Expected<driver::LockFile> lock = driver::readLockFile(text);
  if (!lock) llvm::consumeError(lock.takeError());
  auto map = driver::sourceMapFromText(text);
  if (!map) llvm::consumeError(map.takeError());
}

/// YAML, as in `raw`: what was read is the same once it was written and read again.
inline void fuzzYaml(llvm::StringRef text) {
  llvm::Expected<Document> document = readYaml(text);
  if (!document) return llvm::consumeError(document.takeError());
  std::string written = toYaml(*document).text;
  llvm::Expected<Document> again = readYaml(written);
  if (!again) promise(false, "our YAML can be read", toString(again.takeError()));
  promise(*again == *document, "our YAML says what was meant", written);
}

struct Target {
  const char *name;
  void (*run)(llvm::StringRef text);
};
/// Every target, by the name of its corpus.
inline constexpr Target targets[] = {
    {"parse", fuzzParse}, {"format", fuzzFormat}, {"check", fuzzCheck}, {"compile", fuzzCompile},
    {"shell", fuzzShell}, {"report", fuzzReport}, {"plan", fuzzPlan},   {"journal", fuzzJournal},
    {"lock", fuzzLock},   {"yaml", fuzzYaml}};

} // namespace pipelang::fuzz
