#include "artifact/docker_credentials.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/log.h"
#include "base/strings.h"
#include "codec/json.h"

extern char** environ;

namespace seawall::artifact {
namespace {

constexpr uint64_t kLargestConfig = 4 << 20;
constexpr size_t kLargestAnswer = 64 << 10;
constexpr std::string_view kDockerHubKey = "https://index.docker.io/v1/";

using Clock = std::chrono::steady_clock;

struct Pipe {
  FileDescriptor read, write;
  static Result<Pipe> open() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return errno_error("cannot make a pipe", errno);
    return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
  }
};

// A program of ours, in its own process group, so that what it starts ends with it.
class Child {
 public:
  ~Child() {
    if (pid_ <= 0) return;
    ::kill(-pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  Status start(const std::string& program, const char* argument, int input, int output) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, 0);
    posix_spawn_file_actions_adddup2(&actions, output, 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_init(&attributes);
    sigset_t reset;
    sigemptyset(&reset);
    sigaddset(&reset, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &reset);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    char* argv[] = {const_cast<char*>(program.c_str()), const_cast<char*>(argument), nullptr};
    const int failed = ::posix_spawnp(&pid_, program.c_str(), &actions, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (failed == 0) return {};
    pid_ = -1;
    // kNotFound is the helper's own word for "no such credentials".
    if (failed == ENOENT) return Error(Code::kIo, program + " is not installed");
    return errno_error("cannot run " + program, failed);
  }
  // The exit status; REQUIRES: its output has ended, so that it is about to exit.
  Result<int> wait(Clock::time_point deadline) {
    while (true) {
      int status = 0;
      const pid_t got = ::waitpid(pid_, &status, WNOHANG);
      if (got == pid_) {
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
      }
      if (got < 0 && errno != EINTR) return errno_error("cannot wait for a program", errno);
      SEAWALL_CHECK(check_interrupted());
      if (Clock::now() > deadline) return Error(Code::kTimeout, "it does not end");
      ::poll(nullptr, 0, 10);
    }
  }

 private:
  pid_t pid_ = -1;
};

Result<std::string> read_answer(int fd, Clock::time_point deadline) {
  std::string answer;
  char buffer[4096];
  while (true) {
    SEAWALL_CHECK(check_interrupted());
    if (Clock::now() > deadline) return Error(Code::kTimeout, "it does not answer in time");
    pollfd wanted{fd, POLLIN, 0};
    if (::poll(&wanted, 1, 100) <= 0) continue;
    const ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got == 0) return answer;
    if (got < 0 && errno != EINTR) return errno_error("cannot read its answer", errno);
    if (got > 0) answer.append(buffer, static_cast<size_t>(got));
    if (answer.size() > kLargestAnswer) return limit_reached("it answers more than 64 KiB");
  }
}

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
  const auto deadline = Clock::now() + std::chrono::seconds(timeout_seconds);
  SEAWALL_TRY(Pipe input, Pipe::open());
  SEAWALL_TRY(Pipe output, Pipe::open());
  // A server's name is far smaller than a pipe's buffer: this never blocks, and the reading end is
  // still ours, so that it raises no SIGPIPE.
  if (::write(input.write.get(), server.data(), server.size()) < 0) {
    return errno_error("cannot write to " + program, errno);
  }
  input.write.reset();
  Child child;
  SEAWALL_CHECK(child.start(program, "get", input.read.get(), output.write.get()));
  output.write.reset();
  auto answer = read_answer(output.read.get(), deadline);
  if (!answer.ok()) return std::move(answer).error().at(program);
  auto status = child.wait(deadline);
  if (!status.ok()) return std::move(status).error().at(program);
  if (*status != 0) {
    if (answer->find("credentials not found") != std::string::npos) {
      return Error(Code::kNotFound, program + " knows no credentials for this registry");
    }
    return Error(Code::kIo, fmt::format("{} failed with status {}", program, *status));
  }
  auto document = parse_json(std::move(answer).value());
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
