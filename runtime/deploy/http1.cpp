#include "runtime/deploy/http1.h"
#include "llvm/ADT/StringExtras.h"
#include <algorithm>

namespace pipelang::deploy {
namespace {

/// What the headers say about where the message ends.
struct Fields {
  bool unusual = false;
  bool close = false;
  bool keepAlive = false;
  bool chunked = false;
  bool hasLength = false;
  std::uint64_t length = 0;
};

bool isToken(llvm::StringRef text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return llvm::isAlnum(c) || llvm::StringRef("!#$%&'*+-.^_`|~").contains(c);
  });
}

void readLength(llvm::StringRef value, Fields &fields) {
  std::uint64_t length = 0;
  if (value.empty() || !std::all_of(value.begin(), value.end(), llvm::isDigit) ||
      value.getAsInteger(10, length) || (fields.hasLength && fields.length != length))
    fields.unusual = true;
  fields.hasLength = true;
  fields.length = length;
}

void readField(llvm::StringRef name, llvm::StringRef value, Fields &fields) {
  if (name.equals_insensitive("content-length")) return readLength(value, fields);
  if (name.equals_insensitive("transfer-encoding")) {
    if (fields.chunked || !value.equals_insensitive("chunked")) fields.unusual = true;
    fields.chunked = true;
  } else if (name.equals_insensitive("connection")) {
    llvm::SmallVector<llvm::StringRef, 4> options;
    value.split(options, ',');
    for (llvm::StringRef option : options) {
      option = option.trim(" \t");
      fields.close |= option.equals_insensitive("close");
      fields.keepAlive |= option.equals_insensitive("keep-alive");
      fields.unusual |= option.equals_insensitive("upgrade");
    }
  } else if (name.equals_insensitive("upgrade") || name.equals_insensitive("expect")) {
    fields.unusual = true;
  }
}

/// `lines` without the first line, each ended by CR LF.
Fields readFields(llvm::StringRef lines) {
  Fields fields;
  while (!lines.empty()) {
    auto [line, rest] = lines.split("\r\n");
    lines = rest;
    if (line.empty()) break;
    auto [name, value] = line.split(':');
    // Folded lines, spaces before the colon and bare line feeds have been used to make two readers
    // disagree about where a message ends.
    if (!isToken(name) || line.contains('\n') || line.contains('\r') || line.contains('\0')) {
      fields.unusual = true;
      break;
    }
    readField(name, value.trim(" \t"), fields);
  }
  fields.unusual |= fields.chunked && fields.hasLength;
  return fields;
}

Head unusual() {
  Head head;
  head.state = Head::State::Unusual;
  return head;
}

/// Whether `line` can still become the first line of a request.
bool mayBecomeRequest(llvm::StringRef line) {
  const llvm::StringRef method = line.take_until([](char c) { return c == ' '; });
  return method.size() <= 32 && isToken(method);
}

/// Finds the end of the head. Partial, Unusual, or Complete with its size.
Head findHead(llvm::StringRef bytes) {
  Head head;
  const auto end = bytes.take_front(longestHead).find("\r\n\r\n");
  if (end == llvm::StringRef::npos) return bytes.size() >= longestHead ? unusual() : head;
  head.state = Head::State::Complete;
  head.size = end + 4;
  return head;
}

bool readVersion(llvm::StringRef version, bool &http11) {
  http11 = version == "HTTP/1.1";
  return http11 || version == "HTTP/1.0";
}

} // namespace

Head parseRequestHead(llvm::StringRef bytes) {
  if (!bytes.empty() && !mayBecomeRequest(bytes)) return unusual();
  Head head = findHead(bytes);
  if (head.state != Head::State::Complete) return head;
  auto [line, rest] = bytes.take_front(head.size).split("\r\n");
  llvm::SmallVector<llvm::StringRef, 4> words;
  line.split(words, ' ');
  bool http11 = false;
  if (words.size() != 3 || words[1].empty() || !readVersion(words[2], http11) || words[0] == "CONNECT")
    return unusual();
  const Fields fields = readFields(rest);
  if (fields.unusual) return unusual();
  head.method = words[0].str();
  head.closes = fields.close || (!http11 && !fields.keepAlive);
  head.body = fields.chunked ? BodyKind::Chunked : fields.length > 0 ? BodyKind::Length : BodyKind::None;
  head.length = fields.length;
  return head;
}

Head parseResponseHead(llvm::StringRef bytes, llvm::StringRef method) {
  if (!llvm::StringRef("HTTP/1.").startswith(bytes.take_front(7))) return unusual();
  Head head = findHead(bytes);
  if (head.state != Head::State::Complete) return head;
  auto [line, rest] = bytes.take_front(head.size).split("\r\n");
  auto [version, afterVersion] = line.split(' ');
  bool http11 = false;
  if (!readVersion(version, http11) || afterVersion.take_front(3).getAsInteger(10, head.status) ||
      head.status < 100 || head.status == 101)
    return unusual();
  const Fields fields = readFields(rest);
  if (fields.unusual) return unusual();
  head.closes = fields.close || (!http11 && !fields.keepAlive);
  if (head.status < 200 || head.status == 204 || head.status == 304 || method == "HEAD")
    head.body = BodyKind::None;
  else if (fields.chunked)
    head.body = BodyKind::Chunked;
  else if (fields.hasLength)
    head.body = fields.length > 0 ? BodyKind::Length : BodyKind::None;
  else
    head.body = BodyKind::UntilClose;
  head.closes |= head.body == BodyKind::UntilClose;
  head.length = fields.length;
  return head;
}

BodyTracker::BodyTracker(BodyKind kind, std::uint64_t length) : left_(length) {
  switch (kind) {
  case BodyKind::None: state_ = State::Done; break;
  case BodyKind::Length: state_ = length > 0 ? State::Counted : State::Done; break;
  case BodyKind::Chunked:
    state_ = State::Size;
    left_ = 0;
    break;
  case BodyKind::UntilClose: state_ = State::Endless; break;
  }
}

std::size_t BodyTracker::consume(llvm::StringRef bytes) {
  std::size_t used = 0;
  while (used < bytes.size() && state_ != State::Done && state_ != State::Broken) {
    if (state_ == State::Endless) return bytes.size();
    if (state_ == State::Counted || state_ == State::Data) {
      const auto count = std::min<std::uint64_t>(left_, bytes.size() - used);
      left_ -= count;
      used += count;
      if (left_ == 0) state_ = state_ == State::Counted ? State::Done : State::DataReturn;
    } else {
      step(bytes[used++]);
    }
  }
  return used;
}

/// One byte of the chunked coding that is no data.
void BodyTracker::step(char byte) {
  const auto expect = [&](char wanted, State then) { state_ = byte == wanted ? then : State::Broken; };
  switch (state_) {
  case State::Size: {
    const unsigned digit = llvm::hexDigitValue(byte);
    if (digit < 16 && digits_ < 15) {
      left_ = left_ * 16 + digit;
      ++digits_;
    } else if (digits_ == 0) {
      state_ = State::Broken;
    } else if (byte == '\r') {
      state_ = State::SizeEnd;
    } else {
      state_ = byte == ';' ? State::SizeExtension : State::Broken;
    }
    return;
  }
  case State::SizeExtension:
    if (byte == '\r')
      state_ = State::SizeEnd;
    else if (byte == '\n')
      state_ = State::Broken;
    return;
  case State::SizeEnd:
    digits_ = 0;
    trailerLine_ = false;
    return expect('\n', left_ > 0 ? State::Data : State::Trailer);
  case State::DataReturn: return expect('\r', State::DataEnd);
  case State::DataEnd: return expect('\n', State::Size);
  case State::Trailer:
    if (byte == '\r')
      state_ = State::TrailerEnd;
    else if (byte == '\n')
      state_ = State::Broken;
    else
      trailerLine_ = true;
    return;
  case State::TrailerEnd:
    expect('\n', trailerLine_ ? State::Trailer : State::Done);
    trailerLine_ = false;
    return;
  case State::Counted:
  case State::Endless:
  case State::Data:
  case State::Done:
  case State::Broken: return;
  }
}

} // namespace pipelang::deploy
