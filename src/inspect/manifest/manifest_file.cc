// Forms of files, lists, and what is left of a stream with broken documents.
#include "inspect/manifest/manifest_file.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall::inspect {
namespace {

constexpr uint64_t kMostBytes = 64 << 20, kMostNodes = 8'000'000;
constexpr size_t kMostProblems = 100;
constexpr std::string_view kSpace = " \t\r\n";

// One document of a stream: from its "---" line, if it has one, to the next.
struct Part {
  size_t begin, end;
  size_t lines_before;
  uint32_t document;
};

bool is_separator(std::string_view line) {
  return line.starts_with("---") && (line.size() == 3 || kSpace.find(line[3]) != kSpace.npos);
}

// Neither a value nor a directive: the stream's first document begins after it.
bool is_blank(std::string_view text) {
  bool blank = true;
  for_each_line(text, [&](std::string_view line, size_t) {
    const std::string_view said = trim(line);
    blank = blank && (said.empty() || said.starts_with('#'));
  });
  return blank;
}

// A marker in the first column ends every YAML value, so that parts are found without a parser.
std::vector<Part> split_stream(std::string_view text) {
  std::vector<Part> parts = {{0, text.size(), 0, 0}};
  size_t lines = 0;
  for (size_t at = 0; at < text.size(); ++lines) {
    const size_t end = std::min(text.find('\n', at), text.size());
    if (at != 0 && is_separator(text.substr(at, end - at))) {
      Part& last = parts.back();
      last.end = at;
      if (is_blank(text.substr(last.begin, at - last.begin)))
        last = {at, text.size(), lines, last.document};
      else
        parts.push_back({at, text.size(), lines, last.document + 1});
    }
    at = end + 1;
  }
  return parts;
}

// Leaves an empty document.
void blank_out(std::string& text, const Part& part) {
  const bool marked = is_separator(std::string_view(text).substr(part.begin, 4));
  bool counts = marked;
  for (size_t i = part.begin + (marked ? 3 : 0); i < part.end; ++i) {
    if (text[i] == '\n' || text[i] == '\r') continue;
    text[i] = counts ? ' ' : '~';  // without "---" only a value makes it one
    counts = true;
  }
}

// Each JSON value of a stream of them; empty when it is no such stream.
std::vector<std::string_view> split_json(std::string_view text) {
  std::vector<std::string_view> values;
  size_t open = 0, begin = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      quoted = c != '"';
    } else if (c == '{' || c == '[') {
      if (open++ == 0) begin = i;
    } else if (c == '}' || c == ']') {
      if (open == 0) return {};
      if (--open == 0) values.push_back(text.substr(begin, i + 1 - begin));
    } else if (open == 0 && kSpace.find(c) == kSpace.npos) {
      return {};
    } else if (c == '"') {
      quoted = true;
    }
  }
  return open == 0 ? values : std::vector<std::string_view>();
}

// The values as the items of one array, each on its line. Only columns of a first line move.
std::string as_array(std::string_view text, const std::vector<std::string_view>& values) {
  std::string out = "[";
  const char* at = text.data();
  for (const std::string_view value : values) {
    if (at != text.data()) out += ',';
    out.append(at, value.data() + value.size());
    at = value.data() + value.size();
  }
  return out += ']';
}

std::pair<size_t, size_t> line_and_column(std::string_view text, size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const size_t line_start = before.rfind('\n');
  return {std::count(before.begin(), before.end(), '\n') + 1,
          line_start == before.npos ? offset + 1 : offset - line_start};
}

// What the document's failure is called: templates fail for a reason of their own.
Error explain(std::string_view part, size_t lines_before, Error error) {
  const size_t braces = part.find("{{");
  if (braces == part.npos || error.code() == Code::kLimit) return error;
  const auto [line, column] = line_and_column(part, braces);
  return Error(Code::kUnsupported,
               fmt::format("line {}, column {}: it is a template, which Helm has to render first",
                           lines_before + line, column))
      .hint("judge what \"helm template CHART\" prints");
}

std::string_view text_of(const Node& node, const char* key) {
  return node[key].string();
}

bool is_list(std::string_view kind, const Node& node) {
  const Node& items = node["items"];
  return kind.ends_with("List") && items.exists() && (items.is_array() || items.is_null());
}

bool is_word(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

}  // namespace

std::string_view api_group(std::string_view api_version) {
  const size_t slash = api_version.find('/');
  return slash == api_version.npos ? std::string_view() : api_version.substr(0, slash);
}

std::string json_path_of(std::string_view parent, std::string_view key) {
  if (!is_word(key)) {
    const std::string escaped = replace_all(replace_all(key, "\\", "\\\\"), "\"", "\\\"");
    return fmt::format("{}[\"{}\"]", parent, escaped);
  }
  return parent.empty() ? std::string(key) : fmt::format("{}.{}", parent, key);
}

std::string json_path_of(std::string_view parent, size_t index) {
  return fmt::format("{}[{}]", parent, index);
}

ManifestFile ManifestFile::read(std::string_view text, const Limits& limits) {
  Limits own = limits;
  own.document_bytes = std::min(own.document_bytes, kMostBytes);
  own.nodes = std::min(own.nodes, kMostNodes);
  ManifestFile file;
  const size_t first = text.find_first_not_of(kSpace);
  const bool json = first != text.npos && (text[first] == '{' || text[first] == '[');
  if (!json || text.size() > own.document_bytes) {
    file.read_yaml(text, own);
  } else if (auto document = parse_json(std::string(text), own); document.ok()) {
    file.documents_.push_back(std::move(document).value());
    file.add_document(file.documents_[0].root(), 0);
  } else if (const auto values = split_json(text); values.size() < 2) {
    file.read_yaml(text, own);  // flow style, or a template
  } else if (auto stream = parse_json(as_array(text, values), own); stream.ok()) {
    file.documents_.push_back(std::move(stream).value());
    uint32_t index = 0;
    for (const Node& value : file.documents_[0].root().items()) file.add_document(value, index++);
  } else {
    file.problem(explain(text, 0, std::move(stream).error()));
  }
  file.count_left_out();
  return file;
}

void ManifestFile::read_yaml(std::string_view text, const Limits& limits) {
  auto documents = parse_yaml(text, limits);
  if (!documents.ok()) return read_without_broken(text, limits, documents.error());
  documents_ = std::move(documents).value();
  for (uint32_t i = 0; i < documents_.size(); ++i) add_document(documents_[i].root(), i);
}

// Broken documents are overwritten by spaces, so that all others keep their lines.
void ManifestFile::read_without_broken(std::string_view text, const Limits& limits,
                                       const Error& whole) {
  if (text.size() > limits.document_bytes) return problem(whole);
  const std::vector<Part> parts = split_stream(text);
  if (parts.size() == 1) return problem(explain(text, 0, whole));
  std::string rest(text);
  bool any = false;
  for (const Part& part : parts) {
    const std::string_view own = text.substr(part.begin, part.end - part.begin);
    if (parse_yaml(own, limits).ok()) continue;
    any = true;
    blank_out(rest, part);
    if (problems_.size() >= kMostProblems) {
      ++left_out_;
      continue;
    }
    // Once more, at its place: every line that the message names is then one of the file.
    auto placed = parse_yaml(std::string(part.lines_before, '\n').append(own), limits);
    Error error = placed.ok() ? whole : std::move(placed).error();
    problem(explain(own, part.lines_before, std::move(error))
                .at(fmt::format("document {}", part.document + 1)));
  }
  auto documents = parse_yaml(any ? std::string_view(rest) : text, limits);
  if (!documents.ok()) return problem(any ? std::move(documents).error() : whole);
  documents_ = std::move(documents).value();
  for (uint32_t i = 0; i < documents_.size(); ++i) add_document(documents_[i].root(), i);
}

void ManifestFile::add_document(const Node& root, uint32_t document) {
  if (root.is_null()) return;  // empty documents are common between separators
  if (!root.is_array()) return add(root, {}, {}, document);
  for (size_t i = 0; i < root.size(); ++i) add(root[i], {}, json_path_of({}, i), document);
}

void ManifestFile::add(const Node& node, const ManifestObject& list, std::string json_path,
                       uint32_t document) {
  const auto place = [&] {
    return fmt::format("line {}, column {}: {}", node.line(), node.column(),
                       json_path.empty() ? "the document" : json_path);
  };
  if (!node.is_object())
    return problem(malformed(fmt::format("{} is a {}, no object", place(), node.kind_name())));
  ManifestObject object = list;  // for kind and apiVersion
  if (node["kind"].exists()) object.kind = text_of(node, "kind");
  if (node["apiVersion"].exists()) object.api_version = text_of(node, "apiVersion");
  if (object.kind.empty()) return problem(malformed(place() + " has no \"kind\""));
  if (object.api_version.empty()) return problem(malformed(place() + " has no \"apiVersion\""));
  if (is_list(object.kind, node)) {
    ManifestObject of_items;
    if (object.kind != "List") {
      of_items.api_version = object.api_version;
      of_items.kind = object.kind.substr(0, object.kind.size() - 4);
    }
    const std::string items = json_path_of(json_path, "items");
    for (size_t i = 0; i < node["items"].size(); ++i)
      add(node["items"][i], of_items, json_path_of(items, i), document);
    return;
  }
  const Node& metadata = node["metadata"];
  object.namespace_name = text_of(metadata, "namespace");
  object.name = text_of(metadata, metadata["name"].exists() ? "name" : "generateName");
  object.node = &node;
  object.document = document;
  object.line = node.line();
  object.json_path = std::move(json_path);
  objects_.push_back(std::move(object));
}

void ManifestFile::problem(Error error) {
  if (problems_.size() < kMostProblems)
    problems_.push_back(std::move(error));
  else
    ++left_out_;
}

void ManifestFile::count_left_out() {
  if (left_out_ == 0) return;
  problems_.push_back(limit_reached(
      fmt::format("{} more problems are not shown; the first {} are", left_out_, kMostProblems)));
}

bool looks_like_manifest(std::string_view path, const Node& root) {
  if (text_of(root, "apiVersion").empty() || text_of(root, "kind").empty()) return false;
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return !name.starts_with("values") || root["metadata"].is_object();
}

bool may_hold_manifest(std::string_view text) {
  return text.find("apiVersion") != text.npos && text.find("kind") != text.npos;
}

}  // namespace seawall::inspect
