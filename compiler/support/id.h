// Typed indexes: nodes live in vectors of their owner, and links between them are ids.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>

namespace pipelang {

/// The index of a `Node` in its owner's vector. An `Id<Step>` for an `Id<Job>` does not compile.
template <typename Node> class Id {
public:
  Id() = default;
  explicit Id(std::size_t index) : index_(static_cast<std::uint32_t>(index)) {}

  static constexpr std::uint32_t none = UINT32_MAX;
  bool valid() const { return index_ != none; }
  std::uint32_t index() const { return index_; }
  auto operator<=>(const Id &) const = default;

private:
  std::uint32_t index_ = none;
};

/// A list that is indexed by the ids of its own elements. They stay where they are: growing neither moves nor
/// doubles what may be ten thousand large ones.
template <typename Node> class Table {
public:
  Id<Node> add(Node node) {
    nodes_.push_back(std::move(node));
    return Id<Node>(nodes_.size() - 1);
  }
  Node &operator[](Id<Node> id) { return nodes_[id.index()]; }
  const Node &operator[](Id<Node> id) const { return nodes_[id.index()]; }
  std::size_t size() const { return nodes_.size(); }
  bool empty() const { return nodes_.empty(); }
  bool contains(Id<Node> id) const { return id.index() < nodes_.size(); }
  Id<Node> idAt(std::size_t index) const { return Id<Node>(index); }
  auto begin() { return nodes_.begin(); }
  auto end() { return nodes_.end(); }
  auto begin() const { return nodes_.begin(); }
  auto end() const { return nodes_.end(); }

private:
  std::deque<Node> nodes_;
};

} // namespace pipelang
