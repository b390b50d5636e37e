#include "support/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall::test {
namespace {

int listen_tcp(int& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
  ::listen(fd, 64);
  socklen_t length = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  port = ntohs(address.sin_port);
  return fd;
}

int listen_unix(const std::string& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), std::min(path.size(), sizeof address.sun_path - 1));
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
  ::listen(fd, 64);
  return fd;
}

bool readable(int fd) {
  pollfd wanted{fd, POLLIN, 0};
  return ::poll(&wanted, 1, 20) > 0;
}

HttpCall parse_head(std::string_view head) {
  HttpCall call;
  for_each_line(head, [&](std::string_view line, size_t number) {
    if (number == 1) {
      const auto [method, rest] = split_once(line, ' ');
      call.method = method;
      call.target = split_once(rest, ' ').first;
    } else {
      const auto [name, value] = split_once(line, ':');
      call.headers[to_lower(name)] = trim(value);
    }
  });
  return call;
}

}  // namespace

void Peer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (put > 0) {
      bytes.remove_prefix(static_cast<size_t>(put));
    } else if (stopping_ || (errno != EAGAIN && errno != EINTR)) {
      closed_ = true;
      return;
    } else {
      pollfd wanted{fd_, POLLOUT, 0};
      ::poll(&wanted, 1, 20);
    }
  }
}

void Peer::stall(double seconds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (!stopping_ && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

std::string http_answer(int status, std::string_view body, std::string_view headers) {
  return fmt::format("HTTP/1.1 {} Status\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(),
                     headers, body);
}

HttpServer::HttpServer(Handler handler, const std::string& unix_socket)
    : handler_(std::move(handler)),
      listener_(unix_socket.empty() ? listen_tcp(port_) : listen_unix(unix_socket)),
      acceptor_([this] { accept_loop(); }) {}

HttpServer::~HttpServer() {
  stopping_ = true;
  acceptor_.join();
  for (auto& thread : threads_) thread.join();
  ::close(listener_);
}

std::string HttpServer::host() const {
  return fmt::format("127.0.0.1:{}", port_);
}
std::string HttpServer::url(std::string_view path) const {
  return fmt::format("http://{}{}", host(), path);
}

std::vector<HttpCall> HttpServer::calls() const {
  std::lock_guard lock(mutex_);
  return calls_;
}

void HttpServer::accept_loop() {
  while (!stopping_) {
    if (!readable(listener_)) continue;
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    ++connections_;
    threads_.emplace_back([this, fd] { serve(fd); });
  }
}

void HttpServer::serve(int fd) {
  Peer peer(fd, stopping_);
  std::string bytes;
  char buffer[16384];
  std::optional<HttpCall> call;
  while (!stopping_ && !peer.closed()) {
    const size_t head = call ? 0 : bytes.find("\r\n\r\n");
    if (!call && head != std::string::npos) {
      call = parse_head(std::string_view(bytes).substr(0, head));
      bytes.erase(0, head + 4);
    }
    const size_t length =
        call ? static_cast<size_t>(parse_unsigned(call->header("content-length")).value_or(0)) : 0;
    if (call && bytes.size() >= length) {
      call->body = bytes.substr(0, length);
      bytes.erase(0, length);
      {
        std::lock_guard lock(mutex_);
        calls_.push_back(*call);
      }
      handler_(*call, peer);
      call.reset();
      continue;
    }
    if (!readable(fd)) continue;
    const ssize_t got = ::recv(fd, buffer, sizeof buffer, 0);
    if (got <= 0 || (bytes.empty() && !call && buffer[0] == 0x16)) break;  // a TLS greeting
    bytes.append(buffer, static_cast<size_t>(got));
  }
  ::shutdown(fd, SHUT_RDWR);
  ::close(fd);
}

int free_port() {
  int port = 0;
  ::close(listen_tcp(port));
  return port;
}

}  // namespace seawall::test
