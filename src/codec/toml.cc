#include "codec/toml.h"

#include <sstream>

#include <fmt/format.h>

#include "base/strings.h"

// toml++ 3.3 asserts on some damaged keys just before it would report them: the report is wanted.
#undef NDEBUG
#define TOML_EXCEPTIONS 0
#define TOML_ASSERT(expression) static_cast<void>(0)
#include <toml++/toml.h>

namespace seawall {

class TomlBuilder {
 public:
  explicit TomlBuilder(const Limits& limits) : limits_(limits) {}

  Result<Document> run(std::string_view text) {
    Document document;
    arena_ = &document.state_->arena;
    const toml::parse_result parsed = toml::parse(text);
    if (!parsed) {
      const auto& error = parsed.error();
      return malformed(std::string(error.description()))
          .at(fmt::format("line {}, column {}", error.source().begin.line,
                          error.source().begin.column));
    }
    SEAWALL_TRY(document.state_->root, convert(parsed.table(), 0));
    return document;
  }

 private:
  static uint32_t line_of(const toml::node& node) {
    return std::max<uint32_t>(node.source().begin.line, 1);
  }
  static uint32_t column_of(const toml::node& node) {
    return std::max<uint32_t>(node.source().begin.column, 1);
  }

  template <typename Value>
  std::string_view printed(const Value& value) {
    std::ostringstream out;
    out << value;
    return arena_->copy(std::string_view(out.str()));
  }

  Result<Node> convert(const toml::node& node, uint32_t depth) {
    const uint32_t line = line_of(node), column = column_of(node);
    if (depth > limits_.depth)
      return limit_reached("values are nested too deep").at(fmt::format("line {}", line));
    if (++count_ > limits_.nodes)
      return limit_reached("more values than allowed").at(fmt::format("line {}", line));
    if (const auto* table = node.as_table()) return convert_table(*table, depth, line, column);
    if (const auto* array = node.as_array()) {
      std::vector<Node> items;
      items.reserve(array->size());
      for (const toml::node& item : *array) {
        SEAWALL_TRY(const Node converted, convert(item, depth + 1));
        items.push_back(converted);
      }
      return Node::array(arena_->copy(std::span<const Node>(items)), line, column);
    }
    if (const auto* text = node.as_string())
      return Node::string(arena_->copy(std::string_view(text->get())), line, column);
    if (const auto* number = node.as_integer()) return Node::integer(number->get(), line, column);
    if (const auto* number = node.as_floating_point())
      return Node::number(number->get(), line, column);
    if (const auto* boolean = node.as_boolean()) return Node::boolean(boolean->get(), line, column);
    if (const auto* date = node.as_date()) return Node::string(printed(date->get()), line, column);
    if (const auto* time = node.as_time()) return Node::string(printed(time->get()), line, column);
    if (const auto* both = node.as_date_time())
      return Node::string(printed(both->get()), line, column);
    return Node::null(line, column);
  }

  Result<Node> convert_table(const toml::table& table, uint32_t depth, uint32_t line,
                             uint32_t column) {
    std::vector<Member> members;
    members.reserve(table.size());
    for (const auto& [key, value] : table) {
      SEAWALL_TRY(const Node converted, convert(value, depth + 1));
      members.push_back({arena_->copy(std::string_view(key.str())), converted});
    }
    return Node::object(arena_->copy(std::span<const Member>(members)), line, column);
  }

  const Limits& limits_;
  Arena* arena_ = nullptr;
  uint64_t count_ = 0;
};

Result<Document> parse_toml(std::string_view text, const Limits& limits) {
  if (text.size() > limits.document_bytes) {
    return limit_reached(fmt::format("the document has {} bytes; at most {} are read", text.size(),
                                     limits.document_bytes));
  }
  if (!is_valid_utf8(text)) return malformed("the document is not valid UTF-8");
  return TomlBuilder(limits).run(text);
}

}  // namespace seawall
