// Images by digest, as pipe.lock has them; and those that are another image tomorrow.
#include "compiler/lower/lowering.h"

namespace pipelang::lowering {

static bool hasDigest(llvm::StringRef image) {
  return image.contains('@');
}

/// `name`, `name:latest`: whatever was pushed last.
static bool isLatest(llvm::StringRef image) {
  if (hasDigest(image)) return false;
  llvm::StringRef name = image.substr(image.rfind('/') + 1);
  return name.endswith(":latest") || !name.contains(':');
}

/// An image that is not deployed, with its digest where pipe.lock has one.
std::string Lowering::pinnedImage(const std::string &image, Span span) {
  bool pinsImages = false;
  for (const LockEntry &entry : options_.lock) {
    const bool isImage = llvm::StringRef(entry.digest).startswith("sha256:");
    pinsImages |= isImage;
    if (isImage && entry.name == image && !hasDigest(image)) return image + "@" + entry.digest;
  }
  const bool isNewest = isLatest(image);
  if (hasDigest(image) || (!isNewest && !pinsImages)) return image;
  const char *code = isNewest ? diag::LatestImage.code : diag::ImageNotPinned.code;
  if (!isNew(span, code)) return image;
  const std::string entry = "`\"" + image + "\": {\"version\": …, \"digest\": \"sha256:…\"}`";
  if (isNewest)
    reporter_.report(span, diag::LatestImage, image)
        .note("name a version, or pin what it is today: " + entry + " in \"images\" of pipe.lock");
  else
    reporter_.report(span, diag::ImageNotPinned, image).note("add " + entry);
  return image;
}

/// What a deployment deploys: it must be the same image when it is started again, and when it is rolled back
/// to.
Value Lowering::deployedImage(const Value &value, Span span) {
  std::string text = value.text();
  if (const auto *late = value.as<eval::Late>())
    if (const auto *concat = std::get_if<plan::Concat>(&plan_.exprs[late->expr].node);
        concat && !concat->parts.empty())
      if (const auto *end = std::get_if<plan::Literal>(&plan_.exprs[concat->parts.back()].node))
        text = "…" + end->value.toText();
  const bool isKnown = value.is<eval::Text>();
  if (isKnown ? isLatest(text) : llvm::StringRef(text).endswith(":latest")) {
    if (isNew(span, diag::DeployedLatest.code))
      reporter_.report(span, diag::DeployedLatest, text)
          .note("a node that starts it again, or a rollback, would get what was pushed last: never tested, "
                "never asked for")
          .note(
              "use what a job built, `image.ref` of `docker.publish`, or write the digest: `name@sha256:…`");
    return value;
  }
  if (!isKnown) return value;
  for (const LockEntry &entry : options_.lock)
    if (entry.name == text && llvm::StringRef(entry.digest).startswith("sha256:") && !hasDigest(text))
      text += "@" + entry.digest;
  Value pinned = Value::ofText(std::move(text));
  pinned.labels = value.labels;
  return pinned;
}

} // namespace pipelang::lowering
