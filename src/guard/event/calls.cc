#include "guard/event/calls.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "base/strings.h"

namespace seawall::guard {
namespace {

struct Kind {
  EventType type;
  std::string_view names;
};
constexpr Kind kKinds[] = {
    {EventType::kAccept, "accept accept4"},
    {EventType::kKeyring, "add_key keyctl request_key"},
    {EventType::kBind, "bind"},
    {EventType::kBpf, "bpf"},
    {EventType::kIdentity,
     "capset setfsgid setfsuid setgid setgroups setregid setresgid setresuid setreuid "
     "setuid"},
    {EventType::kMode, "chmod fchmod fchmodat fchmodat2"},
    {EventType::kOwner, "chown fchown fchownat lchown"},
    {EventType::kFork, "clone clone3 fork vfork"},
    {EventType::kConnect, "connect"},
    {EventType::kOpen, "creat open open_by_handle_at openat openat2"},
    {EventType::kModule, "delete_module finit_module init_module"},
    {EventType::kDuplicate, "dup dup2 dup3"},
    {EventType::kExec, "execve execveat"},
    {EventType::kExit, "exit exit_group procexit"},
    {EventType::kMount, "fsmount mount move_mount pivot_root umount2"},
    {EventType::kSignal, "kill tgkill tkill"},
    {EventType::kLink, "link linkat"},
    {EventType::kListen, "listen"},
    {EventType::kMemory, "memfd_create mmap mprotect"},
    {EventType::kMakeFolder, "mkdir mkdirat"},
    {EventType::kMakeNode, "mknod mknodat"},
    {EventType::kPerf, "perf_event_open"},
    {EventType::kTrace, "process_vm_readv process_vm_writev ptrace"},
    {EventType::kReceive, "recvfrom recvmmsg recvmsg"},
    {EventType::kRename, "rename renameat renameat2"},
    {EventType::kUnlink, "rmdir unlink unlinkat"},
    {EventType::kSend, "sendmmsg sendmsg sendto"},
    {EventType::kNamespace, "setns unshare"},
    {EventType::kSocket, "socket"},
    {EventType::kSymlink, "symlink symlinkat"},
    {EventType::kFaults, "userfaultfd"},
    {EventType::kOther,
     "_sysctl access acct adjtimex afs_syscall alarm arch_prctl brk cachestat capget chdir "
     "chroot clock_adjtime clock_getres clock_gettime clock_nanosleep clock_settime close "
     "close_range copy_file_range create_module epoll_create epoll_create1 epoll_ctl "
     "epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2 "
     "faccessat faccessat2 fadvise64 fallocate fanotify_init fanotify_mark fchdir fcntl "
     "fdatasync fgetxattr flistxattr flock fremovexattr fsconfig fsetxattr fsopen fspick "
     "fstat fstatfs fsync ftruncate futex futex_requeue futex_wait futex_waitv futex_wake "
     "futimesat get_kernel_syms get_mempolicy get_robust_list get_thread_area getcpu "
     "getcwd getdents getdents64 getegid geteuid getgid getgroups getitimer getpeername "
     "getpgid getpgrp getpid getpmsg getppid getpriority getrandom getresgid getresuid "
     "getrlimit getrusage getsid getsockname getsockopt gettid gettimeofday getuid "
     "getxattr inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel "
     "io_destroy io_getevents io_pgetevents io_setup io_submit io_uring_enter "
     "io_uring_register io_uring_setup ioctl ioperm iopl ioprio_get ioprio_set kcmp "
     "kexec_file_load kexec_load landlock_add_rule landlock_create_ruleset "
     "landlock_restrict_self lgetxattr listmount listxattr llistxattr lookup_dcookie "
     "lremovexattr lseek lsetxattr lsm_get_self_attr lsm_list_modules lsm_set_self_attr "
     "lstat madvise map_shadow_stack mbind membarrier memfd_secret migrate_pages mincore "
     "mlock mlock2 mlockall modify_ldt mount_setattr move_pages mq_getsetattr mq_notify "
     "mq_open mq_timedreceive mq_timedsend mq_unlink mremap mseal msgctl msgget msgrcv "
     "msgsnd msync munlock munlockall munmap name_to_handle_at nanosleep newfstatat "
     "nfsservctl open_tree pause personality pidfd_getfd pidfd_open pidfd_send_signal pipe "
     "pipe2 pkey_alloc pkey_free pkey_mprotect poll ppoll prctl pread64 preadv preadv2 "
     "prlimit64 process_madvise process_mrelease pselect6 putpmsg pwrite64 pwritev "
     "pwritev2 query_module quotactl quotactl_fd read readahead readlink readlinkat readv "
     "reboot remap_file_pages removexattr restart_syscall rseq rt_sigaction rt_sigpending "
     "rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait "
     "rt_tgsigqueueinfo sched_get_priority_max sched_get_priority_min sched_getaffinity "
     "sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval "
     "sched_setaffinity sched_setattr sched_setparam sched_setscheduler sched_yield "
     "seccomp security select semctl semget semop semtimedop sendfile set_mempolicy "
     "set_mempolicy_home_node set_robust_list set_thread_area set_tid_address "
     "setdomainname sethostname setitimer setpgid setpriority setrlimit setsid setsockopt "
     "settimeofday setxattr shmat shmctl shmdt shmget shutdown sigaltstack signalfd "
     "signalfd4 socketpair splice stat statfs statmount statx swapoff swapon sync "
     "sync_file_range syncfs sysfs sysinfo syslog tee time timer_create timer_delete "
     "timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime "
     "timerfd_settime times truncate tuxcall umask uname uselib ustat utime utimensat "
     "utimes vhangup vmsplice vserver wait4 waitid write writev"},
};

std::vector<Call> sorted_calls() {
  std::vector<Call> all;
  for (const Kind& kind : kKinds) {
    for (const std::string_view name : split(kind.names, ' ')) all.push_back({name, kind.type});
  }
  std::sort(all.begin(), all.end(), [](const Call& a, const Call& b) { return a.name < b.name; });
  return all;
}

const std::vector<Call>& calls() {
  static const std::vector<Call> all = sorted_calls();
  return all;
}

// The value of an enumeration, 0 to `last`, whose word this is.
template <typename E>
bool named(std::string_view word, E last, E& found) {
  for (int at = 0; at <= static_cast<int>(last); ++at) {
    if (to_string(static_cast<E>(at)) != word) continue;
    found = static_cast<E>(at);
    return true;
  }
  return false;
}

}  // namespace

std::span<const Call> known_calls() {
  return calls();
}

const Call* find_call(std::string_view name) {
  static const std::unordered_map<std::string_view, const Call*> index = [] {
    std::unordered_map<std::string_view, const Call*> made;
    for (const Call& call : calls()) made.emplace(call.name, &call);
    return made;
  }();
  const auto found = index.find(name);
  return found == index.end() ? nullptr : found->second;
}

bool event_type_named(std::string_view word, EventType& type) {
  return named(word, EventType::kDenied, type);
}
bool origin_named(std::string_view word, FileOrigin& origin) {
  return named(word, FileOrigin::kMemory, origin);
}

}  // namespace seawall::guard
