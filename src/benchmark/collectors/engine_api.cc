#include "benchmark/collectors/engine_api.h"

#include <fmt/format.h>

#include "base/strings.h"

namespace seawall::benchmark {
namespace {

constexpr uint64_t kMostAnswerBytes = 64u << 20;
constexpr uint64_t kMostAnswerNodes = 4'000'000;

HttpOptions http_options(const CollectOptions& options) {
  HttpOptions http;
  http.connect_seconds = options.engine_seconds;
  http.stall_seconds = options.engine_seconds;
  http.retries = 0;
  return http;
}

}  // namespace

EngineApi::EngineApi(std::string socket, const CollectOptions& options)
    : socket_(std::move(socket)), client_(http_options(options)), limits_(options.limits) {
  limits_.nodes = std::min(limits_.nodes, kMostAnswerNodes);
}

Result<Document> EngineApi::get(const std::string& question, NodeKind kind) const {
  if (timeouts_ >= kMostTimeouts)
    return Error(Code::kTimeout, "the engine did not answer other questions").at(question);
  auto answer = ask(question, kind);
  if (!answer.ok() && answer.error().code() == Code::kTimeout) ++timeouts_;
  return answer;
}

Result<Document> EngineApi::ask(const std::string& question, NodeKind kind) const {
  HttpRequest request;
  request.unix_socket = socket_;
  request.url = "http://engine" + question;
  request.follow_redirects = false;
  auto response = client_.send(request);
  if (!response.ok()) return std::move(response.error()).at(question);
  auto body = read_all(*response->body, kMostAnswerBytes);
  if (!body.ok()) return std::move(body.error()).at(question);
  if (response->status != 200) {
    return Error(response->status == 404 ? Code::kNotFound : Code::kNetwork,
                 fmt::format("the engine answers with status {}: {}", response->status,
                             printable(body->substr(0, 200))))
        .at(question);
  }
  auto document = parse_json(std::move(*body), limits_);
  if (!document.ok()) return std::move(document.error()).at(question);
  if (document->root().kind() != kind)
    return malformed(fmt::format("the engine answers with {}", document->root().kind_name()))
        .at(question);
  return document;
}

}  // namespace seawall::benchmark
