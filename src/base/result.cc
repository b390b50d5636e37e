#include "base/result.h"

#include <cerrno>
#include <cstring>

namespace seawall {

std::string_view to_string(Code code) {
  switch (code) {
    case Code::kUsage:
      return "usage";
    case Code::kNotFound:
      return "not_found";
    case Code::kPermission:
      return "permission";
    case Code::kMalformed:
      return "malformed";
    case Code::kLimit:
      return "limit";
    case Code::kMismatch:
      return "mismatch";
    case Code::kUnsupported:
      return "unsupported";
    case Code::kNetwork:
      return "network";
    case Code::kUnauthorized:
      return "unauthorized";
    case Code::kTimeout:
      return "timeout";
    case Code::kCancelled:
      return "cancelled";
    case Code::kIo:
      return "io";
    case Code::kNoSpace:
      return "no_space";
    case Code::kNoData:
      return "no_data";
    case Code::kStale:
      return "stale";
    case Code::kInternal:
      return "internal";
  }
  return "internal";
}

Error&& Error::at(std::string_view place) && {
  data_->where =
      data_->where.empty() ? std::string(place) : std::string(place) + ": " + data_->where;
  return std::move(*this);
}

Error&& Error::hint(std::string_view what_to_do) && {
  if (data_->hint.empty()) data_->hint = what_to_do;
  return std::move(*this);
}

std::string Error::text() const {
  return data_->where.empty() ? data_->message : data_->where + ": " + data_->message;
}

Error usage_error(std::string message) {
  return {Code::kUsage, std::move(message)};
}
Error malformed(std::string message) {
  return {Code::kMalformed, std::move(message)};
}
Error limit_reached(std::string message) {
  return {Code::kLimit, std::move(message)};
}
Error unsupported(std::string message) {
  return {Code::kUnsupported, std::move(message)};
}

Error errno_error(std::string_view action, int saved_errno) {
  Code code = Code::kIo;
  switch (saved_errno) {
    case ENOENT:
    case ENOTDIR:
      code = Code::kNotFound;
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      code = Code::kPermission;
      break;
    case ENOSPC:
    case EDQUOT:
      code = Code::kNoSpace;
      break;
    case EINTR:
      code = Code::kCancelled;
      break;
    case ETIMEDOUT:
      code = Code::kTimeout;
      break;
    case ECONNREFUSED:
    case ECONNRESET:
      code = Code::kNetwork;
      break;
    default:
      break;
  }
  char buffer[128];
  return {code, std::string(action) + ": " + strerror_r(saved_errno, buffer, sizeof buffer)};
}

}  // namespace seawall
