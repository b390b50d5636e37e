// Node: one value of a JSON or YAML document, with the line and column where it stands.
//
// Documents from outside are read through these views: asking a missing key or a value of another
// kind gives an empty answer, never a failure, so that a reader states what it wants and checks
// only what it must.
//
//   const Node& config = document.root();
//   for (const Node& layer : config["rootfs"]["diff_ids"].items()) use(layer.string());
//
// Nodes live in their Document (or Parser) and are 32 bytes each. Object members keep the
// document's order; keys are unique (a duplicate key is an error of the parser: two readers could
// otherwise see two documents). THREADS: reading is safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace seawall {

enum class NodeKind : uint8_t { kNull, kBool, kInteger, kDouble, kString, kArray, kObject };

struct Member;

class Node {
 public:
  constexpr Node() : integer_(0) {}

  NodeKind kind() const { return kind_; }
  bool is_null() const { return kind_ == NodeKind::kNull; }
  bool is_string() const { return kind_ == NodeKind::kString; }
  bool is_array() const { return kind_ == NodeKind::kArray; }
  bool is_object() const { return kind_ == NodeKind::kObject; }
  bool is_number() const { return kind_ == NodeKind::kInteger || kind_ == NodeKind::kDouble; }
  // False for the node that stands for a missing key or index.
  bool exists() const { return line_ != 0; }
  uint32_t line() const { return line_; }      // 1-based; 0 when missing
  uint32_t column() const { return column_; }  // 1-based, in bytes for JSON, in characters for YAML

  std::string_view string(std::string_view other = {}) const {
    return is_string() ? std::string_view(text_, size_) : other;
  }
  bool boolean(bool other = false) const { return kind_ == NodeKind::kBool ? boolean_ : other; }
  std::optional<int64_t> integer() const {
    return kind_ == NodeKind::kInteger ? std::optional(integer_) : std::nullopt;
  }
  std::optional<double> number() const {
    if (kind_ == NodeKind::kInteger) return static_cast<double>(integer_);
    return kind_ == NodeKind::kDouble ? std::optional(double_) : std::nullopt;
  }
  std::span<const Node> items() const {
    return is_array() ? std::span(items_, size_) : std::span<const Node>();
  }
  inline std::span<const Member> members() const;
  size_t size() const { return is_array() || is_object() ? size_ : 0; }
  const Node& operator[](std::string_view key) const;  // COST: linear in the number of members
  const Node& operator[](size_t index) const;
  const Node& operator[](int index) const { return (*this)[static_cast<size_t>(index)]; }
  const Node& operator[](const char* key) const { return (*this)[std::string_view(key)]; }
  // "object", "string" ..., for messages.
  std::string_view kind_name() const;

  // For parsers.
  static Node null(uint32_t line, uint32_t column) { return Node(NodeKind::kNull, line, column); }
  static Node boolean(bool value, uint32_t line, uint32_t column) {
    Node node(NodeKind::kBool, line, column);
    node.boolean_ = value;
    return node;
  }
  static Node integer(int64_t value, uint32_t line, uint32_t column) {
    Node node(NodeKind::kInteger, line, column);
    node.integer_ = value;
    return node;
  }
  static Node number(double value, uint32_t line, uint32_t column) {
    Node node(NodeKind::kDouble, line, column);
    node.double_ = value;
    return node;
  }
  static Node string(std::string_view text, uint32_t line, uint32_t column) {
    Node node(NodeKind::kString, line, column);
    node.text_ = text.data();
    node.size_ = static_cast<uint32_t>(text.size());
    return node;
  }
  static Node array(std::span<const Node> items, uint32_t line, uint32_t column) {
    Node node(NodeKind::kArray, line, column);
    node.items_ = items.data();
    node.size_ = static_cast<uint32_t>(items.size());
    return node;
  }
  static inline Node object(std::span<const Member> members, uint32_t line, uint32_t column);

 private:
  Node(NodeKind kind, uint32_t line, uint32_t column)
      : kind_(kind), line_(line), column_(column), integer_(0) {}
  NodeKind kind_ = NodeKind::kNull;
  uint32_t size_ = 0;
  uint32_t line_ = 0, column_ = 0;
  union {
    bool boolean_;
    int64_t integer_;
    double double_;
    const char* text_;
    const Node* items_;
    const Member* members_;
  };
};

struct Member {
  std::string_view key;
  Node value;
};

inline std::span<const Member> Node::members() const {
  return is_object() ? std::span(members_, size_) : std::span<const Member>();
}
inline Node Node::object(std::span<const Member> members, uint32_t line, uint32_t column) {
  Node node(NodeKind::kObject, line, column);
  node.members_ = members.data();
  node.size_ = static_cast<uint32_t>(members.size());
  return node;
}

}  // namespace seawall
