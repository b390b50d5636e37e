#include "support/support.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <thread>

namespace seawall::test {

ScratchDirectory::ScratchDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "seawall-test-XXXXXX").string();
  if (::mkdtemp(name.data())) path_ = name;
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

std::string ScratchDirectory::write(std::string_view name, std::string_view bytes) const {
  const std::string path = path_ + "/" + std::string(name);
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  EXPECT_OK(write_file(path, bytes));
  return path;
}

namespace {

std::string drain(int fd) {
  std::string text;
  std::array<char, 65536> buffer;
  ssize_t got;
  while ((got = ::read(fd, buffer.data(), buffer.size())) > 0)
    text.append(buffer.data(), static_cast<size_t>(got));
  ::close(fd);
  return text;
}

}  // namespace

RunResult run(const std::vector<std::string>& arguments, std::string_view input,
              const std::vector<std::string>& environment) {
  int in[2], out[2], err[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0)
    return {};
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(in[0], 0);
    ::dup2(out[1], 1);
    ::dup2(err[1], 2);
    for (const auto& variable : environment) ::putenv(const_cast<char*>(variable.c_str()));
    std::vector<char*> argv;
    for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  ::close(in[0]);
  ::close(out[1]);
  ::close(err[1]);
  RunResult result;
  std::thread feed([&] {
    while (!input.empty()) {
      const ssize_t put = ::write(in[1], input.data(), input.size());
      if (put <= 0) break;
      input.remove_prefix(static_cast<size_t>(put));
    }
    ::close(in[1]);
  });
  std::thread errors([&] { result.err = drain(err[0]); });
  result.out = drain(out[0]);
  errors.join();
  feed.join();
  int status = 0;
  struct rusage usage = {};
  ::wait4(pid, &status, 0, &usage);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.max_rss_kib = usage.ru_maxrss;
  return result;
}

RunResult seawall(std::vector<std::string> arguments, const std::vector<std::string>& environment) {
  arguments.insert(arguments.begin(), seawall_binary());
  return run(arguments, {}, environment);
}

bool on_path(std::string_view program) {
  const char* path = std::getenv("PATH");
  std::string rest = path ? path : "";
  while (!rest.empty()) {
    const size_t colon = rest.find(':');
    const std::string candidate = rest.substr(0, colon) + "/" + std::string(program);
    if (::access(candidate.c_str(), X_OK) == 0) return true;
    if (colon == std::string::npos) break;
    rest.erase(0, colon + 1);
  }
  return false;
}

std::string source_directory() {
  return SEAWALL_SOURCE_DIR;
}

std::string seawall_binary() {
  return SEAWALL_BINARY;
}

std::string shared_data() {
  std::string path;
  if (const char* own = std::getenv("SEAWALL_SHARED")) {
    path = own;
  } else {
    path = source_directory() + "/../shared";
  }
  return std::filesystem::is_directory(path + "/data") ? path + "/data" : "";
}

std::string read(const std::string& path) {
  auto bytes = read_file(path, 1ull << 31);
  EXPECT_OK(bytes);
  return bytes.ok() ? std::move(bytes).value() : "";
}

}  // namespace seawall::test
