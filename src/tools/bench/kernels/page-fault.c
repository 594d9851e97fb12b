/* A user program touches pages that are not there; the guest's kernel maps each with a fence, and takes 64 away again. */
/* Kind: exit. Turns: 102400. Result: 102400 */
#include "guest.h"
#include "kernel.h"

uint32_t run(void) { return (uint32_t)bench_user(USER_PAGE_FAULTS, OPAQUE(102400)); }
