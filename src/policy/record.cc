#include "policy/record.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/file.h"
#include "codec/json_writer.h"

namespace seawall::policy {
namespace {

std::optional<Verdict> parse_verdict(std::string_view word) {
  for (const Verdict verdict : {Verdict::kAllow, Verdict::kAudit, Verdict::kWarn, Verdict::kDeny}) {
    if (to_string(verdict) == word) return verdict;
  }
  return std::nullopt;
}

}  // namespace

std::string record_of(Stage stage, std::string_view facts, const Decision& decision,
                      UnixSeconds time) {
  std::string body;
  JsonWriter json(body, JsonWriter::kCompact);
  json.begin_object();
  json.key("time").string(to_rfc3339(time));
  json.key("stage").string(to_string(stage));
  json.key("policy").begin_object();
  json.key("name").string(decision.policy);
  json.optional("digest", decision.policy_digest);
  json.end_object();
  json.key("decision").begin_object();
  json.key("verdict").string(to_string(decision.verdict));
  json.key("outcomes").begin_array();
  for (const RuleOutcome& outcome : decision.outcomes) {
    json.begin_object();
    json.key("rule").string(outcome.rule_id);
    json.key("verdict").string(to_string(outcome.verdict));
    json.end_object();
  }
  json.end_array().end_object();
  json.end_object();
  body.back() = ',';
  body += fmt::format("\"facts\":{}}}", facts);
  const std::string id = digest_of(body).hex.substr(0, 16);
  return fmt::format("{{\"version\":1,\"id\":\"{}\",{}\n", id, std::string_view(body).substr(1));
}

Status append_record(const std::string& path, std::string_view line) {
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!file.valid()) return errno_error("cannot open " + path, errno);
  const ssize_t written = ::write(file.get(), line.data(), line.size());
  if (written < 0) return errno_error("cannot write " + path, errno);
  if (static_cast<size_t>(written) != line.size()) {
    return Error(Code::kNoSpace, "the record was not written whole").at(path);
  }
  return {};
}

Result<DecisionRecord> read_record(const Node& line) {
  if (line["version"].integer() != 1) return malformed("it is no record of version 1");
  DecisionRecord record;
  record.id = line["id"].string();
  const auto time = parse_time(line["time"].string());
  const auto stage = parse_stage(line["stage"].string());
  const auto verdict = parse_verdict(line["decision"]["verdict"].string());
  if (record.id.empty() || !time || !stage || !verdict || !line["facts"].is_object()) {
    return malformed("a record has id, time, stage, decision and facts");
  }
  record.time = *time;
  record.stage = *stage;
  record.verdict = *verdict;
  for (const Node& outcome : line["decision"]["outcomes"].items()) {
    if (outcome["verdict"].string() == to_string(Verdict::kDeny)) {
      record.denied_by.push_back(outcome["rule"].string());
    }
  }
  record.facts = &line["facts"];
  return record;
}

Result<std::vector<std::string>> record_files(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    if (!fs::exists(path, error)) {
      return Error(Code::kNotFound, "there are no recorded decisions")
          .at(path)
          .hint("seawall scan IMAGE --record FILE keeps them");
    }
    return std::vector<std::string>{path};
  }
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    if (entry.path().extension() == ".jsonl") files.push_back(entry.path().string());
  }
  if (error) return Error(Code::kIo, error.message()).at(path);
  if (files.empty()) return Error(Code::kNotFound, "no *.jsonl files in it").at(path);
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace seawall::policy
