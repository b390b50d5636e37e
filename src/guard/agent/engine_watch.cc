#include "guard/agent/engine_watch.h"

#include <chrono>
#include <ctime>

#include <fmt/format.h>

#include "base/interrupt.h"
#include "codec/json.h"
#include "net/http_client.h"

namespace seawall::guard {
namespace {

constexpr unsigned kSilentSeconds = 2;  // then the question is asked anew, so that an end is seen
constexpr auto kWaitForEngine = std::chrono::milliseconds(250);
constexpr size_t kMostLine = 1u << 20;
// The filter is {"type":["container"],"event":["create"]}; `since`: what was told before is told
// again, so that nothing is missed between two questions.
constexpr const char* kQuestion =
    "http://engine/events?filters=%7B%22type%22%3A%5B%22container%22%5D%2C%22event%22%3A%5B%22"
    "create%22%5D%7D&since={}";

}  // namespace

EngineWatch::EngineWatch(std::string socket, Created created)
    : socket_(std::move(socket)),
      created_(std::move(created)),
      asked_(static_cast<int64_t>(std::time(nullptr))),
      thread_([this] { run(); }) {}

EngineWatch::~EngineWatch() {
  ends_ = true;
  thread_.join();
}

void EngineWatch::run() {
  while (!ends_ && !interrupted()) {
    connected_ = listen();
    if (!connected_ && !ends_) std::this_thread::sleep_for(kWaitForEngine);
  }
}

// Until the engine is silent or goes; false: it did not answer.
bool EngineWatch::listen() {
  HttpOptions options;
  options.stall_seconds = kSilentSeconds;
  options.retries = 0;
  const HttpClient client(options);
  HttpRequest request;
  // One second more than what the last question may have missed.
  request.url = fmt::format(fmt::runtime(kQuestion), asked_ - 1);
  asked_ = static_cast<int64_t>(std::time(nullptr));
  request.unix_socket = socket_;
  const auto response = client.send(request);
  if (!response.ok() || response->status != 200) return false;
  connected_ = true;
  std::string line;
  char buffer[4096];
  while (!ends_) {
    const auto size = response->body->read(buffer);
    if (!size.ok() || *size == 0) return true;
    for (const char c : std::string_view(buffer, *size)) {
      if (c != '\n') {
        if (line.size() < kMostLine) line += c;
        continue;
      }
      if (const auto event = parse_json(line); event.ok()) {
        const std::string id(event->root()["Actor"]["ID"].string());
        const std::string_view image = event->root()["Actor"]["Attributes"]["image"].string();
        if (!id.empty()) created_(id, std::string(image));
      }
      line.clear();
    }
  }
  return true;
}

}  // namespace seawall::guard
