// ISA-L, loaded at run time: libisal.so.2 when it is installed and allowed (allow_isal()). It
// inflates twice as fast as zlib; nothing depends on it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "codec/inflate.h"

namespace seawall {

// Null when ISA-L is absent, not allowed or not built in.
std::unique_ptr<Inflater> make_isal_inflater();
// Its CRC-32, or null as above.
using Crc32Function = uint32_t (*)(uint32_t crc, std::string_view bytes);
Crc32Function isal_crc32();
// "ISA-L 2.30"; empty as above.
std::string_view isal_name();

}  // namespace seawall
