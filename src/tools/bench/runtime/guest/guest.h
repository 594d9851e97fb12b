/* What the kernels that are about a guest's own traps may ask of the guest around them. */
#ifndef BENCH_GUEST_H
#define BENCH_GUEST_H
#include <stdint.h>

/* Programs for U-mode (user.S), by number; each takes how often, and returns how often the kernel was called. */
enum { USER_SYSTEM_CALLS, USER_PAGE_FAULTS };
uint64_t bench_user(int program, uint64_t turns);
#endif
