#include "codec/xml.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "base/strings.h"

namespace seawall {
namespace {

pugi::xml_node node_of(void* node) {
  return pugi::xml_node(static_cast<pugi::xml_node_struct*>(node));
}

// pugixml's parser keeps no stack, but whoever walks the tree does: depth is bounded beforehand, by
// the tags alone.
Status check_depth(std::string_view text, uint32_t limit) {
  uint32_t depth = 0;
  for (size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
    if (at + 1 >= text.size()) break;
    const char next = text[at + 1];
    if (next == '!' || next == '?') continue;
    if (next == '/') {
      if (depth > 0) --depth;
      continue;
    }
    const size_t end = text.find('>', at);
    if (end != std::string_view::npos && text[end - 1] == '/') continue;
    if (++depth > limit) return limit_reached("elements are nested too deep");
  }
  return {};
}

}  // namespace

struct XmlDocument::State {
  pugi::xml_document document;
  std::vector<size_t> line_starts;
};

XmlDocument::XmlDocument() : state_(std::make_unique<State>()) {}
XmlDocument::~XmlDocument() = default;

Result<std::unique_ptr<XmlDocument>> XmlDocument::parse(std::string_view text,
                                                        const Limits& limits) {
  if (text.size() > limits.document_bytes) {
    return limit_reached(fmt::format("the document has {} bytes; at most {} are read", text.size(),
                                     limits.document_bytes));
  }
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (!is_valid_utf8(text)) return malformed("the document is not valid UTF-8");
  SEAWALL_CHECK(check_depth(text, limits.depth));
  std::unique_ptr<XmlDocument> out(new XmlDocument);
  auto& starts = out->state_->line_starts;
  starts.push_back(0);
  for (size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
    starts.push_back(at + 1);
  const auto result = out->state_->document.load_buffer(
      text.data(), text.size(), pugi::parse_default | pugi::parse_trim_pcdata, pugi::encoding_utf8);
  if (!result) {
    return malformed(fmt::format("no XML: {}", result.description()))
        .at(fmt::format("line {}", out->line_at(result.offset)));
  }
  if (!out->state_->document.document_element()) return malformed("no XML: no element in it");
  return out;
}

uint32_t XmlDocument::line_at(int64_t offset) const {
  if (offset < 0) return 0;
  const auto& starts = state_->line_starts;
  const auto next = std::upper_bound(starts.begin(), starts.end(), static_cast<size_t>(offset));
  return static_cast<uint32_t>(next - starts.begin());
}

XmlNode XmlDocument::root() const {
  return {this, state_->document.document_element().internal_object()};
}

std::string_view XmlNode::name() const {
  return node_ ? node_of(node_).name() : "";
}

std::string_view XmlNode::text() const {
  return node_ ? trim(node_of(node_).child_value()) : std::string_view();
}

std::string_view XmlNode::attribute(std::string_view name) const {
  if (!node_) return {};
  for (const auto& one : node_of(node_).attributes()) {
    if (name == one.name()) return one.value();
  }
  return {};
}

XmlNode XmlNode::child(std::string_view name) const {
  if (!node_) return {};
  for (const auto& one : node_of(node_).children()) {
    if (one.type() == pugi::node_element && name == one.name())
      return {document_, one.internal_object()};
  }
  return {};
}

std::vector<XmlNode> XmlNode::children() const {
  std::vector<XmlNode> out;
  if (!node_) return out;
  for (const auto& one : node_of(node_).children()) {
    if (one.type() == pugi::node_element) out.push_back({document_, one.internal_object()});
  }
  return out;
}

std::vector<XmlNode> XmlNode::children(std::string_view name) const {
  std::vector<XmlNode> out = children();
  std::erase_if(out, [&](const XmlNode& node) { return node.name() != name; });
  return out;
}

uint32_t XmlNode::line() const {
  return node_ ? document_->line_at(node_of(node_).offset_debug()) : 0;
}

}  // namespace seawall
