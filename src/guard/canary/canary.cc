#include "guard/canary/canary.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <ctime>
#include <filesystem>

#include <fmt/format.h>

#include "base/file.h"
#include "base/strings.h"
#include "guard/canary/canary_program.h"
#include "guard/kernel/profile_rows.h"

namespace seawall::guard {
namespace {

// Exit bits of canary.c.
constexpr int kExecuted = 1, kConnected = 2, kOpened = 4, kCouldNotTry = 128;

Profile canary_profile() {
  Profile profile;
  profile.name = "canary";
  profile.executables.deny = {"/denied"};
  profile.files.deny = {{"/secret", true, false}};
  Peer peer;
  peer.cidr = "192.0.2.0/24";
  profile.network.deny_connect = {peer};
  return profile;
}

constexpr std::string_view kGroup = "seawall-canary-";

// Of guards that could not clean up; a group that is in use stays.
void remove_left_groups(const std::string& root) {
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(root, failed)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(kGroup)) continue;
    const auto pid = parse_unsigned(std::string_view(name).substr(kGroup.size()));
    if (pid && ::kill(static_cast<pid_t>(*pid), 0) != 0) ::rmdir(entry.path().c_str());
  }
}

}  // namespace

std::string CanaryResult::words() const {
  if (holds()) return "denied";
  std::vector<std::string> through;
  if (!executed_denied) through.emplace_back("exec");
  if (!connected_denied) through.emplace_back("connect");
  if (!opened_denied) through.emplace_back("open");
  return "went through: " + join(through, ", ");
}

Result<Canary> Canary::prepare(const GroupLayout& layout, const std::string& state_folder) {
  Canary canary;
  canary.folder_ = state_folder + "/canary";
  SEAWALL_CHECK(make_directories(canary.folder_));
  for (const char* name : {"/canary", "/denied"})
    SEAWALL_CHECK(write_file(canary.folder_ + name, canary_program(), 0755));
  SEAWALL_CHECK(write_file(canary.folder_ + "/secret", "", 0600));
  remove_left_groups(layout.root);
  // A guard that takes over runs beside the one before it for a moment.
  canary.group_ = fmt::format("{}/{}{}", layout.root, kGroup, ::getpid());
  if (::mkdir(canary.group_.c_str(), 0755) != 0 && errno != EEXIST)
    return errno_error("cannot make control group " + canary.group_, errno);
  SEAWALL_TRY(canary.group_id_, layout.group_id(canary.group_));
  return canary;
}

Canary::~Canary() {
  if (!group_.empty()) ::rmdir(group_.c_str());
}

Result<int> Canary::try_all() const {
  ::unlink((folder_ + "/effect").c_str());
  const std::string members = group_ + "/cgroup.procs";
  const FileDescriptor group(::open(members.c_str(), O_WRONLY | O_CLOEXEC));
  if (!group.valid()) return errno_error("cannot open " + members, errno);
  const pid_t child = ::fork();
  if (child < 0) return errno_error("cannot start the canary", errno);
  if (child == 0) {
    // Only what is safe in a child of a process with threads.
    const char* words[] = {"/canary", "all", nullptr};
    const char* nothing[] = {nullptr};
    if (::write(group.get(), "0", 1) != 1 || ::chroot(folder_.c_str()) != 0 || ::chdir("/") != 0)
      ::_exit(kCouldNotTry);
    ::execve(words[0], const_cast<char* const*>(words), const_cast<char* const*>(nothing));
    ::_exit(kCouldNotTry);
  }
  const FileDescriptor ended(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  pollfd wait = {ended.get(), POLLIN, 0};
  const bool in_time = ended.valid() && ::poll(&wait, 1, kMostSeconds * 1000) == 1;
  if (!in_time) ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!in_time) return Error(Code::kTimeout, "the canary did not end");
  if (!WIFEXITED(status) || (WEXITSTATUS(status) & kCouldNotTry) != 0)
    return unsupported("the canary could not try").hint("is " + folder_ + " mounted noexec?");
  return WEXITSTATUS(status);
}

Result<CanaryResult> Canary::run(KernelPart& part, const Backends& backends) {
  if (!able_) {
    SEAWALL_CHECK(part.unbind(group_id_));
    SEAWALL_TRY(const int found, try_all());
    if (found != (kExecuted | kConnected | kOpened)) {
      return unsupported(
                 fmt::format("without rules the canary cannot do what it tries ({})", found))
          .hint("is " + folder_ + " mounted noexec?");
    }
    able_ = true;
    const ProfileRows rows = rows_of(canary_profile(), kProfile);
    for (const auto& [key, verdict] : rows.executables)
      SEAWALL_CHECK(part.set_executable(key, verdict));
    for (const auto& [key, verdict] : rows.files) SEAWALL_CHECK(part.set_file(key, verdict));
    for (const auto& [key, peer] : rows.peers) SEAWALL_CHECK(part.set_peer(key, peer));
    SEAWALL_CHECK(part.set_profile(kProfile, rows.profile));
  }
  SEAWALL_CHECK(part.bind(group_id_, {kProfile, wire::SW_ENFORCE}));
  SEAWALL_TRY(const int found, try_all());
  CanaryResult result;
  result.time = static_cast<int64_t>(std::time(nullptr));
  result.executed_denied = backends.exec == Backend::kNone || !(found & kExecuted);
  result.connected_denied = backends.network == Backend::kNone || !(found & kConnected);
  result.opened_denied = backends.files == Backend::kNone || !(found & kOpened);
  return result;
}

}  // namespace seawall::guard
