// Settings of a daemon as facts may hold them: what is secret in them masked.
//
//   without_secrets("--log-opt=splunk-token=4f1c")      // "--log-opt=splunk-token=***"
//   without_secrets("http://proxy:pass@10.0.0.1:3128")  // "http://***@10.0.0.1:3128"
//
//   line_without_secrets("ENV API_KEY=4f1c PORT=80")   // "ENV API_KEY=*** PORT=80"
//
// Secret is what follows a name with "token", "password", "secret", "credential" or "key" of some
// kind in it, and who somebody is in a URL. Facts are saved, mailed and kept beside reports: what
// is not needed for a verdict stays on the host.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codec/json_writer.h"
#include "codec/node.h"

namespace seawall::benchmark {

// Of a word of a command line, or a "name=value" of a list.
std::string without_secrets(std::string_view word);
// Of the words of a command line: a word after a flag that tells of a secret is one, too.
std::vector<std::string> words_without_secrets(const std::vector<std::string>& words);
// Of a line of several words, as an image's history has them; quoted values are one.
std::string line_without_secrets(std::string_view line);
// Writes a document as it is, but for the secrets.
void write_without_secrets(JsonWriter& json, const Node& node);

}  // namespace seawall::benchmark
