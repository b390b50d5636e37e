// Adapter of libyaml: events into Nodes. Sources: YAML 1.2.2, the go-yaml v2 resolution table, the
// merge key type (yaml.org/type/merge.html).

#include "codec/yaml.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <yaml.h>

#include "base/strings.h"

namespace seawall {
namespace {

struct Event {
  yaml_event_t raw = {};
  ~Event() { yaml_event_delete(&raw); }
};

std::string_view view(const yaml_char_t* text, size_t length) {
  return {reinterpret_cast<const char*>(text), length};
}
std::string_view view(const yaml_char_t* text) {
  return text ? std::string_view(reinterpret_cast<const char*>(text)) : std::string_view();
}

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (text == word) return true;
  }
  return false;
}

std::optional<int64_t> plain_integer(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const bool negative = text.starts_with("-");
  std::string_view digits = text;
  if (negative || text.starts_with("+")) digits.remove_prefix(1);
  int base = 10;
  if (digits.starts_with("0x") || digits.starts_with("0X")) base = 16;
  if (digits.starts_with("0o") || digits.starts_with("0O")) base = 8;
  if (digits.starts_with("0b") || digits.starts_with("0B")) base = 2;
  if (base != 10) digits.remove_prefix(2);
  // YAML 1.1's leading-zero octals, as go-yaml v2 reads them (file modes: 0644).
  if (base == 10 && digits.size() > 1 && digits[0] == '0') base = 8;
  uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size())
    return std::nullopt;
  if (value > static_cast<uint64_t>(INT64_MAX) + (negative ? 1 : 0)) return std::nullopt;
  return negative ? static_cast<int64_t>(0 - value) : static_cast<int64_t>(value);
}

std::optional<double> plain_float(std::string_view text) {
  if (one_of(text, {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"})) return INFINITY;
  if (one_of(text, {"-.inf", "-.Inf", "-.INF"})) return -INFINITY;
  if (one_of(text, {".nan", ".NaN", ".NAN"})) return NAN;
  const bool negative = text.starts_with("-");
  if (negative || text.starts_with("+")) text.remove_prefix(1);
  // Not the words and signs parse_double would take besides ("inf", "+-5").
  if (text.empty() || (text[0] != '.' && (text[0] < '0' || text[0] > '9'))) return std::nullopt;
  const auto value = parse_double(text);
  return value && negative ? std::optional(-*value) : value;
}

// go-yaml drops underscores from what starts like a number: 1_000 is one thousand.
std::string without_underscores(std::string_view text) {
  const bool numeric =
      !text.empty() && (text[0] == '+' || text[0] == '-' || (text[0] >= '0' && text[0] <= '9'));
  return numeric ? replace_all(text, "_", "") : std::string(text);
}

// Line and column, in characters, of a byte offset.
std::pair<uint32_t, uint32_t> place_of(std::string_view text, size_t offset) {
  uint32_t line = 1, column = 1;
  for (const char c : text.substr(0, offset)) {
    if (c == '\n') {
      ++line;
      column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) {
      ++column;
    }
  }
  return {line, column};
}

constexpr size_t kMostTagDirectives = 100;

size_t count_lines_with(std::string_view text, std::string_view start) {
  size_t count = text.starts_with(start);
  for (size_t at = text.find(start); at != text.npos; at = text.find(start, at + 1))
    count += at > 0 && (text[at - 1] == '\n' || text[at - 1] == '\r');
  return count;
}

}  // namespace

// Builds the documents of one stream. Aliases share the anchored tree; its size is counted at each
// use, and its height against the depth where it is used: a short text can otherwise hang trees
// below each other without end.
class YamlBuilder {
 public:
  YamlBuilder(std::string_view text, const Limits& limits) : text_(text), limits_(limits) {
    if (!yaml_parser_initialize(&parser_)) return;
    ready_ = true;
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  ~YamlBuilder() {
    if (ready_) yaml_parser_delete(&parser_);
  }

  Result<std::vector<Document>> run() {
    if (!ready_) return Error(Code::kInternal, "libyaml could not start");
    std::vector<Document> documents;
    while (true) {
      Event event;
      SEAWALL_CHECK(next(event));
      if (event.raw.type == YAML_STREAM_END_EVENT) return documents;
      if (event.raw.type != YAML_DOCUMENT_START_EVENT) continue;
      Document document;
      arena_ = &document.state_->arena;
      anchors_.clear();
      SEAWALL_CHECK(count(event.raw, kDocumentCost));
      Event content;
      SEAWALL_CHECK(next(content));
      SEAWALL_TRY(document.state_->root, value(content, 0));
      documents.push_back(std::move(document));
    }
  }

 private:
  // An empty document takes about as much memory as this many values.
  static constexpr uint64_t kDocumentCost = 16;

  struct Anchored {
    Node node;
    uint64_t size;
    uint32_t height;
  };

  static Error at(uint32_t line, uint32_t column, std::string_view what,
                  Code code = Code::kMalformed) {
    return Error(code, fmt::format("line {}, column {}: {}", line, column, what));
  }
  static uint32_t line_of(const yaml_event_t& event) {
    return static_cast<uint32_t>(event.start_mark.line + 1);
  }
  static uint32_t column_of(const yaml_event_t& event) {
    return static_cast<uint32_t>(event.start_mark.column + 1);
  }

  Status next(Event& event) {
    if (yaml_parser_parse(&parser_, &event.raw)) return {};
    if (parser_.error == YAML_READER_ERROR) {  // which has an offset but no mark
      const auto [line, column] = place_of(text_, parser_.problem_offset);
      return at(line, column, parser_.problem);
    }
    const auto& mark = parser_.problem_mark;
    return at(static_cast<uint32_t>(mark.line + 1), static_cast<uint32_t>(mark.column + 1),
              parser_.problem ? parser_.problem : "this is no YAML");
  }

  Status count(const yaml_event_t& event, uint64_t size) {
    count_ += size;
    if (count_ <= limits_.nodes) return {};
    return at(line_of(event), column_of(event), "more values than allowed, aliases counted",
              Code::kLimit);
  }

  Status check_depth(const yaml_event_t& event, uint64_t depth) const {
    if (depth <= limits_.depth) return {};
    return at(line_of(event), column_of(event), "nested deeper than allowed", Code::kLimit);
  }

  // Leaves the number of containers above each other in height_.
  Result<Node> value(const Event& event, uint32_t depth) {
    const yaml_event_t& raw = event.raw;
    const uint64_t before = count_;
    SEAWALL_CHECK(count(raw, 1));
    height_ = 0;
    Node node;
    std::string anchor;
    switch (raw.type) {
      case YAML_ALIAS_EVENT:
        return alias(raw, depth);
      case YAML_SCALAR_EVENT:
        anchor = view(raw.data.scalar.anchor);
        node = scalar(raw);
        break;
      case YAML_SEQUENCE_START_EVENT: {
        anchor = view(raw.data.sequence_start.anchor);
        anchors_.erase(anchor);  // nothing holds itself
        SEAWALL_TRY(node, sequence(raw, depth));
        break;
      }
      case YAML_MAPPING_START_EVENT: {
        anchor = view(raw.data.mapping_start.anchor);
        anchors_.erase(anchor);
        SEAWALL_TRY(node, mapping(raw, depth));
        break;
      }
      default:
        return at(line_of(raw), column_of(raw), "a value expected");
    }
    if (!anchor.empty()) anchors_[anchor] = {node, count_ - before, height_};
    return node;
  }

  Result<Node> alias(const yaml_event_t& raw, uint32_t depth) {
    const auto found = anchors_.find(std::string(view(raw.data.alias.anchor)));
    if (found == anchors_.end())
      return at(line_of(raw), column_of(raw), "an alias without its anchor");
    SEAWALL_CHECK(count(raw, found->second.size));
    SEAWALL_CHECK(check_depth(raw, uint64_t{depth} + found->second.height));
    height_ = found->second.height;
    return found->second.node;
  }

  Node scalar(const yaml_event_t& raw) {
    const auto& data = raw.data.scalar;
    const uint32_t line = line_of(raw), column = column_of(raw);
    const std::string_view text = view(data.value, data.length);
    const std::string_view tag = view(data.tag);
    const bool plain = data.style == YAML_PLAIN_SCALAR_STYLE && (tag.empty() || tag == "!");
    const bool typed = tag.starts_with("tag:yaml.org,2002:") && !tag.ends_with(":str") &&
                       !tag.ends_with(":binary");
    if ((plain && tag.empty()) || typed) {
      if (text.empty() || one_of(text, {"~", "null", "Null", "NULL"}))
        return Node::null(line, column);
      if (one_of(text, {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})) {
        return Node::boolean(true, line, column);
      }
      if (one_of(text,
                 {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})) {
        return Node::boolean(false, line, column);
      }
      const std::string digits = without_underscores(text);
      if (const auto integer = plain_integer(digits)) return Node::integer(*integer, line, column);
      if (const auto number = plain_float(digits)) return Node::number(*number, line, column);
    }
    return Node::string(arena_->copy(text), line, column);
  }

  Result<Node> sequence(const yaml_event_t& start, uint32_t depth) {
    SEAWALL_CHECK(check_depth(start, uint64_t{depth} + 1));
    std::vector<Node> items;
    uint32_t height = 0;
    while (true) {
      Event event;
      SEAWALL_CHECK(next(event));
      if (event.raw.type == YAML_SEQUENCE_END_EVENT) break;
      SEAWALL_TRY(Node item, value(event, depth + 1));
      items.push_back(item);
      height = std::max(height, height_);
    }
    height_ = height + 1;
    return Node::array(arena_->copy(std::span<const Node>(items)), line_of(start),
                       column_of(start));
  }

  Result<Node> mapping(const yaml_event_t& start, uint32_t depth) {
    SEAWALL_CHECK(check_depth(start, uint64_t{depth} + 1));
    std::vector<Member> members;
    uint32_t height = 0;
    std::map<std::string_view, uint32_t> lines;  // of keys seen
    std::vector<Node> merges;
    while (true) {
      Event event;
      SEAWALL_CHECK(next(event));
      if (event.raw.type == YAML_MAPPING_END_EVENT) break;
      const uint32_t line = line_of(event.raw), column = column_of(event.raw);
      const bool quoted = event.raw.type == YAML_SCALAR_EVENT &&
                          event.raw.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
      SEAWALL_TRY(const std::string_view key, key_of(event, depth));
      Event content;
      SEAWALL_CHECK(next(content));
      SEAWALL_TRY(const Node node, value(content, depth + 1));
      height = std::max(height, height_);
      if (key == "<<" && !quoted) {
        merges.push_back(node);
        continue;
      }
      const auto [first, fresh] = lines.emplace(key, line);
      if (!fresh) {
        return at(line, column,
                  fmt::format("the key \"{}\" stands already at line {}",
                              printable(key.substr(0, 80)), first->second));
      }
      members.push_back({key, node});
    }
    for (const Node& merge : merges) SEAWALL_CHECK(apply_merge(merge, members, lines));
    height_ = height + 1;
    return Node::object(arena_->copy(std::span<const Member>(members)), line_of(start),
                        column_of(start));
  }

  // Keys are strings: what is written stands for itself ("1", "true"), as in the JSON form
  // Kubernetes reads.
  Result<std::string_view> key_of(const Event& event, uint32_t depth) {
    if (event.raw.type == YAML_SCALAR_EVENT) {
      const auto& data = event.raw.data.scalar;
      const std::string_view key = arena_->copy(view(data.value, data.length));
      SEAWALL_TRY([[maybe_unused]] const Node node, value(event, depth + 1));
      return key;
    }
    if (event.raw.type == YAML_ALIAS_EVENT) {
      SEAWALL_TRY(const Node node, alias(event.raw, depth + 1));
      if (node.is_string()) return node.string();
    }
    return at(line_of(event.raw), column_of(event.raw), "a key must be a plain value");
  }

  static Status apply_merge(const Node& merge, std::vector<Member>& members,
                            std::map<std::string_view, uint32_t>& lines) {
    if (merge.is_array()) {
      for (const Node& item : merge.items()) {
        if (!item.is_object()) return at(item.line(), item.column(), "\"<<\" merges mappings only");
        SEAWALL_CHECK(apply_merge(item, members, lines));
      }
      return {};
    }
    if (!merge.is_object()) return at(merge.line(), merge.column(), "\"<<\" merges mappings only");
    for (const Member& member : merge.members()) {
      if (lines.emplace(member.key, member.value.line()).second) members.push_back(member);
    }
    return {};
  }

  yaml_parser_t parser_ = {};
  bool ready_ = false;
  std::string_view text_;
  Limits limits_;
  Arena* arena_ = nullptr;
  std::map<std::string, Anchored> anchors_;
  uint64_t count_ = 0;  // of the whole stream
  uint32_t height_ = 0;
};

Result<std::vector<Document>> parse_yaml(std::string_view text, const Limits& limits) {
  if (text.size() > limits.document_bytes) {
    return limit_reached(fmt::format("the document has {} bytes; at most {} are read", text.size(),
                                     limits.document_bytes));
  }
  if (!is_valid_utf8(text)) return malformed("the document is not valid UTF-8");
  // libyaml compares each %TAG of a document with all before it, so that many take for ever; no
  // honest document has more than a few.
  if (count_lines_with(text, "%TAG") > kMostTagDirectives) {
    return limit_reached(fmt::format("more than {} %TAG directives", kMostTagDirectives));
  }
  return YamlBuilder(text, limits).run();
}

}  // namespace seawall
