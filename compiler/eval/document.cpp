// Values as data for files.
#include "compiler/eval/evaluator.h"

namespace pipelang::eval {

std::optional<Document> toDocument(Evaluator &evaluator, const Value &value, Span span) {
  if (value.labels.secret()) {
    evaluator.reporter()
        .report(span, diag::SecretSink, "a file")
        .label(value.labels.secretAt, "the secret comes from here");
    return std::nullopt;
  }
  if (value.isLate()) {
    evaluator.reporter()
        .report(span, diag::LateInFile)
        .note("write the file in a step, where the value is known");
    return std::nullopt;
  }
  if (value.is<plan::NoneValue>()) return Document();
  if (const bool *truth = value.as<bool>()) return Document(*truth);
  if (const std::int64_t *number = value.as<std::int64_t>()) return Document(*number);
  Document document;
  auto put = [&](llvm::StringRef key, const Value &element) {
    if (element.is<plan::NoneValue>()) return true;
    std::optional<Document> child = toDocument(evaluator, element, span);
    if (child) document.set(key, std::move(*child));
    return child.has_value();
  };
  if (const List *list = value.as<List>()) {
    document = Document::list();
    for (const Value &element : *list->elements) {
      std::optional<Document> child = toDocument(evaluator, element, span);
      if (!child) return std::nullopt;
      document.push(std::move(*child));
    }
  } else if (const Map *map = value.as<Map>()) {
    document = Document::map();
    for (const auto &[key, element] : map->data->entries)
      if (!put(toText(evaluator.program(), key).value_or(""), element)) return std::nullopt;
  } else if (const Record *record = value.as<Record>()) {
    document = Document::map();
    for (const auto &[name, field] : record->data->fields)
      if (!put(name, field)) return std::nullopt;
  } else if (const Case *one = value.as<Case>()) {
    const sema::Program &program = evaluator.program();
    const sema::Symbol &symbol = program.symbols[one->symbol];
    if (one->fields->empty()) return Document(symbol.name).from(span);
    Document held = Document::map();
    std::swap(document, held);
    for (std::size_t i = 0; i < one->fields->size(); ++i)
      if (!put(program.symbols[symbol.members[i]].name, (*one->fields)[i])) return std::nullopt;
    std::swap(document, held);
    document = Document::map();
    document.set(symbol.name, std::move(held));
  } else {
    std::optional<std::string> text = toText(evaluator.program(), value);
    if (!text && !value.isError()) evaluator.reporter().report(span, diag::NoData);
    if (!text) return std::nullopt;
    document = Document(std::move(*text));
  }
  return document.from(span);
}

} // namespace pipelang::eval
