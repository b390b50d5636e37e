// JsonFields: strict reading of one object of a document whose form is ours.
//
//   std::optional<Error> error;
//   JsonFields fields(document.root(), error);
//   report.tool_version = fields.object("tool").text("version");
//   if (error) return std::move(*error);
//
// Each call states a key and what must stand there. The first that does not hold is the error of
// the whole document, with line and column; from then on every answer is empty, so that a caller
// asks once, at the end. Keys that nobody asks for are ignored. COST: a lookup is linear in the
// members of the object. ERRORS: kMalformed, kLimit.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/result.h"
#include "codec/node.h"

namespace seawall::report {

class JsonFields {
 public:
  // REQUIRES: the node and `error` outlive it. A node that is not an object is the error.
  JsonFields(const Node& node, std::optional<Error>& error);

  bool failed() const { return error_.has_value(); }
  bool has(std::string_view key) const { return node_[key].exists(); }
  // Records what is wrong with the value of `key`, or with the object when it has none.
  void fail(std::string_view key, std::string_view what, Code code = Code::kMalformed) const;

  std::string text(std::string_view key) const;
  std::string optional_text(std::string_view key) const;  // empty when absent
  bool flag(std::string_view key) const;
  bool optional_flag(std::string_view key) const;  // false when absent
  // Whole numbers of 0 to `highest`.
  uint64_t count(std::string_view key, uint64_t highest = INT64_MAX) const;
  uint64_t optional_count(std::string_view key, uint64_t highest) const;  // 0 when absent
  int optional_index(std::string_view key, int highest) const;            // -1 when absent
  double number(std::string_view key, double highest) const;              // 0 to `highest`
  std::optional<double> optional_number(std::string_view key, double highest) const;
  Digest optional_digest(std::string_view key) const;
  std::vector<std::string> texts(std::string_view key) const;
  std::vector<std::string> optional_texts(std::string_view key) const;
  // The members of an object of strings, sorted by name; none when absent.
  std::vector<std::pair<std::string, std::string>> optional_pairs(std::string_view key) const;
  // Indexes into a list of `size` things.
  std::vector<size_t> indexes(std::string_view key, size_t size) const;
  JsonFields object(std::string_view key) const { return {get(key), error_}; }

  // The word that to_string() gives for one of the enumerators 0 to `last`.
  template <typename E>
  E word(std::string_view key, E last) const {
    const std::string_view text = get(key).string();
    for (int i = 0; i <= static_cast<int>(last); ++i) {
      if (to_string(static_cast<E>(i)) == text) return static_cast<E>(i);
    }
    if (!failed()) fail_word(key, text);
    return E{};
  }

  // Calls read(fields) for each object of the array; stops at the first error.
  template <typename F>
  void each(std::string_view key, uint64_t most, F&& read) const {
    for (const Node& item : list(key, most)) {
      JsonFields fields(item, error_);
      if (failed()) return;
      read(fields);
    }
  }
  // The items of an array of at most `most`.
  std::span<const Node> list(std::string_view key, uint64_t most) const;

 private:
  const Node& get(std::string_view key) const;  // the value, which must be there
  void fail_kind(std::string_view key, std::string_view wanted) const;
  void fail_word(std::string_view key, std::string_view text) const;
  const Node& node_;
  std::optional<Error>& error_;
};

}  // namespace seawall::report
