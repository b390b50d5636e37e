// ComposeFile: a Compose file as its rules see it, and the values that its short syntaxes hold.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "codec/yaml.h"

namespace seawall::inspect {

// Stands where a variable without a default is.
inline constexpr char kUnknownText = '\x1a';
inline bool is_known(std::string_view text) {
  return text.find(kUnknownText) == text.npos;
}

// Variables replaced as Compose does (specification, "Interpolation"): ${A:-x} and ${A-x} by x,
// nested ones too, "$$" by "$", HOME by "~", PWD by "."; every other one by kUnknownText.
std::string interpolate(std::string_view text);

// A scalar as text, variables replaced: "true" for a boolean, digits for a number; empty for null
// and containers; kUnknownText for what is longer than 4096 bytes.
std::string text_of(const Node& node);
// As text_of(), as written: variables stay. For evidence.
std::string written(const Node& node);
// A mapping's value by a path of keys: "deploy.resources.limits.memory". Missing: !exists().
const Node& at_path(const Node& node, std::string_view path);

struct ComposeService {
  std::string_view name;
  const Node* node;
  uint32_t line;                         // of its name
  const ComposeService* base = nullptr;  // what it extends in this file
  bool whole = true;  // false: other files decide parts of it, so that nothing is called missing
};

class ComposeFile {
 public:
  // ERRORS: kMalformed and kLimit with line and column.
  static Result<ComposeFile> parse(std::string_view text, const Limits& limits);

  const std::vector<Document>& documents() const { return documents_; }
  const std::vector<ComposeService>& services() const { return services_; }
  std::string_view text() const { return text_; }
  const std::vector<Error>& problems() const { return problems_; }  // services that are none
  // The values at the path in the service and in what it extends, its own first.
  std::vector<const Node*> settings(const ComposeService& service, std::string_view path) const;
  // Each member of the mapping `section` ("volumes", "secrets") of the file: name, value.
  void for_each_member(std::string_view section,
                       const std::function<void(std::string_view, const Node&)>& use) const;
  // Where the key stands whose value is `value`: its own line, or one shortly above.
  uint32_t key_line(std::string_view key, const Node& value) const;

 private:
  void add_services(const Node& services);
  void link_bases();
  std::string_view line_text(uint32_t line) const;
  std::string_view text_;
  std::vector<size_t> lines_;  // where each begins
  std::vector<Document> documents_;
  std::vector<ComposeService> services_;
  std::map<std::string_view, size_t> by_name_;
  std::vector<Error> problems_;
};

// An entry of `ports`. Texts have variables replaced; ports may be ranges: "8000-8010".
struct ComposePort {
  std::string host_ip, host, container, protocol;
  uint32_t line = 0;
  std::string written;
  bool on_all_addresses() const;
};
std::vector<ComposePort> ports_of(const Node& service);
// Whether the range or number covers the port; false when it is not known.
bool covers_port(std::string_view range, uint64_t port);

// An entry of `volumes`.
struct ComposeMount {
  std::string type;  // "bind", "volume", "tmpfs", "npipe", ...
  std::string source, target, propagation;
  std::vector<std::string> options;
  bool read_only = false;
  uint32_t line = 0;
  std::string written;
};
std::vector<ComposeMount> mounts_of(const Node& service);
// A volume of the file that is a directory of the host: driver_opts with o: bind. Empty source
// when it is none.
ComposeMount volume_device(const Node& volume);

// An entry of `environment`, `args` or `labels`, which are mappings or lists of NAME=VALUE.
struct ComposeVariable {
  std::string name, value;  // variables replaced
  bool has_value = false;   // false: taken from the environment of Compose
  bool number_or_boolean = false;
  uint32_t line = 0;
};
std::vector<ComposeVariable> variables_of(const Node& node);

// A command as words, split at white space in both forms (a word may be a script of a shell).
struct ComposeWord {
  std::string text;
  uint32_t line = 0;
};
std::vector<ComposeWord> words_of(const Node& node);

}  // namespace seawall::inspect
