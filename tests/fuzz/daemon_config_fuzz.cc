// Any bytes as a daemon's command line (a word a line) and, after an empty line, its
// configuration file. Whatever they are, every setting has a value that is JSON and a source, and
// what a file that cannot be read leaves open is an error.
#include <cstdlib>

#include "benchmark/collectors/daemon_config.h"
#include "benchmark/collectors/settings_text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace seawall;
  using namespace seawall::benchmark;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> words;
  while (!rest.empty() && rest[0] != '\n') {
    const size_t end = rest.find('\n');
    words.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  }
  const std::string text(rest.empty() ? rest : rest.substr(1));
  const DaemonConfigFile file = read_daemon_config(daemon_config_path(words), text);
  const bool damaged = file.error.has_value();
  if (damaged == file.document.has_value() && !text.empty() && damaged) std::abort();
  if (damaged && file.problems.empty()) std::abort();
  DaemonSettings settings = daemon_settings(words, 1, file, "27.0");
  for (const auto& [name, value] : settings.values) {
    if (!parse_json(value).ok() || settings.sources.at(name).empty()) std::abort();
    if (damaged && settings.sources.at(name) == "default" && !name.starts_with("tls")) std::abort();
  }
  settings.agree("icc", "true", "engine");
  if (settings.values.at("icc") != "true" || settings.disagreements.size() > 1) std::abort();
  if (file.document) {
    std::string out;
    JsonWriter json(out, JsonWriter::kCompact);
    write_without_secrets(json, file.document->root());
    if (!parse_json(out).ok()) std::abort();
  }
  return 0;
}
