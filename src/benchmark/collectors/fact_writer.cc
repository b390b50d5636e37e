#include "benchmark/collectors/fact_writer.h"

#include <fmt/format.h>

namespace seawall::benchmark {

void write_error(JsonWriter& json, const Error& error, std::string_view needs) {
  json.begin_object().key("$error").begin_object();
  json.key("message").string(error.where().empty() ? error.message()
                                                   : error.where() + ": " + error.message());
  if (needs.empty() && error.code() == Code::kPermission) needs = "root";
  json.optional("needs", needs);
  json.end_object().end_object();
}

void write_text(JsonWriter& json, std::string_view key, const Result<std::string>& value) {
  if (value.ok()) {
    json.key(key).string(*value);
  } else if (value.error().code() != Code::kNotFound) {
    json.key(key);
    write_error(json, value.error());
  }
}

void write_texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
  json.key(key).begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end_array();
}

std::string mode_text(unsigned mode) {
  return fmt::format("{:04o}", mode & 07777);
}

}  // namespace seawall::benchmark
