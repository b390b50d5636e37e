#include "codec/decoder.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "base/interrupt.h"
#include "base/strings.h"

namespace seawall {

DecodingReader::DecodingReader(std::string_view format, std::unique_ptr<Decoder> decoder,
                               std::unique_ptr<Reader> inner, const Limits& limits,
                               size_t input_bytes)
    : format_(format),
      decoder_(std::move(decoder)),
      inner_(std::move(inner)),
      limits_(limits),
      buffer_bytes_(input_bytes),
      buffer_(std::make_unique_for_overwrite<char[]>(input_bytes)) {}

Result<size_t> DecodingReader::read(std::span<char> buffer) {
  if (error_) return *error_;
  auto got = decode_some(buffer);
  if (!got.ok()) error_ = got.error();
  return got;
}

Result<size_t> DecodingReader::decode_some(std::span<char> buffer) {
  if (buffer.empty()) return size_t{0};
  while (!ended_) {
    if (in_.empty() && !input_ended_ && !output_pending_) SEAWALL_CHECK(refill());
    auto step = decoder_->decode(in_, buffer, input_ended_);
    if (!step.ok()) {
      if (step.error().code() == Code::kInternal) return std::move(step).error();
      return Error(step.error().code(), fmt::format("the {} data {} (after {} bytes)", format_,
                                                    step.error().message(), packed_));
    }
    in_.remove_prefix(step->consumed);
    packed_ += step->consumed;
    unpacked_ += step->produced;
    ended_ = step->end;
    const bool was_pending = std::exchange(output_pending_, step->produced == buffer.size());
    if (step->produced > 0) {
      SEAWALL_CHECK(check_limits());
      return step->produced;
    }
    if (ended_ || step->consumed > 0 || was_pending) continue;
    if (in_.empty() && !input_ended_) continue;
    if (input_ended_)
      return malformed(fmt::format("the {} data ends after {} bytes", format_, packed_));
    return malformed(fmt::format("the {} data is damaged (after {} bytes)", format_, packed_));
  }
  return size_t{0};
}

Status DecodingReader::refill() {
  SEAWALL_CHECK(check_interrupted());
  SEAWALL_TRY(const size_t got, inner_->read({buffer_.get(), buffer_bytes_}));
  in_ = {buffer_.get(), got};
  input_ended_ = got == 0;
  return {};
}

Status DecodingReader::check_limits() const {
  if (unpacked_ > limits_.unpacked_bytes) {
    return limit_reached(fmt::format("the {} data unpacks to more than {}", format_,
                                     human_bytes(limits_.unpacked_bytes)));
  }
  if (unpacked_ > limits_.ratio_floor &&
      unpacked_ / std::max<uint64_t>(limits_.ratio, 1) > packed_) {
    return limit_reached(
        fmt::format("the {} data unpacks to more than {} times its size: {} from {} bytes", format_,
                    limits_.ratio, unpacked_, packed_));
  }
  return {};
}

Error decoder_out_of_memory() {
  return {Code::kIo, "cannot be unpacked: out of memory"};
}

}  // namespace seawall
