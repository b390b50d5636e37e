// Listening sockets and who holds them. Source: proc_pid_net(5); Linux 6.1, net/ipv4/tcp_ipv4.c.
#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "base/strings.h"
#include "benchmark/collectors/fact_writer.h"
#include "benchmark/collectors/listening.h"
#include "benchmark/collectors/system.h"

namespace seawall::benchmark {
namespace {

constexpr std::string_view kListen = "0A";       // TCP_LISTEN
constexpr std::string_view kUnconnected = "07";  // TCP_CLOSE, which UDP sockets are in
constexpr size_t kMostSockets = 20'000;

template <typename T>
std::optional<T> hexadecimal(std::string_view text) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Words of four bytes as this machine has them in memory: "0100007F" is 127.0.0.1.
std::string address_of(std::string_view text) {
  if (text.size() != 8 && text.size() != 32) return {};
  unsigned char bytes[16] = {};
  for (size_t word = 0; word < text.size() / 8; ++word) {
    const auto value = hexadecimal<uint32_t>(text.substr(word * 8, 8));
    if (!value) return {};
    std::memcpy(bytes + word * 4, &*value, 4);
  }
  char out[INET6_ADDRSTRLEN] = {};
  const int family = text.size() == 8 ? AF_INET : AF_INET6;
  return ::inet_ntop(family, bytes, out, sizeof out) != nullptr ? out : "";
}

// "socket:[4711]" has 4711.
std::optional<uint64_t> inode_of(std::string_view target) {
  constexpr std::string_view kPrefix = "socket:[";
  if (!target.starts_with(kPrefix) || !target.ends_with(']')) return std::nullopt;
  target.remove_prefix(kPrefix.size());
  target.remove_suffix(1);
  return parse_unsigned(target);
}

// Who holds each socket of `wanted`; those of processes that may not be seen are missing.
std::map<uint64_t, const HostProcess*> holders(const SystemContext& context,
                                               const std::vector<ListeningSocket>& wanted) {
  std::map<uint64_t, const HostProcess*> found;
  for (const ListeningSocket& socket : wanted) found[socket.inode] = nullptr;
  size_t missing = found.size();
  for (const HostProcess& process : context.processes) {
    if (missing == 0) break;
    const std::string folder = fmt::format("/proc/{}/fd", process.pid);
    const auto names = context.files.names(folder);
    if (!names.ok()) continue;
    for (const std::string& name : *names) {
      const auto target = context.files.link_target(folder + "/" + name);
      const auto inode = target.ok() ? inode_of(*target) : std::optional<uint64_t>();
      const auto at = inode ? found.find(*inode) : found.end();
      if (at == found.end() || at->second != nullptr) continue;
      at->second = &process;
      --missing;
    }
  }
  return found;
}

}  // namespace

std::vector<ListeningSocket> parse_listening(std::string_view protocol, std::string_view text) {
  const std::string_view wanted = protocol.starts_with("tcp") ? kListen : kUnconnected;
  std::vector<ListeningSocket> sockets;
  for_each_line(text, [&](std::string_view line, size_t number) {
    if (number == 1 || sockets.size() == kMostSockets) return;
    std::vector<std::string_view> fields;
    for (const std::string_view field : split(line, ' ')) {
      if (!field.empty()) fields.push_back(field);
    }
    if (fields.size() < 10 || fields[3] != wanted) return;
    const auto [address, port] = split_once(fields[1], ':');
    const auto number_of_port = hexadecimal<uint16_t>(port);
    const auto inode = parse_unsigned(fields[9]);
    std::string readable = address_of(address);
    if (!number_of_port || !inode || readable.empty()) return;
    sockets.push_back({std::string(protocol), std::move(readable), *number_of_port, *inode});
  });
  return sockets;
}

Result<std::vector<ListeningSocket>> listening_sockets(
    const HostFiles& files, const std::string& folder,
    std::initializer_list<std::string_view> protocols) {
  std::vector<ListeningSocket> sockets;
  for (const std::string_view protocol : protocols) {
    const auto text = files.read(fmt::format("{}/{}", folder, protocol), 16u << 20);
    const bool optional = protocol.ends_with('6');
    if (!text.ok() && optional && text.error().code() == Code::kNotFound) continue;
    if (!text.ok()) return text.error();
    for (ListeningSocket& socket : parse_listening(protocol, *text))
      sockets.push_back(std::move(socket));
  }
  return sockets;
}

std::string listening_facts(const SystemContext& context) {
  const auto sockets =
      listening_sockets(context.files, "/proc/self/net", {"tcp", "tcp6", "udp", "udp6"});
  if (!sockets.ok()) return error_value(sockets.error());
  const auto held_by = holders(context, *sockets);
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_array();
  for (const ListeningSocket& socket : *sockets) {
    json.begin_object();
    json.key("protocol").string(socket.protocol);
    json.key("address").string(socket.address);
    json.key("port").integer(socket.port);
    if (const HostProcess* process = held_by.at(socket.inode); process != nullptr) {
      json.key("pid").integer(process->pid);
      json.key("process").string(process->name);
    }
    json.end_object();
  }
  json.end_array();
  return out;
}

}  // namespace seawall::benchmark
