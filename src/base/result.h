// Result<T>: a value or an Error, the only way failure crosses a function's border in Seawall.
//
// An Error says what happened (code, message), where (the part of the input: a path, a layer, an
// offset) and what to do about it (hint). Callers add context as it travels up; it is rendered in
// one place, the CLI.
//
//   Result<Config> read_config(std::string_view text) {
//     SEAWALL_TRY(auto document, json::parse(text));     // returns the Error on failure
//     if (!document.root().is_object()) return malformed("the config is not a JSON object");
//     ...
//   }
//
// COST: one pointer when it holds a Status, sizeof(T) + 8 otherwise; no allocation on success.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace seawall {

// What kind of failure. The CLI turns a code into an exit status; nothing else should switch on
// messages.
enum class Code : uint8_t {
  kUsage,         // the command line or a setting is wrong
  kNotFound,      // a named thing does not exist
  kPermission,    // the operating system refused
  kMalformed,     // the input is damaged or not what it claims to be
  kLimit,         // a bound on size, depth, count, ratio or time was reached
  kMismatch,      // a digest or signature does not fit its content
  kUnsupported,   // well-formed, but this version cannot handle it
  kNetwork,       // a peer cannot be reached or answers wrongly
  kUnauthorized,  // a peer refuses these credentials
  kTimeout,       // a peer or a step took longer than allowed
  kCancelled,     // the user interrupted
  kIo,            // reading or writing failed
  kNoSpace,       // the disk is full
  kNoData,        // there is no advisory data to answer from
  kStale,         // the advisory data is too old
  kInternal,      // a bug in Seawall
};

// The lower-case word for a code, as used in JSON ("malformed").
std::string_view to_string(Code code);

// Everything known about one failure. Cheap to move.
class Error {
 public:
  Error(Code code, std::string message)
      : data_(std::make_unique<Data>(Data{code, std::move(message), {}, {}})) {}
  Error(const Error& other) : data_(std::make_unique<Data>(*other.data_)) {}
  Error& operator=(const Error& other) {
    data_ = std::make_unique<Data>(*other.data_);
    return *this;
  }
  Error(Error&&) noexcept = default;
  Error& operator=(Error&&) noexcept = default;

  Code code() const { return data_->code; }
  const std::string& message() const { return data_->message; }
  const std::string& where() const { return data_->where; }
  const std::string& hint() const { return data_->hint; }

  // Puts an outer place before what is known already: "layer 3 of 7" + "var/lib/dpkg/status".
  Error&& at(std::string_view place) &&;
  // Says what the person can do. The first hint, set closest to the cause, stays.
  Error&& hint(std::string_view what_to_do) &&;

  // "place: message" on one line, without the hint.
  std::string text() const;

 private:
  struct Data {
    Code code;
    std::string message, where, hint;
  };
  std::unique_ptr<Data> data_;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit by design
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  // REQUIRES: ok().
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  // REQUIRES: !ok().
  Error& error() & { return std::get<1>(state_); }
  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }
  T value_or(T other) && { return ok() ? std::move(*this).value() : std::move(other); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::make_unique<Error>(std::move(error))) {}  // NOLINT

  bool ok() const { return error_ == nullptr; }
  explicit operator bool() const { return ok(); }
  Error& error() & { return *error_; }
  const Error& error() const& { return *error_; }
  Error&& error() && { return std::move(*error_); }

 private:
  std::unique_ptr<Error> error_;
};
using Status = Result<void>;

// Short names for the usual failures.
Error usage_error(std::string message);
Error malformed(std::string message);
Error limit_reached(std::string message);
Error unsupported(std::string message);
// An Error for the current errno, `action` first: "cannot open x: No such file or directory".
Error errno_error(std::string_view action, int saved_errno);

}  // namespace seawall

#define SEAWALL_CONCAT_(a, b) a##b
#define SEAWALL_CONCAT(a, b) SEAWALL_CONCAT_(a, b)
// SEAWALL_TRY(declaration, expression): declares the value, or returns the expression's Error.
#define SEAWALL_TRY(declaration, ...) \
  SEAWALL_TRY_(SEAWALL_CONCAT(seawall_try_, __LINE__), declaration, __VA_ARGS__)
#define SEAWALL_TRY_(temporary, declaration, ...)           \
  auto temporary = (__VA_ARGS__);                           \
  if (!temporary.ok()) return std::move(temporary).error(); \
  declaration = std::move(temporary).value()
// SEAWALL_CHECK(expression): returns the Error of a Status or Result whose value is not wanted.
#define SEAWALL_CHECK(...)                                         \
  do {                                                             \
    if (auto seawall_status = (__VA_ARGS__); !seawall_status.ok()) \
      return std::move(seawall_status).error();                    \
  } while (false)
