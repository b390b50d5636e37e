#include "advisory/database_names.h"

#include <cstdint>

#include "base/digest.h"

namespace seawall::advisory {

uint32_t TextPool::intern(std::string_view text) {
  if (texts_.size() * 4 >= slots_.size() * 3) grow();
  const size_t mask = slots_.size() - 1;
  size_t slot = quick_hash(text) & mask;
  while (slots_[slot] != 0) {
    const uint32_t number = slots_[slot] - 1;
    if (texts_[number] == text) return number;
    slot = (slot + 1) & mask;
  }
  texts_.push_back(arena_.copy(text));
  slots_[slot] = size();
  return size() - 1;
}

void TextPool::grow() {
  slots_.assign(slots_.empty() ? 1024 : slots_.size() * 2, 0);
  const size_t mask = slots_.size() - 1;
  for (uint32_t number = 0; number < texts_.size(); ++number) {
    size_t slot = quick_hash(texts_[number]) & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = number + 1;
  }
}

}  // namespace seawall::advisory
