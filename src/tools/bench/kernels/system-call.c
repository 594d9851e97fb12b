/* System calls of a user program, answered by the guest's own kernel: no exit. */
/* Kind: exit. Turns: 200000. Result: 200000 */
#include "guest.h"
#include "kernel.h"

uint32_t run(void) { return (uint32_t)bench_user(USER_SYSTEM_CALLS, OPAQUE(200000)); }
