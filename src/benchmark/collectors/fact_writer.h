// Writing facts: values that could not be looked at become {"$error": ...}, those that are not
// there are left out (docs/formats/host-facts.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/json_writer.h"

namespace seawall::benchmark {

void write_error(JsonWriter& json, const Error& error, std::string_view needs = {});
// Left out when the error is kNotFound.
void write_text(JsonWriter& json, std::string_view key, const Result<std::string>& value);
void write_texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts);
// The permission bits: "0644", "4755".
std::string mode_text(unsigned mode);

}  // namespace seawall::benchmark
