// Reading the fields of policies of other tools strictly: a field that is not known is an error,
// because a typing mistake must not make a policy weaker.
//
//   Fields fields(file);
//   fields.only(spec, "spec", {"failurePolicy", "validations"});
//   const std::string text = fields.text(spec, "message");
//   SEAWALL_CHECK(fields.status());          // the first thing that was wrong
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/node.h"

namespace seawall::policy {

class Fields {
 public:
  explicit Fields(std::string_view file) : file_(file) {}
  // `node` is absent, null or an object with these members only.
  void only(const Node& node, std::string_view what, std::initializer_list<std::string_view> known);
  // A member that is text, or absent.
  std::string text(const Node& node, std::string_view key);
  std::string required_text(const Node& node, std::string_view key);
  std::vector<std::string> texts(const Node& node, std::string_view key);
  bool boolean(const Node& node, std::string_view key, bool other);
  // One of these words; the first where it is absent.
  std::string_view word(const Node& node, std::string_view key,
                        std::initializer_list<std::string_view> words);
  // A member that is a list, or absent; not more than `most` long.
  std::span<const Node> list(const Node& node, std::string_view key, size_t most = 1000);
  void fail(const Node& node, std::string_view message);
  std::string place(const Node& node) const;  // "file:line:column"
  std::string_view file() const { return file_; }
  Status status() const;
  bool ok() const { return !error_; }

 private:
  std::string file_;
  std::optional<Error> error_;
};

}  // namespace seawall::policy
