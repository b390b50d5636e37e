#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "base/strings.h"
#include "base/time.h"
#include "guard/falco/field_tables.h"

namespace seawall::guard::falco {
namespace {

using enum FieldType;
using Argument = FieldArgument;
constexpr int64_t kSecond = 1'000'000'000;

void number(const Reading& reading, Value& value) {
  value.set_number(static_cast<int64_t>(reading.event.number));
}
void call(const Reading& reading, Value& value) {
  value.set(reading.event.call);
}
void cpu(const Reading& reading, Value& value) {
  value.set_number(reading.event.cpu);
}
void direction(const Reading&, Value& value) {
  value.set("<");
}
void source(const Reading&, Value& value) {
  value.set("syscall");
}

// "08:15:00.000000123"; all times are UTC.
void append_time(int64_t time, bool date, bool fraction, std::string& out) {
  const std::string whole = to_rfc3339(time / kSecond);  // "2026-11-22T08:15:00Z"
  if (date) out += whole.substr(0, 10) + ' ';
  out += whole.substr(11, 8);
  if (!fraction) return;
  std::array<char, 16> digits{};
  std::snprintf(digits.data(), digits.size(), ".%09lld", static_cast<long long>(time % kSecond));
  out += digits.data();
}
template <bool kDate, bool kFraction>
void clock(const Reading& reading, Value& value) {
  value.buffer.clear();
  append_time(std::max<int64_t>(reading.event.time, 0), kDate, kFraction, value.buffer);
  value.set_buffer();
}
void iso_time(const Reading& reading, Value& value) {
  clock<true, true>(reading, value);
  value.buffer[10] = 'T';
  value.buffer += 'Z';
  value.set_buffer();
}
void raw_time(const Reading& reading, Value& value) {
  value.set_number(reading.event.time);
}
void raw_seconds(const Reading& reading, Value& value) {
  value.set_number(reading.event.time / kSecond);
}
void raw_fraction(const Reading& reading, Value& value) {
  value.set_number(reading.event.time % kSecond);
}

void append_argument(const guard::Argument& argument, std::string& out) {
  if (!out.empty()) out += ' ';
  out += argument.name + '=';
  out += argument.text.empty() ? std::to_string(argument.number) : argument.text;
}
void arguments(const Reading& reading, Value& value) {
  value.buffer.clear();
  for (const guard::Argument& one : reading.event.arguments) append_argument(one, value.buffer);
  value.set_buffer();
}
const guard::Argument* argument_of(const Reading& reading) {
  const auto at = parse_unsigned(reading.argument);
  if (!at) return reading.event.argument(reading.argument);
  return *at < reading.event.arguments.size() ? &reading.event.arguments[*at] : nullptr;
}
// Its text; its number fits too (evt.arg.cmd=5). What the event itself says stands in for an
// argument that is not listed.
void argument(const Reading& reading, Value& value) {
  const Event& event = reading.event;
  if (const guard::Argument* found = argument_of(reading)) {
    value.count = 1;
    value.numbers[0] = found->number;
    if (!found->text.empty()) return value.set(found->text);
    value.buffer = std::to_string(found->number);
    return value.set_buffer();
  }
  value.count = 0;
  const std::string_view name = reading.argument;
  if (name == "name" || name == "path" || name == "filename") {
    const std::string& path = event.file.raw_name.empty() ? event.file.name : event.file.raw_name;
    if (!path.empty()) value.set(path);
  } else if (name == "res" || (name == "fd" && event.file.number >= 0)) {
    value.count = 1;
    value.numbers[0] = name == "res" ? event.result : event.file.number;
    value.buffer = std::to_string(value.numbers[0]);
    value.set_buffer();
  }
}
void raw_argument(const Reading& reading, Value& value) {
  if (const guard::Argument* found = argument_of(reading)) value.set_number(found->number);
}

// "SUCCESS", or the name of what went wrong: "EINPROGRESS".
void result(const Reading& reading, Value& value) {
  if (!reading.event.failed()) return value.set("SUCCESS");
  const int64_t code = -reading.event.result;
  const char* name = code < 4096 ? strerrorname_np(static_cast<int>(code)) : nullptr;
  if (name != nullptr) return value.set(name);
  value.buffer = std::to_string(reading.event.result);
  value.set_buffer();
}
void raw_result(const Reading& reading, Value& value) {
  value.set_number(reading.event.result);
}
void failed(const Reading& reading, Value& value) {
  value.set_bool(reading.event.failed());
}

int64_t flags_of(const Event& event) {
  const guard::Argument* flags = event.argument("flags");
  return flags == nullptr ? 0 : flags->number;
}
void open_read(const Reading& reading, Value& value) {
  value.set_bool(reading.event.reads());
}
void open_write(const Reading& reading, Value& value) {
  value.set_bool(reading.event.writes());
}
bool creates(const Event& event) {
  return event.type == EventType::kOpen && !event.failed() &&
         (event.call == "creat" || (flags_of(event) & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY))) != 0);
}
void open_create(const Reading& reading, Value& value) {
  value.set_bool(creates(reading.event));
}
// A new file that may be executed.
void open_execute(const Reading& reading, Value& value) {
  const guard::Argument* mode = reading.event.argument("mode");
  value.set_bool(creates(reading.event) && mode != nullptr && (mode->number & 0111) != 0);
}

void buffer(const Reading& reading, Value& value) {
  if (const guard::Argument* data = reading.event.argument("data")) value.set(data->text);
}
void buffer_length(const Reading& reading, Value& value) {
  const guard::Argument* data = reading.event.argument("data");
  if (data != nullptr) value.set_number(static_cast<int64_t>(data->text.size()));
}
void sends(const Reading& reading, Value& value) {
  value.set_bool(reading.event.type == EventType::kSend);
}
void receives(const Reading& reading, Value& value) {
  value.set_bool(reading.event.type == EventType::kReceive);
}
void transfers(const Reading& reading, Value& value) {
  value.set_bool(reading.event.type == EventType::kSend ||
                 reading.event.type == EventType::kReceive);
}

void host_name(const Reading&, Value& value) {
  static const std::string name = [] {
    std::array<char, 256> text{};
    return gethostname(text.data(), text.size() - 1) == 0 ? std::string(text.data())
                                                          : std::string();
  }();
  if (!name.empty()) value.set(name);
}

constexpr Field kFields[] = {
    {"evt.num", kNumber, Argument::kNone, 1, number},
    {"evt.time", kText, Argument::kNone, 9, clock<false, true>},
    {"evt.time.s", kText, Argument::kNone, 9, clock<false, false>},
    {"evt.time.iso8601", kText, Argument::kNone, 9, iso_time},
    {"evt.datetime", kText, Argument::kNone, 9, clock<true, true>},
    {"evt.datetime.s", kText, Argument::kNone, 9, clock<true, false>},
    {"evt.outputtime", kText, Argument::kNone, 9, clock<true, true>},
    {"evt.rawtime", kNumber, Argument::kNone, 1, raw_time},
    {"evt.rawtime.s", kNumber, Argument::kNone, 1, raw_seconds},
    {"evt.rawtime.ns", kNumber, Argument::kNone, 1, raw_fraction},
    {"evt.reltime", kNumber, Argument::kNone, 1, nullptr},
    {"evt.reltime.s", kNumber, Argument::kNone, 1, nullptr},
    {"evt.reltime.ns", kNumber, Argument::kNone, 1, nullptr},
    {"evt.type", kText, Argument::kNone, 1, call},
    {"syscall.type", kText, Argument::kNone, 1, call},
    {"evt.dir", kText, Argument::kNone, 1, direction},
    {"evt.category", kText, Argument::kNone, 1, nullptr},
    {"evt.cpu", kNumber, Argument::kNone, 1, cpu},
    {"evt.args", kText, Argument::kNone, 10, arguments},
    {"evt.info", kText, Argument::kNone, 10, arguments},
    {"evt.arg", kText, Argument::kKey, 3, argument},
    {"evt.rawarg", kNumber, Argument::kKey, 3, raw_argument},
    {"evt.abspath", kText, Argument::kOptionalKey, 3, nullptr},
    {"evt.res", kText, Argument::kNone, 2, result},
    {"evt.rawres", kNumber, Argument::kNone, 1, raw_result},
    {"evt.failed", kBool, Argument::kNone, 1, failed},
    {"evt.is_open_read", kBool, Argument::kNone, 2, open_read},
    {"evt.is_open_write", kBool, Argument::kNone, 2, open_write},
    {"evt.is_open_exec", kBool, Argument::kNone, 2, open_execute},
    {"evt.is_open_create", kBool, Argument::kNone, 2, open_create},
    {"evt.is_io", kBool, Argument::kNone, 1, transfers},
    {"evt.is_io_read", kBool, Argument::kNone, 1, receives},
    {"evt.is_io_write", kBool, Argument::kNone, 1, sends},
    {"evt.io_dir", kText, Argument::kNone, 1, nullptr},
    {"evt.is_wait", kBool, Argument::kNone, 1, nullptr},
    {"evt.is_syslog", kBool, Argument::kNone, 1, nullptr},
    {"evt.buffer", kBytes, Argument::kNone, 3, buffer},
    {"evt.buflen", kNumber, Argument::kNone, 1, buffer_length},
    {"evt.latency", kNumber, Argument::kNone, 1, nullptr},
    {"evt.latency.s", kNumber, Argument::kNone, 1, nullptr},
    {"evt.latency.ns", kNumber, Argument::kNone, 1, nullptr},
    {"evt.latency.human", kText, Argument::kNone, 1, nullptr},
    {"evt.deltatime", kNumber, Argument::kNone, 1, nullptr},
    {"evt.deltatime.s", kNumber, Argument::kNone, 1, nullptr},
    {"evt.deltatime.ns", kNumber, Argument::kNone, 1, nullptr},
    {"evt.source", kText, Argument::kNone, 1, source},
    {"evt.hostname", kText, Argument::kNone, 2, host_name},
    {"evt.pluginname", kText, Argument::kNone, 1, nullptr},
    {"evt.plugininfo", kText, Argument::kNone, 1, nullptr},
    {"evt.is_async", kBool, Argument::kNone, 1, nullptr},
    {"evt.asynctype", kText, Argument::kNone, 1, nullptr},
};

}  // namespace

std::span<const Field> event_fields() {
  return kFields;
}

}  // namespace seawall::guard::falco
