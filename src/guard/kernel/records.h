// Records of the ring as views. A record that is shorter than it says, or that says what cannot be,
// is an error: the ring is the kernel part's alone, so one means a fault of ours.
//
//   SEAWALL_TRY(const Record record, read_record(bytes));
//   if (const auto* exec = std::get_if<ExecRecord>(&record)) use(exec->executable);
//
// The texts live as long as the bytes. Source: wire.h.
#pragma once

#include <span>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "guard/kernel/wire.h"

namespace seawall::guard {

struct ExecRecord {
  wire::sw_exec fixed;
  std::string_view executable, filename, directory, arguments;
};
struct ForkRecord {
  wire::sw_fork fixed;
};
struct ExitRecord {
  wire::sw_record fixed;
};
struct CallRecord {
  wire::sw_call fixed;
  std::string_view path, raw, second;
};
struct DeniedRecord {
  wire::sw_denied fixed;
  std::string_view path;
};
struct GroupRecord {
  wire::sw_group fixed;
  std::string_view name;
};
using Record =
    std::variant<ExecRecord, ForkRecord, ExitRecord, CallRecord, DeniedRecord, GroupRecord>;

Result<Record> read_record(std::span<const unsigned char> bytes);

}  // namespace seawall::guard
