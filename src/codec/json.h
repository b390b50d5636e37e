// JSON (RFC 8259) into Nodes that know their line and column. Strict: no comments, no trailing
// commas, valid UTF-8, unique keys, one value and nothing after it.
//
//   SEAWALL_TRY(auto document, parse_json(std::move(text)));
//   document.root()["id"].string()
//
// A feed of many small documents reuses one JsonParser. Strings without escapes are views of the
// input. COST: about 0.5 GB/s of typical feed text and 32 to 48 bytes a value. LIMITS:
// document_bytes (at most 4 GiB), depth, nodes. ERRORS: kMalformed or kLimit with "line 3, column
// 7".
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "codec/arena.h"
#include "codec/node.h"

namespace seawall {

class JsonParser {
 public:
  explicit JsonParser(const Limits& limits = {}) : limits_(limits) {}
  // The root; valid until the next parse, and as long as `text` lives.
  Result<const Node*> parse(std::string_view text);

 private:
  friend class JsonReader;
  Limits limits_;
  Arena arena_;
  std::vector<Node> nodes_;
  std::vector<Member> members_;
  std::vector<std::string_view> keys_;
  Node root_;
};

// A parsed document that owns its text. Movable; nodes stay where they are.
class Document {
 public:
  const Node& root() const { return state_->root; }
  std::string_view text() const { return state_->text; }

 private:
  friend Result<Document> parse_json(std::string text, const Limits& limits);
  friend class YamlBuilder;
  friend class TomlBuilder;
  struct State {
    std::string text;
    Arena arena{512};  // a YAML stream can have very many very small documents
    JsonParser parser;
    Node root;
  };
  std::unique_ptr<State> state_ = std::make_unique<State>();
};

Result<Document> parse_json(std::string text, const Limits& limits = {});

}  // namespace seawall
