// The file, its services and its variables. The short syntaxes are in compose_values.cc.
#include "inspect/compose/compose_file.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall::inspect {
namespace {

constexpr uint64_t kMostBytes = 8 << 20, kMostNodes = 1'000'000, kMostText = 64 << 20;
constexpr size_t kMostValue = 4096, kMostProblems = 100;
constexpr int kMostNested = 8, kMostBases = 16;
constexpr uint32_t kMostLinesUp = 64;  // comments between a key and its value

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string fill(std::string_view text, int depth);

// What stands in "${...}".
std::string braced(std::string_view inner, int depth) {
  size_t end = 0;
  while (end < inner.size() && is_name_char(inner[end])) ++end;
  const std::string_view name = inner.substr(0, end);
  std::string_view rest = inner.substr(end);
  if (rest.starts_with(':')) rest.remove_prefix(1);
  if (rest.starts_with('-') && depth < kMostNested) return fill(rest.substr(1), depth + 1);
  if (name == "HOME") return "~";
  if (name == "PWD") return ".";
  return std::string(1, kUnknownText);
}

// The length of "${...}" at the beginning of the text with its braces; 0 when it never ends.
size_t braced_length(std::string_view text) {
  int open = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '$' && i + 1 < text.size() && text[i + 1] == '{')
      ++open, ++i;
    else if (text[i] == '}' && --open == 0)
      return i + 1;
  }
  return 0;
}

std::string fill(std::string_view text, int depth) {
  std::string out;
  while (!text.empty()) {
    const size_t dollar = std::min(text.find('$'), text.size());
    out += text.substr(0, dollar);
    text.remove_prefix(dollar);
    if (text.size() < 2) return out += text;
    if (text[1] == '{') {
      const size_t length = braced_length(text);
      if (length == 0) return out += kUnknownText;
      out += braced(text.substr(2, length - 3), depth);
      text.remove_prefix(length);
    } else if (is_name_char(text[1])) {
      size_t end = 1;
      while (end < text.size() && is_name_char(text[end])) ++end;
      out += braced(text.substr(1, end - 1), depth);
      text.remove_prefix(end);
    } else {
      out += '$';
      text.remove_prefix(text[1] == '$' ? 2 : 1);
    }
  }
  return out;
}

// Bytes of text below the node, aliases counted as often as used.
uint64_t text_size(const Node& node) {
  uint64_t size = node.string().size();
  for (const Node& item : node.items()) size += text_size(item);
  for (const Member& member : node.members()) size += member.key.size() + text_size(member.value);
  return size;
}

}  // namespace

std::string interpolate(std::string_view text) {
  return fill(text, 0);
}

std::string written(const Node& node) {
  switch (node.kind()) {
    case NodeKind::kString:
      if (node.string().size() > kMostValue) return std::string(1, kUnknownText);
      return std::string(node.string());
    case NodeKind::kBool:
      return node.boolean() ? "true" : "false";
    case NodeKind::kInteger:
      return std::to_string(*node.integer());
    case NodeKind::kDouble:
      return fmt::format("{}", *node.number());
    default:
      return {};
  }
}

std::string text_of(const Node& node) {
  return node.is_string() ? interpolate(written(node)) : written(node);
}

const Node& at_path(const Node& node, std::string_view path) {
  const Node* at = &node;
  while (!path.empty() && at->exists()) {
    const auto [key, rest] = split_once(path, '.');
    at = &(*at)[key];
    path = rest;
  }
  return *at;
}

Result<ComposeFile> ComposeFile::parse(std::string_view text, const Limits& limits) {
  Limits own = limits;
  own.document_bytes = std::min(own.document_bytes, kMostBytes);
  own.nodes = std::min(own.nodes, kMostNodes);
  ComposeFile file;
  SEAWALL_TRY(file.documents_, parse_yaml(text, own));
  uint64_t size = 0;
  for (const Document& document : file.documents_) size += text_size(document.root());
  if (size > kMostText) {
    return limit_reached(fmt::format("its aliases make {} of text; at most {} are looked into",
                                     human_bytes(size), human_bytes(kMostText)));
  }
  file.text_ = text;
  file.lines_.push_back(0);
  for (size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1))
    file.lines_.push_back(at + 1);
  for (const Document& document : file.documents_) file.add_services(document.root()["services"]);
  file.link_bases();
  return file;
}

void ComposeFile::add_services(const Node& services) {
  if (services.exists() && !services.is_object() && !services.is_null()) {
    problems_.push_back(malformed(fmt::format("line {}: \"services\" is no mapping but of kind {}",
                                              services.line(), services.kind_name())));
  }
  for (const Member& member : services.members()) {
    const Node& node = member.value;
    if (node.is_object()) {
      const auto [first, fresh] = by_name_.emplace(member.key, services_.size());
      services_.push_back({member.key, &node, key_line(member.key, node)});
      // A later document of the stream changes the service.
      if (!fresh) services_.back().whole = services_[first->second].whole = false;
    } else if (!node.is_null() && problems_.size() < kMostProblems) {
      problems_.push_back(
          malformed(fmt::format("line {}: service {} is no mapping but of kind {}", node.line(),
                                printable(member.key.substr(0, 80)), node.kind_name())));
    }
  }
}

void ComposeFile::link_bases() {
  for (ComposeService& service : services_) {
    const Node& extends = (*service.node)["extends"];
    if (!extends.exists() || extends.is_null()) continue;
    const std::string name = text_of(extends.is_object() ? extends["service"] : extends);
    const auto found = by_name_.find(name);
    if (extends["file"].exists() || found == by_name_.end())
      service.whole = false;
    else
      service.base = &services_[found->second];
  }
  std::vector<bool> whole;
  for (const ComposeService& service : services_) {
    bool known = true, runs = false;
    int bases = 0;
    for (const ComposeService* at = &service; at != nullptr; at = at->base) {
      known = known && at->whole && ++bases <= kMostBases;
      if (!known) break;
      runs = runs || (*at->node)["image"].exists() || (*at->node)["build"].exists();
    }
    whole.push_back(known && runs);
  }
  for (size_t i = 0; i < services_.size(); ++i) services_[i].whole = whole[i];
}

std::vector<const Node*> ComposeFile::settings(const ComposeService& service,
                                               std::string_view path) const {
  std::vector<const Node*> found;
  int bases = 0;
  for (const ComposeService* at = &service; at != nullptr && bases < kMostBases; at = at->base) {
    const Node& node = at_path(*at->node, path);
    if (node.exists()) found.push_back(&node);
    ++bases;
  }
  return found;
}

void ComposeFile::for_each_member(
    std::string_view section, const std::function<void(std::string_view, const Node&)>& use) const {
  for (const Document& document : documents_) {
    for (const Member& member : document.root()[section].members()) use(member.key, member.value);
  }
}

std::string_view ComposeFile::line_text(uint32_t line) const {
  if (line == 0 || line > lines_.size()) return {};
  const size_t begin = lines_[line - 1];
  const size_t end = line < lines_.size() ? lines_[line] - 1 : text_.size();
  return text_.substr(begin, end - begin);
}

uint32_t ComposeFile::key_line(std::string_view key, const Node& value) const {
  const uint32_t line = value.line();
  for (uint32_t up = 0; up < kMostLinesUp && up < line; ++up) {
    std::string_view text = trim(line_text(line - up));
    if (text.starts_with('"') || text.starts_with('\'')) text.remove_prefix(1);
    if (!text.starts_with(key)) continue;
    text = text.substr(key.size());
    if (text.starts_with('"') || text.starts_with('\'')) text.remove_prefix(1);
    if (trim(text).starts_with(':')) return line - up;
  }
  return line;
}

}  // namespace seawall::inspect
