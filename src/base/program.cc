#include "base/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/strings.h"

extern char** environ;

namespace seawall {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kPollMilliseconds = 50;  // how late an interruption is seen at most

struct Pipe {
  FileDescriptor read, write;
  static Result<Pipe> open() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return errno_error("cannot make a pipe", errno);
    return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
  }
};

std::vector<char*> pointers_to(const std::vector<std::string>& words) {
  std::vector<char*> out;
  for (const std::string& word : words) out.push_back(const_cast<char*>(word.c_str()));
  out.push_back(nullptr);
  return out;
}

// The program while it runs. Its group is killed before its id is given back to the kernel, so that
// the signal can reach nobody else.
class Child {
 public:
  ~Child() { kill_and_reap(); }

  Status start(const ProgramCall& call, int input, int output, int errors) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, 0);
    posix_spawn_file_actions_adddup2(&actions, output, 1);
    if (errors >= 0)
      posix_spawn_file_actions_adddup2(&actions, errors, 2);
    else
      posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_init(&attributes);
    sigset_t reset;
    sigemptyset(&reset);
    sigaddset(&reset, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &reset);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    std::vector<std::string> words = {call.program};
    words.insert(words.end(), call.arguments.begin(), call.arguments.end());
    std::vector<char*> argv = pointers_to(words);
    std::vector<char*> variables;
    if (call.environment) variables = pointers_to(*call.environment);
    const int failed = ::posix_spawn(&pid_, call.program.c_str(), &actions, &attributes,
                                     argv.data(), call.environment ? variables.data() : environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
      pid_ = -1;
      return errno_error("cannot run " + call.program, failed);
    }
    if (call.memory_bytes == 0) return {};
    const rlimit bound = {call.memory_bytes, call.memory_bytes};
    // It may have ended already, which is no failure.
    if (::prlimit(pid_, RLIMIT_DATA, &bound, nullptr) != 0 && errno != ESRCH)
      return errno_error("cannot bound the memory of " + call.program, errno);
    return {};
  }

  // REQUIRES: its output has ended, so that it is about to exit.
  Result<int> wait(Clock::time_point deadline) {
    while (true) {
      siginfo_t info = {};
      const int got = ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
      if (got == 0 && info.si_pid == pid_) break;
      if (got < 0 && errno != EINTR) return errno_error("cannot wait for a program", errno);
      SEAWALL_CHECK(check_interrupted());
      if (Clock::now() > deadline) return Error(Code::kTimeout, "it does not end");
      ::poll(nullptr, 0, 5);
    }
    return kill_and_reap();
  }

 private:
  int kill_and_reap() {
    if (pid_ <= 0) return 0;
    ::kill(-pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  pid_t pid_ = -1;
};

// Both streams to their ends; standard error is read on when enough of it is kept, so that nobody
// waits for us.
Status read_streams(const ProgramCall& call, int output, int errors, Clock::time_point deadline,
                    ProgramAnswer& answer) {
  std::vector<char> buffer(64 << 10);
  pollfd streams[] = {{output, POLLIN, 0}, {errors, POLLIN, 0}};
  while (streams[0].fd >= 0 || streams[1].fd >= 0) {
    SEAWALL_CHECK(check_interrupted());
    if (Clock::now() > deadline) {
      return Error(Code::kTimeout, fmt::format("it does not end within {} ms", call.time.count()));
    }
    if (::poll(streams, 2, kPollMilliseconds) <= 0) continue;
    for (pollfd& stream : streams) {
      if (stream.fd < 0 || stream.revents == 0) continue;
      const ssize_t got = ::read(stream.fd, buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return errno_error("cannot read its answer", errno);
      const std::string_view bytes(buffer.data(), static_cast<size_t>(got));
      if (got == 0) {
        stream.fd = -1;  // which poll passes over
      } else if (&stream == &streams[1]) {
        answer.errors += bytes.substr(0, call.error_bytes - answer.errors.size());
      } else if (answer.output.size() + bytes.size() > call.output_bytes) {
        return limit_reached(
            fmt::format("it answers more than {}", human_bytes(call.output_bytes)));
      } else {
        answer.output += bytes;
      }
    }
  }
  return {};
}

}  // namespace

Result<ProgramAnswer> run_program(const ProgramCall& call) {
  const Clock::time_point deadline = Clock::now() + call.time;
  SEAWALL_TRY(Pipe input, Pipe::open());
  SEAWALL_TRY(Pipe output, Pipe::open());
  Pipe errors;
  if (call.error_bytes != 0) {
    SEAWALL_TRY(errors, Pipe::open());
  }
  // Far smaller than a pipe's buffer: this never blocks; and the reading end is still ours, so that
  // it raises no SIGPIPE.
  if (call.input.size() > 4096) return limit_reached("a program is given at most 4 KiB");
  if (!call.input.empty() && ::write(input.write.get(), call.input.data(), call.input.size()) < 0) {
    return errno_error("cannot write to " + call.program, errno);
  }
  input.write.reset();
  Child child;
  SEAWALL_CHECK(child.start(call, input.read.get(), output.write.get(), errors.write.get()));
  output.write.reset();
  errors.write.reset();
  ProgramAnswer answer;
  SEAWALL_CHECK(read_streams(call, output.read.get(), errors.read.get(), deadline, answer));
  SEAWALL_TRY(answer.status, child.wait(deadline));
  return answer;
}

std::string find_program(std::string_view name) {
  const char* path = std::getenv("PATH");
  for (const std::string_view directory : split(path ? path : "", ':')) {
    if (!directory.starts_with('/')) continue;
    std::string candidate = fmt::format("{}/{}", directory, name);
    struct stat info;
    if (::stat(candidate.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
        ::access(candidate.c_str(), X_OK) == 0) {
      return candidate;
    }
  }
  return {};
}

}  // namespace seawall
