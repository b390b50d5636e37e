// An HTTP/1.1 server in this process that says exactly what a test wants, also what no server
// should: bytes are sent as given, nothing is added or checked.
//
//   HttpServer server([](const HttpCall& call, Peer& peer) { peer.send(http_answer(200, "hi")); });
//   client.get(server.url("/"), 100)
//
// THREADS: the handler runs on a thread per connection.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace seawall::test {

struct HttpCall {
  std::string method, target;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

class Peer {
 public:
  Peer(int fd, const std::atomic<bool>& stopping) : fd_(fd), stopping_(stopping) {}
  void send(std::string_view bytes);
  // Keeps the peer waiting; ends early when the server is destroyed.
  void stall(double seconds);
  // Ends the connection after this answer.
  void close() { closed_ = true; }
  bool closed() const { return closed_; }

 private:
  int fd_;
  bool closed_ = false;
  const std::atomic<bool>& stopping_;
};

// An answer with Content-Length and these further headers ("Name: value\r\n" each).
std::string http_answer(int status, std::string_view body, std::string_view headers = {});

class HttpServer {
 public:
  using Handler = std::function<void(const HttpCall&, Peer&)>;
  // On a free port of 127.0.0.1, or on a unix socket at this path.
  explicit HttpServer(Handler handler, const std::string& unix_socket = {});
  ~HttpServer();
  int port() const { return port_; }
  std::string host() const;  // "127.0.0.1:PORT"
  std::string url(std::string_view path) const;
  std::vector<HttpCall> calls() const;
  int connections() const { return connections_; }

 private:
  void accept_loop();
  void serve(int fd);
  Handler handler_;
  int port_ = 0, listener_ = -1;  // in this order: listening fills in the port
  std::atomic<bool> stopping_{false};
  std::atomic<int> connections_{0};
  mutable std::mutex mutex_;
  std::vector<HttpCall> calls_;
  std::list<std::thread> threads_;
  std::thread acceptor_;
};

// A port of 127.0.0.1 that was free a moment ago.
int free_port();

}  // namespace seawall::test
