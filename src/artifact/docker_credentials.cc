#include "artifact/docker_credentials.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/log.h"
#include "base/program.h"
#include "base/strings.h"
#include "codec/json.h"

namespace seawall::artifact {
namespace {

constexpr uint64_t kLargestConfig = 4 << 20;
constexpr size_t kLargestAnswer = 64 << 10;
constexpr std::string_view kDockerHubKey = "https://index.docker.io/v1/";

// "https://host/v1/" -> "host": what stands before and after the host in keys of all ages.
std::string_view key_host(std::string_view key) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (key.starts_with(scheme)) key.remove_prefix(scheme.size());
  }
  while (key.ends_with('/')) key.remove_suffix(1);
  for (const std::string_view version : {"/v1", "/v2"}) {
    if (key.ends_with(version)) key.remove_suffix(version.size());
  }
  return key;
}

// What may stand as the key, the most exact first.
std::vector<std::string> key_candidates(std::string_view registry, std::string_view repository) {
  std::vector<std::string> keys;
  std::string path = fmt::format("{}/{}", registry, repository);
  for (size_t slash; (slash = path.rfind('/')) != path.npos; path.resize(slash)) {
    keys.push_back(path);
  }
  keys.emplace_back(registry);
  if (registry == "docker.io") {
    keys.insert(keys.end(), {"index.docker.io", "registry-1.docker.io"});
  }
  return keys;
}

const Node* find_entry(const Node& object, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) {
    for (const Member& member : object.members()) {
      if (key_host(member.key) == key) return &member.value;
    }
  }
  return nullptr;
}

Result<Credentials> written_credentials(const Node& entry) {
  Credentials found;
  found.identity_token = entry["identitytoken"].string();
  found.username = entry["username"].string();
  found.password = entry["password"].string();
  const std::string_view auth = entry["auth"].string();
  if (auth.empty()) return found;
  auto pair = from_base64(auth);
  if (!pair.ok() || pair->find(':') == std::string::npos) {
    return malformed(
        fmt::format("line {}: \"auth\" is not the base64 of name:password", entry["auth"].line()));
  }
  const auto [name, password] = split_once(*pair, ':');
  // Docker pads the pair with zero bytes in old files.
  found.username = name;
  found.password = password.substr(0, password.find('\0'));
  return found;
}

// Fills `found` from one config file. A missing file holds nothing.
Status search_file(const std::string& path, std::string_view registry, std::string_view repository,
                   Credentials& found) {
  if (!file_exists(path)) return {};
  SEAWALL_TRY(std::string text, read_file(path, kLargestConfig));
  auto document = parse_json(std::move(text));
  if (!document.ok()) return std::move(document).error().at(path);
  const Node& root = document->root();
  const auto keys = key_candidates(registry, repository);
  const Node* own = find_entry(root["credHelpers"], keys);
  const std::string_view helper = own ? own->string() : root["credsStore"].string();
  if (!helper.empty()) {
    const std::string server =
        registry == "docker.io" ? std::string(kDockerHubKey) : std::string(registry);
    auto answer = run_credential_helper(helper, server);
    if (answer.ok()) {
      found = std::move(answer).value();
    } else if (answer.error().code() == Code::kCancelled) {
      return std::move(answer).error();
    } else if (answer.error().code() != Code::kNotFound) {
      log_warning(fmt::format("{}: {}; going on without it", path, answer.error().text()));
    }
  }
  if (!found.empty()) return {};
  const Node* entry = find_entry(root["auths"], keys);
  if (!entry) return {};
  auto written = written_credentials(*entry);
  if (!written.ok()) return std::move(written).error().at(path);
  found = std::move(written).value();
  return {};
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

bool is_directory(const std::string& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

std::vector<std::string> config_files(const std::string& config) {
  if (!config.empty()) return {is_directory(config) ? config + "/config.json" : config};
  std::vector<std::string> files;
  if (const auto directory = variable("DOCKER_CONFIG"); !directory.empty()) {
    files.push_back(directory + "/config.json");
  } else if (const auto home = variable("HOME"); !home.empty()) {
    files.push_back(home + "/.docker/config.json");
  }
  if (const auto file = variable("REGISTRY_AUTH_FILE"); !file.empty()) {
    files.push_back(file);
  } else if (const auto runtime = variable("XDG_RUNTIME_DIR"); !runtime.empty()) {
    files.push_back(runtime + "/containers/auth.json");
  }
  return files;
}

}  // namespace

Result<Credentials> run_credential_helper(std::string_view name, std::string_view server,
                                          unsigned timeout_seconds) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  if (name.empty() || name.size() > 64 || !std::all_of(name.begin(), name.end(), fits)) {
    return usage_error(fmt::format("\"{}\" is not the name of a credential helper",
                                   printable(name.substr(0, 80))));
  }
  const std::string program = fmt::format("docker-credential-{}", name);
  ProgramCall call;
  call.program = find_program(program);
  // kNotFound is the helper's own word for "no such credentials".
  if (call.program.empty()) return Error(Code::kIo, program + " is not installed");
  call.arguments = {"get"};
  call.input = server;
  call.time = std::chrono::seconds(timeout_seconds);
  call.output_bytes = kLargestAnswer;
  call.error_bytes = 0;
  auto answer = run_program(call);
  if (!answer.ok()) return std::move(answer).error().at(program);
  if (answer->status != 0) {
    if (answer->output.find("credentials not found") != std::string::npos) {
      return Error(Code::kNotFound, program + " knows no credentials for this registry");
    }
    return Error(Code::kIo, fmt::format("{} failed with status {}", program, answer->status));
  }
  auto document = parse_json(std::move(answer->output));
  if (!document.ok() || !document->root().is_object()) {
    return malformed(program + " did not answer with a JSON object");
  }
  Credentials found;
  const std::string_view user = document->root()["Username"].string();
  const std::string_view secret = document->root()["Secret"].string();
  if (user == "<token>") {
    found.identity_token = secret;
  } else {
    found.username = user;
    found.password = secret;
  }
  return found;
}

Result<Credentials> find_credentials(std::string_view registry, std::string_view repository,
                                     const std::string& config) {
  Credentials found;
  for (const std::string& path : config_files(config)) {
    SEAWALL_CHECK(search_file(path, registry, repository, found));
    if (!found.empty()) break;
  }
  return found;
}

}  // namespace seawall::artifact
