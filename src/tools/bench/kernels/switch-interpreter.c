/* A byte-code interpreter around one switch, which runs a loop with arithmetic: indirect jumps. */
/* Result: 0x64c6c821 */
#include "kernel.h"
enum { PUSH, ADD, SUB, MUL, XOR, DUP, LOAD, STORE, JUMP_UNLESS_ZERO, MASK, HALT };

/* counter = N; sum = 1; do { sum = (sum * 7 + counter) ^ 0x55; counter -= 1; } while (counter != 0) */
static uint8_t program[] = {
    PUSH, 1,  STORE, 1,                               /* sum = 1 */
    LOAD, 1,  PUSH, 7, MUL, LOAD, 0, ADD, PUSH, 0x55, /* 4: */
    XOR,  MASK, STORE, 1,
    LOAD, 0,  PUSH, 1, SUB, DUP, STORE, 0,
    JUMP_UNLESS_ZERO, 4,
    HALT,
};

uint32_t run(void) {
  /* Written, so that no compiler can run the program instead of compiling its interpreter. */
  program[1] = (uint8_t)OPAQUE(1);
  program[sizeof program - 1] = (uint8_t)OPAQUE(HALT);
  uint32_t variables[2] = {OPAQUE(120000), 0};
  uint32_t stack[16];
  uint32_t *top = stack; /* the first free place */
  /* Where the program lies is not known either: no compiler can run it ahead along the known bytes. */
  const uint8_t *const start = OPAQUE_POINTER(program);
  const uint8_t *pc = start;
  for (;;) {
    switch (*pc++) {
      case PUSH: *top++ = *pc++; break;
      case ADD: top--; top[-1] += *top; break;
      case SUB: top--; top[-1] -= *top; break;
      case MUL: top--; top[-1] *= *top; break;
      case XOR: top--; top[-1] ^= *top; break;
      case DUP: *top = top[-1]; top++; break;
      case LOAD: *top++ = variables[*pc++]; break;
      case STORE: variables[*pc++] = *--top; break;
      case JUMP_UNLESS_ZERO: pc = *--top ? start + *pc : pc + 1; break;
      case MASK: top[-1] &= 0x7fffffff; break;
      default: return variables[1];
    }
  }
}
