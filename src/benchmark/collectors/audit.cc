// The audit rules that are in force: asked of the kernel, never of a program.
#include <linux/audit.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <set>

#include "base/strings.h"
#include "benchmark/collectors/audit_rules.h"
#include "benchmark/collectors/fact_writer.h"
#include "benchmark/collectors/system.h"

namespace seawall::benchmark {
namespace {

constexpr int kPatienceMs = 2000;
constexpr size_t kMostRules = 20'000;

struct AuditState {
  bool enabled = false;
  std::vector<AuditRule> rules;
  std::string source;
};

Error refused(int error) {
  if (error == EPERM || error == EACCES)
    return Error(Code::kPermission, "the kernel does not show its audit rules");
  return errno_error("the kernel's audit rules cannot be read", error);
}

// NETLINK_AUDIT, which needs CAP_AUDIT_CONTROL.
class AuditSocket {
 public:
  static Result<AuditSocket> open() {
    AuditSocket socket;
    socket.fd_.reset(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT));
    if (!socket.fd_.valid()) return refused(errno);
    return socket;
  }

  // Sends a request without a body and calls visit(type, payload) for each answer until it ends.
  template <typename Visit>
  Status ask(uint16_t type, Visit&& visit) {
    nlmsghdr request = {};
    request.nlmsg_len = sizeof request;
    request.nlmsg_type = type;
    request.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    request.nlmsg_seq = ++sequence_;
    sockaddr_nl kernel = {};
    kernel.nl_family = AF_NETLINK;
    if (::sendto(fd_.get(), &request, sizeof request, 0, reinterpret_cast<sockaddr*>(&kernel),
                 sizeof kernel) < 0)
      return refused(errno);
    alignas(nlmsghdr) std::array<char, 65536> buffer;
    bool acknowledged = false;
    while (true) {
      pollfd waiting = {fd_.get(), POLLIN, 0};
      const int ready = ::poll(&waiting, 1, kPatienceMs);
      if (ready < 0 && errno == EINTR) continue;
      if (ready <= 0) {
        return Error(Code::kTimeout, "the kernel does not answer about its audit rules");
      }
      const ssize_t size = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
      if (size < 0) return refused(errno);
      SEAWALL_TRY(const bool done, read_messages({buffer.data(), static_cast<size_t>(size)}, type,
                                                 acknowledged, visit));
      if (done) return {};
    }
  }

 private:
  // Whether the answer is complete: AUDIT_GET is one message after the acknowledgement, lists end
  // with NLMSG_DONE.
  template <typename Visit>
  Result<bool> read_messages(std::string_view bytes, uint16_t asked, bool& acknowledged,
                             Visit& visit) {
    while (bytes.size() >= sizeof(nlmsghdr)) {
      nlmsghdr head;
      std::memcpy(&head, bytes.data(), sizeof head);
      if (head.nlmsg_len < sizeof head || head.nlmsg_len > bytes.size())
        return malformed("the kernel's answer about audit rules is cut off");
      const std::string_view payload = bytes.substr(sizeof head, head.nlmsg_len - sizeof head);
      bytes.remove_prefix(std::min<size_t>(NLMSG_ALIGN(head.nlmsg_len), bytes.size()));
      if (head.nlmsg_seq != sequence_) continue;
      if (head.nlmsg_type == NLMSG_DONE) return true;
      if (head.nlmsg_type == NLMSG_ERROR) {
        int error = 0;
        if (payload.size() < sizeof error) return malformed("the kernel's answer is cut off");
        std::memcpy(&error, payload.data(), sizeof error);
        if (error != 0) return refused(-error);
        acknowledged = true;
        continue;
      }
      SEAWALL_CHECK(visit(head.nlmsg_type, payload));
      if (asked == AUDIT_GET && head.nlmsg_type == AUDIT_GET) return true;
    }
    return false;
  }

  FileDescriptor fd_;
  uint32_t sequence_ = 0;
};

Result<AuditState> ask_kernel() {
  AuditState state;
  state.source = "kernel";
  auto socket = AuditSocket::open();
  // A kernel that was built without it records nothing.
  if (!socket.ok() && socket.error().code() == Code::kUnsupported) return state;
  if (!socket.ok()) return std::move(socket).error();
  SEAWALL_CHECK(socket->ask(AUDIT_GET, [&](uint16_t type, std::string_view payload) -> Status {
    uint32_t enabled = 0;
    constexpr size_t kAt = offsetof(audit_status, enabled);
    if (type != AUDIT_GET || payload.size() < kAt + sizeof enabled) return {};
    std::memcpy(&enabled, payload.data() + kAt, sizeof enabled);
    state.enabled = enabled != 0;
    return {};
  }));
  SEAWALL_CHECK(
      socket->ask(AUDIT_LIST_RULES, [&](uint16_t type, std::string_view payload) -> Status {
        if (type != AUDIT_LIST_RULES || state.rules.size() == kMostRules) return {};
        SEAWALL_TRY(AuditRule rule, parse_audit_rule(payload));
        state.rules.push_back(std::move(rule));
        return {};
      }));
  return state;
}

// What would be loaded at boot; of trees, whose kernel cannot be asked.
Result<AuditState> read_rule_files(const HostFiles& files) {
  AuditState state;
  state.source = "files";
  std::vector<std::string> paths = {"/etc/audit/audit.rules"};
  const auto names = files.names("/etc/audit/rules.d");
  if (!names.ok() && names.error().code() == Code::kPermission) return names.error();
  if (names.ok() && !names->empty()) {
    paths.clear();
    for (const std::string& name : *names) {
      if (name.ends_with(".rules")) paths.push_back("/etc/audit/rules.d/" + name);
    }
  }
  for (const std::string& path : paths) {
    const auto text = files.read(path);
    if (!text.ok() && text.error().code() == Code::kNotFound) continue;
    if (!text.ok()) return text.error();
    state.enabled = true;
    for_each_line(*text, [&](std::string_view line, size_t) {
      if (auto rule = parse_audit_line(line); rule && state.rules.size() < kMostRules)
        state.rules.push_back(std::move(*rule));
    });
  }
  return state;
}

}  // namespace

std::string audit_facts(const SystemContext& context) {
  const bool live = context.files.is_live();
  const auto state = live ? ask_kernel() : read_rule_files(context.files);
  if (!state.ok()) return error_value(state.error());
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_object();
  json.key("loaded").boolean(live);
  json.key("enabled").boolean(state->enabled);
  json.key("watches").begin_array();
  for (const AuditRule& rule : state->rules) {
    if (!rule.watch) continue;
    json.begin_object();
    json.key("path").string(rule.watch->path);
    json.key("directory").boolean(rule.watch->directory);
    json.key("permissions").string(rule.watch->permissions);
    json.optional("key", rule.watch->key);
    json.end_object();
  }
  json.end_array();
  json.key("rules").begin_array();
  for (const AuditRule& rule : state->rules) json.string(rule.text);
  json.end_array();
  json.key("source").string(state->source);
  json.end_object();
  return out;
}

}  // namespace seawall::benchmark
