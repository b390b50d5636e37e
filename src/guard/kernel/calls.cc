#include "guard/kernel/calls.h"

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <algorithm>

#include <fmt/format.h>

namespace seawall::guard {
namespace {

using enum EventType;

#if defined(__x86_64__)
#define SEAWALL_OLD_CALLS 1
#endif

constexpr SystemCall kCalls[] = {
#ifdef SEAWALL_OLD_CALLS
    {SYS_open, "open", kOpen, true, false, 0, -1, false, {"name", "flags", "mode"}},
    {SYS_creat, "creat", kOpen, true, false, 0, -1, false, {"name", "mode"}},
    {SYS_link, "link", kLink, false, false, 0, 1, false, {"oldpath", "newpath"}},
    {SYS_symlink, "symlink", kSymlink, false, false, 0, 1, false, {"target", "linkpath"}},
    {SYS_rename, "rename", kRename, false, false, 0, 1, false, {"oldpath", "newpath"}},
    {SYS_unlink, "unlink", kUnlink, false, false, 0, -1, false, {"path"}},
    {SYS_rmdir, "rmdir", kUnlink, false, false, 0, -1, false, {"path"}},
    {SYS_mkdir, "mkdir", kMakeFolder, false, false, 0, -1, false, {"path", "mode"}},
    {SYS_mknod, "mknod", kMakeNode, false, false, 0, -1, false, {"path", "mode", "dev"}},
    {SYS_chmod, "chmod", kMode, false, false, 0, -1, false, {"filename", "mode"}},
    {SYS_chown, "chown", kOwner, false, false, 0, -1, false, {"path", "uid", "gid"}},
    {SYS_dup2, "dup2", kDuplicate, true, false, -1, -1, false, {"oldfd", "newfd"}},
#endif
    {SYS_openat, "openat", kOpen, true, false, 1, -1, false, {"dirfd", "name", "flags", "mode"}},
    {SYS_openat2, "openat2", kOpen, true, false, 1, -1, false, {"dirfd", "name"}},
    {SYS_linkat,
     "linkat",
     kLink,
     false,
     false,
     1,
     3,
     false,
     {"olddir", "oldpath", "newdir", "newpath", "flags"}},
    {SYS_symlinkat,
     "symlinkat",
     kSymlink,
     false,
     false,
     0,
     2,
     false,
     {"target", "linkdirfd", "linkpath"}},
    {SYS_renameat,
     "renameat",
     kRename,
     false,
     false,
     1,
     3,
     false,
     {"olddirfd", "oldpath", "newdirfd", "newpath"}},
    {SYS_renameat2,
     "renameat2",
     kRename,
     false,
     false,
     1,
     3,
     false,
     {"olddirfd", "oldpath", "newdirfd", "newpath", "flags"}},
    {SYS_unlinkat, "unlinkat", kUnlink, false, false, 1, -1, false, {"dirfd", "name", "flags"}},
    {SYS_mkdirat, "mkdirat", kMakeFolder, false, false, 1, -1, false, {"dirfd", "path", "mode"}},
    {SYS_mknodat,
     "mknodat",
     kMakeNode,
     false,
     false,
     1,
     -1,
     false,
     {"dirfd", "path", "mode", "dev"}},
    {SYS_fchmod, "fchmod", kMode, false, true, -1, -1, false, {"fd", "mode"}},
    {SYS_fchmodat, "fchmodat", kMode, false, false, 1, -1, false, {"dirfd", "filename", "mode"}},
    {SYS_fchown, "fchown", kOwner, false, true, -1, -1, false, {"fd", "uid", "gid"}},
    {SYS_fchownat,
     "fchownat",
     kOwner,
     false,
     false,
     1,
     -1,
     false,
     {"dirfd", "pathname", "uid", "gid", "flags"}},
    {SYS_connect, "connect", kConnect, false, true, -1, -1, true, {"fd"}},
    {SYS_accept, "accept", kAccept, true, false, -1, -1, false, {}},
    {SYS_accept4, "accept4", kAccept, true, false, -1, -1, false, {"", "", "", "flags"}},
    {SYS_bind, "bind", kBind, false, true, -1, -1, true, {"fd"}},
    {SYS_listen, "listen", kListen, false, true, -1, -1, false, {"fd", "backlog"}},
    {SYS_sendto, "sendto", kSend, false, true, -1, -1, false, {"fd", "", "size"}},
    {SYS_sendmsg, "sendmsg", kSend, false, true, -1, -1, false, {"fd"}},
    {SYS_recvfrom, "recvfrom", kReceive, false, true, -1, -1, false, {"fd", "", "size"}},
    {SYS_recvmsg, "recvmsg", kReceive, false, true, -1, -1, false, {"fd"}},
    {SYS_socket, "socket", kSocket, true, false, -1, -1, false, {"domain", "type", "proto"}},
    {SYS_dup, "dup", kDuplicate, true, false, -1, -1, false, {"oldfd"}},
    {SYS_dup3, "dup3", kDuplicate, true, false, -1, -1, false, {"oldfd", "newfd", "flags"}},
    {SYS_memfd_create, "memfd_create", kMemory, true, false, 0, -1, false, {"name", "flags"}},
    {SYS_ptrace, "ptrace", kTrace, false, false, -1, -1, false, {"request", "pid"}},
    {SYS_process_vm_readv, "process_vm_readv", kTrace, false, false, -1, -1, false, {"pid"}},
    {SYS_process_vm_writev, "process_vm_writev", kTrace, false, false, -1, -1, false, {"pid"}},
    {SYS_init_module, "init_module", kModule, false, false, -1, -1, false, {"", "length"}},
    {SYS_finit_module, "finit_module", kModule, false, true, -1, -1, false, {"fd", "", "flags"}},
    {SYS_delete_module, "delete_module", kModule, false, false, 0, -1, false, {"name", "flags"}},
    {SYS_mount, "mount", kMount, false, false, 1, 0, false, {"dev", "dir", "", "flags"}},
    {SYS_umount2, "umount2", kMount, false, false, 0, -1, false, {"name", "flags"}},
    {SYS_pivot_root, "pivot_root", kMount, false, false, 0, 1, false, {"new_root", "put_old"}},
    {SYS_unshare, "unshare", kNamespace, false, false, -1, -1, false, {"flags"}},
    {SYS_setns, "setns", kNamespace, false, true, -1, -1, false, {"fd", "nstype"}},
    {SYS_setuid, "setuid", kIdentity, false, false, -1, -1, false, {"uid"}},
    {SYS_setgid, "setgid", kIdentity, false, false, -1, -1, false, {"gid"}},
    {SYS_setresuid, "setresuid", kIdentity, false, false, -1, -1, false, {"ruid", "euid", "suid"}},
    {SYS_setresgid, "setresgid", kIdentity, false, false, -1, -1, false, {"rgid", "egid", "sgid"}},
    {SYS_kill, "kill", kSignal, false, false, -1, -1, false, {"pid", "sig"}},
    {SYS_bpf, "bpf", kBpf, false, false, -1, -1, false, {"cmd"}},
    {SYS_perf_event_open, "perf_event_open", kPerf, false, false, -1, -1, false, {"", "pid"}},
    {SYS_userfaultfd, "userfaultfd", kFaults, true, false, -1, -1, false, {"flags"}},
};

constexpr std::pair<int64_t, std::string_view> kOpenFlags[] = {
    {O_CREAT, "O_CREAT"},     {O_EXCL, "O_EXCL"},         {O_TRUNC, "O_TRUNC"},
    {O_APPEND, "O_APPEND"},   {O_NONBLOCK, "O_NONBLOCK"}, {O_DIRECTORY, "O_DIRECTORY"},
    {O_CLOEXEC, "O_CLOEXEC"}, {O_PATH, "O_PATH"}};
constexpr std::pair<int64_t, std::string_view> kDomains[] = {{AF_UNIX, "AF_UNIX"},
                                                             {AF_INET, "AF_INET"},
                                                             {AF_INET6, "AF_INET6"},
                                                             {AF_NETLINK, "AF_NETLINK"},
                                                             {AF_PACKET, "AF_PACKET"}};
constexpr std::pair<int64_t, std::string_view> kRequests[] = {
    {PTRACE_TRACEME, "PTRACE_TRACEME"},   {PTRACE_PEEKTEXT, "PTRACE_PEEKTEXT"},
    {PTRACE_PEEKDATA, "PTRACE_PEEKDATA"}, {PTRACE_POKETEXT, "PTRACE_POKETEXT"},
    {PTRACE_POKEDATA, "PTRACE_POKEDATA"}, {PTRACE_ATTACH, "PTRACE_ATTACH"},
    {PTRACE_SETREGS, "PTRACE_SETREGS"},   {PTRACE_SEIZE, "PTRACE_SEIZE"}};

// Where the kernel part puts the flags of the file that was opened.
constexpr size_t kFileFlags = 5;

std::string one_of(std::span<const std::pair<int64_t, std::string_view>> words, int64_t value) {
  for (const auto& [number, word] : words) {
    if (number == value) return std::string(word);
  }
  return fmt::format("{}", value);
}

std::string open_flags(int64_t value) {
  const int64_t access = value & O_ACCMODE;
  std::string text = access == O_RDONLY ? "O_RDONLY" : access == O_WRONLY ? "O_WRONLY" : "O_RDWR";
  for (const auto& [bit, word] : kOpenFlags) {
    if ((value & bit) == bit) text += "|" + std::string(word);
  }
  return text;
}

std::string text_of(const SystemCall& call, std::string_view name, int64_t value) {
  if (call.type == kOpen && name == "flags") return open_flags(value);
  if (name == "domain") return one_of(kDomains, value);
  if (name == "request") return one_of(kRequests, value);
  if (name == "mode" || name == "dev") return fmt::format("{:#o}", value);
  return fmt::format("{}", value);
}

}  // namespace

const SystemCall* system_call(uint16_t number) {
  const auto found = std::find_if(std::begin(kCalls), std::end(kCalls),
                                  [&](const SystemCall& call) { return call.number == number; });
  return found == std::end(kCalls) ? nullptr : found;
}

std::vector<const SystemCall*> calls_of(const std::vector<std::string>& names) {
  std::vector<const SystemCall*> found;
  for (const SystemCall& call : kCalls) {
    if (std::find(names.begin(), names.end(), call.name) != names.end()) found.push_back(&call);
  }
  return found;
}

uint32_t reading_of(const SystemCall& call) {
  uint32_t bits = 1u << 7;
  if (call.gives_descriptor) bits |= 1u << 0;
  if (call.takes_descriptor) bits |= 1u << 1;
  if (call.path >= 0) bits |= 1u << 4 | static_cast<uint32_t>(call.path) << 8;
  if (call.second >= 0) bits |= 1u << 5 | static_cast<uint32_t>(call.second) << 12;
  if (call.takes_address) bits |= 1u << 6;
  return bits;
}

void add_arguments(const SystemCall& call, std::span<const uint64_t> values,
                   const std::string& second, Event& event) {
  const bool flags_elsewhere = call.name == "creat" || call.name == "openat2";
  if (flags_elsewhere && !event.failed() && values.size() > kFileFlags) {
    const auto value = static_cast<int64_t>(static_cast<int32_t>(values[kFileFlags]));
    event.arguments.push_back({"flags", open_flags(value), value});
  }
  for (size_t i = 0; i < std::size(call.names) && i < values.size(); ++i) {
    const std::string_view name = call.names[i];
    if (name.empty()) continue;
    const int at = static_cast<int>(i);
    if (at == call.path || at == call.second) {
      event.arguments.push_back(
          {std::string(name), at == call.path ? event.file.raw_name : second, 0});
      continue;
    }
    // An int of the kernel's in a register of twice its size.
    const auto value = static_cast<int64_t>(static_cast<int32_t>(values[i]));
    event.arguments.push_back({std::string(name), text_of(call, name, value), value});
  }
}

}  // namespace seawall::guard
