#include "benchmark/collectors/podman.h"

#include <algorithm>

#include "benchmark/collectors/fact_writer.h"
#include "benchmark/collectors/settings_text.h"

namespace seawall::benchmark {

std::string podman_facts(const EngineApi& api, const Node& version, const Result<Document>& info) {
  std::string out;
  JsonWriter json(out, JsonWriter::kCompact);
  json.begin_object();
  json.key("version").string(version["Version"].string());
  json.key("socket").string(api.socket());
  if (info.ok()) {
    const auto options = info->root()["SecurityOptions"].items();
    const bool rootless = std::any_of(options.begin(), options.end(), [](const Node& option) {
      return option.string().find("rootless") != std::string_view::npos;
    });
    json.key("rootless").boolean(rootless);
    json.key("info");
    write_without_secrets(json, info->root());
  } else {
    for (const char* key : {"rootless", "info"}) {
      json.key(key);
      write_error(json, info.error());
    }
  }
  json.end_object();
  return out;
}

}  // namespace seawall::benchmark
