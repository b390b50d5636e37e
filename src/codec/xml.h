// XML documents as a tree to be read: elements, attributes, text, and the line of each element.
// Adapter of pugixml.
//
//   SEAWALL_TRY(const XmlDocument document, XmlDocument::parse(std::move(text)));
//   for (const XmlNode dependency : document.root().child("dependencies").children("dependency"))
//     use(dependency.child("version").text(), dependency.line());
//
// Namespace prefixes are part of names. Only the five built-in entities and character references
// are expanded, nothing external is read. Asking for what is not there gives an empty node or text.
// LIMITS: document_bytes, depth. ERRORS: kMalformed or kLimit with the line.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"

namespace seawall {

class XmlDocument;

class XmlNode {
 public:
  XmlNode() = default;
  explicit operator bool() const { return node_ != nullptr; }
  std::string_view name() const;
  // The text of the element's first text child, without the space around it.
  std::string_view text() const;
  std::string_view attribute(std::string_view name) const;
  XmlNode child(std::string_view name) const;
  std::vector<XmlNode> children(std::string_view name) const;
  std::vector<XmlNode> children() const;  // all elements
  uint32_t line() const;                  // 1-based; 0 for an empty node

 private:
  friend class XmlDocument;
  XmlNode(const XmlDocument* document, void* node) : document_(document), node_(node) {}
  const XmlDocument* document_ = nullptr;
  void* node_ = nullptr;
};

// Nodes live as long as their document, which may not be moved while they are used.
class XmlDocument {
 public:
  static Result<std::unique_ptr<XmlDocument>> parse(std::string_view text,
                                                    const Limits& limits = {});
  ~XmlDocument();
  XmlNode root() const;

 private:
  friend class XmlNode;
  struct State;
  XmlDocument();
  uint32_t line_at(int64_t offset) const;
  std::unique_ptr<State> state_;
};

}  // namespace seawall
