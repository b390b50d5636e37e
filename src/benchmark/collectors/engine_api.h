// EngineApi: the answers of one container engine, as documents.
//
//   const EngineApi api(socket, options);
//   SEAWALL_TRY(const Document info, api.get("/info"));
//
// LIMITS: 64 MiB an answer, engine_seconds without a byte. ERRORS: kPermission, kNetwork, kTimeout,
// kMalformed, each naming the question; kNotFound for what vanished meanwhile (status 404).
// THREADS: safe. Source: Docker Engine API 1.41 to 1.51, which Podman answers, too.
#pragma once

#include <string>

#include "base/result.h"
#include "benchmark/collect.h"
#include "codec/json.h"
#include "net/http_client.h"

namespace seawall::benchmark {

class EngineApi {
 public:
  EngineApi(std::string socket, const CollectOptions& options);
  Result<Document> get(const std::string& question) const;
  const std::string& socket() const { return socket_; }

 private:
  std::string socket_;
  HttpClient client_;
  Limits limits_;
};

}  // namespace seawall::benchmark
