// What the kernel is set to: sysctl, boot parameters, security modules, mitigations.
#include <algorithm>

#include "base/strings.h"
#include "benchmark/collectors/fact_writer.h"
#include "benchmark/collectors/mount_info.h"
#include "benchmark/collectors/status_file.h"
#include "benchmark/collectors/system.h"

namespace seawall::benchmark {
namespace {

// The settings that controls read. A name that the kernel does not have is left out.
constexpr std::string_view kSysctls[] = {
    "dev.tty.ldisc_autoload",
    "fs.protected_fifos",
    "fs.protected_hardlinks",
    "fs.protected_regular",
    "fs.protected_symlinks",
    "fs.suid_dumpable",
    "kernel.apparmor_restrict_unprivileged_userns",
    "kernel.core_pattern",
    "kernel.dmesg_restrict",
    "kernel.io_uring_disabled",
    "kernel.kexec_load_disabled",
    "kernel.kptr_restrict",
    "kernel.modules_disabled",
    "kernel.perf_event_paranoid",
    "kernel.randomize_va_space",
    "kernel.sysrq",
    "kernel.tainted",
    "kernel.unprivileged_bpf_disabled",
    "kernel.unprivileged_userns_clone",
    "kernel.yama.ptrace_scope",
    "net.core.bpf_jit_harden",
    "net.ipv4.conf.all.accept_redirects",
    "net.ipv4.conf.all.accept_source_route",
    "net.ipv4.conf.all.log_martians",
    "net.ipv4.conf.all.rp_filter",
    "net.ipv4.conf.all.secure_redirects",
    "net.ipv4.conf.all.send_redirects",
    "net.ipv4.conf.default.accept_redirects",
    "net.ipv4.conf.default.accept_source_route",
    "net.ipv4.conf.default.rp_filter",
    "net.ipv4.icmp_echo_ignore_broadcasts",
    "net.ipv4.ip_forward",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies",
    "net.ipv6.conf.all.accept_ra",
    "net.ipv6.conf.all.accept_redirects",
    "net.ipv6.conf.all.accept_source_route",
    "net.ipv6.conf.all.forwarding",
    "net.ipv6.conf.default.accept_redirects",
    "user.max_user_namespaces",
    "vm.mmap_min_addr",
    "vm.unprivileged_userfaultfd",
};

std::vector<std::string> words_of(std::string_view text, char separator) {
  std::vector<std::string> words;
  for (const std::string_view word : split(text, separator)) {
    if (!trim(word).empty()) words.push_back(to_valid_utf8(trim(word)));
  }
  return words;
}

// Words of a file; left out where there is none, an error where it may not be read.
void write_words(JsonWriter& json, std::string_view key, const Result<std::string>& text,
                 char separator) {
  if (!text.ok()) return write_text(json, key, text);
  write_texts(json, key, words_of(*text, separator));
}

// A file of one value; left out where the kernel has no such file.
Result<std::string> one_value(const HostFiles& files, const std::string& path) {
  SEAWALL_TRY(const std::string text, files.read(path));
  return to_valid_utf8(trim(text));
}

void write_sysctls(JsonWriter& json, const HostFiles& files) {
  json.key("sysctl").begin_object();
  for (const std::string_view name : kSysctls)
    write_text(json, name, one_value(files, "/proc/sys/" + replace_all(name, ".", "/")));
  json.end_object();
}

// "none [integrity] confidentiality" has "integrity".
Result<std::string> chosen_word(const HostFiles& files, const std::string& path) {
  SEAWALL_TRY(const std::string text, files.read(path));
  const size_t open = text.find('['), close = text.find(']');
  if (open == text.npos || close == text.npos || close < open) return std::string(trim(text));
  return to_valid_utf8(text.substr(open + 1, close - open - 1));
}

// Whether a file says the word; false where the kernel has no such file.
void write_flag(JsonWriter& json, std::string_view key, const Result<std::string>& text,
                std::string_view word) {
  json.key(key);
  if (!text.ok() && text.error().code() != Code::kNotFound) return write_error(json, text.error());
  json.boolean(text.ok() && trim(*text) == word);
}

void write_apparmor(JsonWriter& json, const HostFiles& files) {
  json.key("apparmor").begin_object();
  write_flag(json, "enabled", files.read("/sys/module/apparmor/parameters/enabled"), "Y");
  const auto profiles = files.read("/sys/kernel/security/apparmor/profiles", 16u << 20);
  if (profiles.ok()) {
    json.key("profiles").integer(std::count(profiles->begin(), profiles->end(), '\n'));
  } else if (profiles.error().code() != Code::kNotFound) {
    json.key("profiles");
    write_error(json, profiles.error());
  }
  json.end_object();
}

void write_selinux(JsonWriter& json, const HostFiles& files) {
  const auto enforce = files.read("/sys/fs/selinux/enforce");
  json.key("selinux").begin_object();
  if (enforce.ok()) {
    json.key("enabled").boolean(true);
    json.key("mode").string(trim(*enforce) == "1" ? "enforcing" : "permissive");
  } else {
    write_flag(json, "enabled", enforce, "");
  }
  json.end_object();
}

void write_modules(JsonWriter& json, const HostFiles& files) {
  const auto text = files.read("/proc/modules", 4u << 20);
  if (!text.ok()) return write_text(json, "modules", text.error());
  json.key("modules").begin_array();
  for_each_line(
      *text, [&](std::string_view line, size_t) { json.string(line.substr(0, line.find(' '))); });
  json.end_array();
}

// The hybrid layout mounts version 2 beside the controllers of version 1.
Result<std::string> cgroup_layout(const HostFiles& files) {
  SEAWALL_TRY(const std::string text, files.read("/proc/self/mountinfo", 16u << 20));
  bool first = false, second = false;
  for (const MountInfo& mount : parse_mount_info(text)) {
    if (!mount.target.starts_with("/sys/fs/cgroup")) continue;
    first = first || mount.type == "cgroup";
    second = second || mount.type == "cgroup2";
  }
  if (!first && !second) return Error(Code::kNotFound, "no control groups are mounted");
  return std::string(!first ? "v2" : second ? "hybrid" : "v1");
}

// Whether the kernel loads signed modules only; any of these demands it.
void write_module_signatures(JsonWriter& json, const HostFiles& files,
                             const Result<std::string>& command_line,
                             const Result<std::string>& lockdown) {
  const auto parameter = files.read("/sys/module/module/parameters/sig_enforce");
  const bool locked = lockdown.ok() && (*lockdown == "integrity" || *lockdown == "confidentiality");
  const bool told =
      command_line.ok() && command_line->find("module.sig_enforce=1") != std::string::npos;
  json.key("moduleSignatures");
  if ((parameter.ok() && trim(*parameter) == "Y") || locked || told) {
    json.boolean(true);
    return;
  }
  for (const Result<std::string>* source : {&parameter, &command_line, &lockdown}) {
    if (!source->ok() && source->error().code() != Code::kNotFound)
      return write_error(json, source->error());
  }
  json.boolean(false);
}

void write_vulnerabilities(JsonWriter& json, const HostFiles& files) {
  const std::string folder = "/sys/devices/system/cpu/vulnerabilities";
  const auto names = files.names(folder);
  if (!names.ok()) return write_text(json, "vulnerabilities", names.error());
  json.key("vulnerabilities").begin_object();
  for (const std::string& name : *names)
    write_text(json, to_valid_utf8(name), one_value(files, folder + "/" + name));
  json.end_object();
}

}  // namespace

std::string kernel_facts(const SystemContext& context) {
  const HostFiles& files = context.files;
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_object();
  write_sysctls(json, files);
  const auto command_line = files.read("/proc/cmdline");
  write_words(json, "commandLine", command_line, ' ');
  write_words(json, "lsm", files.read("/sys/kernel/security/lsm"), ',');
  write_apparmor(json, files);
  write_selinux(json, files);
  const auto lockdown = chosen_word(files, "/sys/kernel/security/lockdown");
  write_text(json, "lockdown", lockdown);
  write_modules(json, files);
  write_module_signatures(json, files, command_line, lockdown);
  write_text(json, "cgroup", cgroup_layout(files));
  const auto own = files.read("/proc/self/status");
  json.key("seccomp");
  if (own.ok()) {
    json.boolean(!status_value(*own, "Seccomp").empty());
  } else {
    write_error(json, own.error());
  }
  write_vulnerabilities(json, files);
  json.end_object();
  return out;
}

}  // namespace seawall::benchmark
