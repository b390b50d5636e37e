// seccomp: one list of names; arguments where the profile denies what a call can be used for.
// Source: OCI runtime-spec 1.2, config-linux.md, "Seccomp"; moby, profiles/seccomp.
#include <linux/sched.h>
#include <sys/socket.h>

#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "codec/json_writer.h"
#include "guard/profile/export.h"
#include "guard/profile/need.h"

namespace seawall::guard {
namespace {

// Measured: `strace -ff` of containerd while containers start and `docker exec` runs, 36 starts and
// 36 execs; what the thread that has loaded the filter calls until the program's own execve.
constexpr std::string_view kRuntime[] = {
    "capget", "capset",    "chdir",      "close",   "epoll_ctl", "execve", "faccessat2",
    "fchown", "fcntl",     "fstat",      "fstatfs", "futex",     "getcwd", "getdents64",
    "getpid", "getppid",   "newfstatat", "openat",  "prctl",     "read",   "rt_sigreturn",
    "setgid", "setgroups", "setuid",     "write"};
constexpr std::string_view kRuntimeNoNewPrivileges[] = {
    "close",      "epoll_ctl", "execve", "fstatfs",      "futex",
    "getdents64", "getpid",    "openat", "rt_sigreturn", "write"};
// What every program does sooner or later, though it may not have while it was learned.
constexpr std::string_view kEnd[] = {"exit", "exit_group", "restart_syscall", "rt_sigreturn"};

constexpr uint64_t kNewNamespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                                    CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
// Named though the default denies them: who reads the file sees it, and runc answers calls above
// the highest number that a file names with ENOSYS, which here shall be EPERM.
constexpr std::string_view kNamed[] = {"bpf",
                                       "io_uring_setup",
                                       "keyctl",
                                       "mount",
                                       "mount_setattr",
                                       "move_mount",
                                       "open_by_handle_at",
                                       "open_tree",
                                       "perf_event_open",
                                       "pivot_root",
                                       "process_vm_readv",
                                       "process_vm_writev",
                                       "ptrace",
                                       "setns",
                                       "umount2",
                                       "unshare",
                                       "userfaultfd"};
constexpr int kNotPermitted = 1;     // EPERM
constexpr int kNotImplemented = 38;  // ENOSYS: libraries then take clone() in place of clone3()

struct Condition {
  int index = 0;
  std::string_view op;
  uint64_t value = 0, second = 0;
};

class SeccompWriter {
 public:
  SeccompWriter() : json_(out_, JsonWriter::kPretty) {}

  std::string write(std::string_view architecture, std::set<std::string> names,
                    const Profile& profile) {
    json_.begin_object();
    json_.key("defaultAction").string("SCMP_ACT_ERRNO");
    json_.key("architectures").begin_array().string(architecture).end_array();
    json_.key("syscalls").begin_array();
    const bool no_namespaces = profile.denies[static_cast<size_t>(Privilege::kNamespaces)];
    const bool clones = names.contains("clone") || names.contains("clone3");
    if (no_namespaces) {
      names.erase("clone");
      names.erase("clone3");
      names.erase("unshare");
      names.erase("setns");
    }
    const bool sockets = names.contains("socket");
    if (profile.network.deny_raw) names.erase("socket");
    rule({names.begin(), names.end()}, {});
    if (no_namespaces && clones) {
      rule({"clone"}, {{0, "SCMP_CMP_MASKED_EQ", kNewNamespaces, 0}});
      rule({"clone3"}, {}, kNotImplemented);
    }
    if (profile.network.deny_raw && sockets) no_raw_sockets();
    std::vector<std::string> denied;
    for (const std::string_view name : kNamed) {
      if (!names.contains(std::string(name))) denied.emplace_back(name);
    }
    rule(denied, {}, kNotPermitted);
    json_.end_array();
    json_.end_object();
    return std::move(out_);
  }

 private:
  // Streams, datagrams and sequences of any family but packets; netlink, whose sockets are raw.
  // The conditions on the family shut each other out: libseccomp 2.5 does not try a second rule
  // when one holds for the first argument and not for the next.
  void no_raw_sockets() {
    constexpr uint64_t kTypes = 0xf;  // beside SOCK_CLOEXEC and SOCK_NONBLOCK
    static_assert(AF_NETLINK + 1 == AF_PACKET);
    rule({"socket"}, {{0, "SCMP_CMP_EQ", AF_NETLINK, 0}});
    for (const auto& [op, family] :
         {std::pair("SCMP_CMP_LT", AF_NETLINK), std::pair("SCMP_CMP_GT", AF_PACKET)}) {
      for (const uint64_t type : {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET}) {
        rule({"socket"},
             {{0, op, static_cast<uint64_t>(family), 0}, {1, "SCMP_CMP_MASKED_EQ", kTypes, type}});
      }
    }
  }

  void rule(const std::vector<std::string>& names, const std::vector<Condition>& conditions,
            int error = 0) {
    json_.begin_object();
    json_.key("names").begin_array();
    for (const std::string& name : names) json_.string(name);
    json_.end_array();
    json_.key("action").string(error == 0 ? "SCMP_ACT_ALLOW" : "SCMP_ACT_ERRNO");
    if (error != 0) json_.key("errnoRet").integer(error);
    if (!conditions.empty()) {
      json_.key("args").begin_array();
      for (const Condition& condition : conditions) {
        json_.begin_object();
        json_.key("index").integer(condition.index);
        json_.key("value").integer(static_cast<int64_t>(condition.value));
        json_.key("valueTwo").integer(static_cast<int64_t>(condition.second));
        json_.key("op").string(condition.op);
        json_.end_object();
      }
      json_.end_array();
    }
    json_.end_object();
  }

  std::string out_;
  JsonWriter json_;
};

}  // namespace

std::span<const std::string_view> runtime_calls(bool no_new_privileges) {
  if (no_new_privileges) return kRuntimeNoNewPrivileges;
  return kRuntime;
}

Result<std::string> export_seccomp(const Profile& profile, const ExportOptions& options) {
  if (!profile.system_calls) {
    return unsupported(fmt::format("{} has no systemCalls: none were learned", profile.name))
        .hint("a filter made of nothing would let no program run");
  }
  std::string_view architecture;
  if (options.architecture == "amd64") architecture = "SCMP_ARCH_X86_64";
  if (options.architecture == "arm64") architecture = "SCMP_ARCH_AARCH64";
  if (architecture.empty()) return usage_error("the architecture is amd64 or arm64");
  std::set<std::string> names(profile.system_calls->begin(), profile.system_calls->end());
  for (const std::string_view name : runtime_calls(options.no_new_privileges)) names.emplace(name);
  names.insert(std::begin(kEnd), std::end(kEnd));
  for (const std::string& name : options.system_calls) {
    if (!is_call_name(name)) return usage_error(fmt::format("\"{}\" is no system call", name));
    names.insert(name);
  }
  return SeccompWriter().write(architecture, std::move(names), profile);
}

}  // namespace seawall::guard
