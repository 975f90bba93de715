// An optional value that takes no room where there is none.
#pragma once

#include <memory>
#include <utility>

namespace pipelang {

/// As std::optional, but on the heap: for what is large and mostly absent. Copies copy the value.
template <typename T> class Boxed {
public:
  Boxed() = default;
  Boxed(T value) : value_(std::make_unique<T>(std::move(value))) {}
  Boxed(const Boxed &other) : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
  Boxed(Boxed &&) noexcept = default;
  Boxed &operator=(Boxed other) noexcept {
    value_ = std::move(other.value_);
    return *this;
  }

  explicit operator bool() const { return value_ != nullptr; }
  T &operator*() { return *value_; }
  const T &operator*() const { return *value_; }
  T *operator->() { return value_.get(); }
  const T *operator->() const { return value_.get(); }
  /// A new value in place of what was there.
  T &emplace() { return *(value_ = std::make_unique<T>()); }

private:
  std::unique_ptr<T> value_;
};

} // namespace pipelang
