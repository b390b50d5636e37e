// Memory that was freed but that the allocator keeps for later.
#pragma once

namespace seawall {

// Gives it back to the system; call between phases that need different things. COST: some
// milliseconds at most. Does nothing where the C library cannot do it.
void return_free_memory();

}  // namespace seawall
