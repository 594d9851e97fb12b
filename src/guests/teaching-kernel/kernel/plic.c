/*
 * The platform-level interrupt controller: device interrupts, numbered from 1, go to contexts (a hart in a mode).
 * All devices interrupt the boot hart. Layout: RISC-V PLIC specification 1.0, chapter 3.
 */
#include "defs.h"

#define PRIORITY(irq) (4ul * (irq))
#define ENABLE(context) (0x2000 + 0x80ul * (context))
#define THRESHOLD(context) (0x200000 + 0x1000ul * (context))
#define CLAIM(context) (0x200004 + 0x1000ul * (context))

enum { INTERRUPTS = 64, MOST_CLAIMS = 64 };

static uint32_t context = UINT32_MAX;
static void (*handlers[INTERRUPTS])(void);

static volatile uint32_t *plic(uint64_t offset) { return at_physical(platform.plic_base + offset); }

void plic_start(void) {
  for (uint32_t i = 0; i < platform.harts; i++)
    if (platform.hart_id[i] == harts[0].id) context = platform.plic_context[i];
  if (platform.plic_base == 0 || platform.plic_base >= GIGAPAGE_SIZE || context == UINT32_MAX) {
    context = UINT32_MAX;
    print("plic: none for this hart, so no device can be used\n");
    return;
  }
  for (uint32_t word = 0; word < INTERRUPTS / 32; word++) *plic(ENABLE(context) + word * 4) = 0;
  *plic(THRESHOLD(context)) = 0;
}

void plic_enable(uint32_t irq, void (*handler)(void)) {
  if (context == UINT32_MAX || irq == 0 || irq >= INTERRUPTS) return;
  handlers[irq] = handler;
  *plic(PRIORITY(irq)) = 1;
  volatile uint32_t *word = plic(ENABLE(context) + irq / 32 * 4);
  *word = *word | 1u << irq % 32;
}

/* Claims and completes what is pending; bounded, so that a device gone wild does not hold the kernel. */
void plic_interrupt(void) {
  if (context == UINT32_MAX) return;
  for (int claims = 0; claims < MOST_CLAIMS; claims++) {
    uint32_t irq = *plic(CLAIM(context));
    if (irq == 0) return;
    if (irq < INTERRUPTS && handlers[irq] != NULL) handlers[irq]();
    *plic(CLAIM(context)) = irq;
  }
}
