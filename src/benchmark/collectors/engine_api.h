// EngineApi: the answers of one container engine, as documents.
//
//   const EngineApi api(socket, options);
//   SEAWALL_TRY(const Document info, api.get("/info"));
//   SEAWALL_TRY(const Document list, api.get("/containers/json", NodeKind::kArray));
//
// An answer of another kind than asked for is malformed: nobody shall take it for an empty one.
// LIMITS: 64 MiB an answer, engine_seconds without a byte; an engine that was silent kMostTimeouts
// times is asked no more, and everything further is that error. ERRORS: kPermission, kNetwork,
// kTimeout, kMalformed, each naming the question; kNotFound for what vanished meanwhile (status
// 404). THREADS: safe. Source: Docker Engine API 1.41 to 1.51, which Podman answers, too.
#pragma once

#include <atomic>
#include <string>

#include "base/result.h"
#include "benchmark/collect.h"
#include "codec/json.h"
#include "net/http_client.h"

namespace seawall::benchmark {

class EngineApi {
 public:
  EngineApi(std::string socket, const CollectOptions& options);
  static constexpr int kMostTimeouts = 3;
  Result<Document> get(const std::string& question, NodeKind kind = NodeKind::kObject) const;
  const std::string& socket() const { return socket_; }

 private:
  Result<Document> ask(const std::string& question, NodeKind kind) const;
  std::string socket_;
  HttpClient client_;
  Limits limits_;
  mutable std::atomic<int> timeouts_{0};
};

}  // namespace seawall::benchmark
