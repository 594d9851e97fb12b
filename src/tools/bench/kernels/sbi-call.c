/* A guest asks its hypervisor for the version of SBI: out of the VM and back. */
/* Kind: exit. Turns: 200000. Result: 0x02000000 */
#include "kernel.h"

uint32_t run(void) {
  uint32_t version = 0;
  for (uint32_t turn = OPAQUE(200000); turn > 0; turn--) {
    register uint64_t error asm("a0");
    register uint64_t value asm("a1");
    register uint64_t function asm("a6") = 0;
    register uint64_t extension asm("a7") = 0x10;
    asm volatile("ecall" : "=r"(error), "=r"(value) : "r"(function), "r"(extension) : "memory");
    version = (uint32_t)value;
  }
  return version;
}
