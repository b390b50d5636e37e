// Settings of a daemon as facts may hold them: what is secret in them masked.
//
//   without_secrets("--log-opt=splunk-token=4f1c")      // "--log-opt=splunk-token=***"
//   without_secrets("http://proxy:pass@10.0.0.1:3128")  // "http://***@10.0.0.1:3128"
//
// Secret is what follows a name with "token", "password", "secret" or "credential" in it, and who
// somebody is in a URL. Facts are saved, mailed and kept beside reports: what is not needed for a
// verdict stays on the host.
#pragma once

#include <string>
#include <string_view>

#include "codec/json_writer.h"
#include "codec/node.h"

namespace seawall::benchmark {

// Of a word of a command line, or a "name=value" of a list.
std::string without_secrets(std::string_view word);
// Writes a document as it is, but for the secrets.
void write_without_secrets(JsonWriter& json, const Node& node);

}  // namespace seawall::benchmark
