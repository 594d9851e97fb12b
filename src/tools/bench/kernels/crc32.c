/* CRC-32 by a table of 256 entries over 256 KiB, eight times: dependent loads. */
/* Result: 0xb93d383b */
#include "kernel.h"
#define SIZE (256 * 1024)
static uint32_t table[256];
static uint8_t data[SIZE];

uint32_t run(void) {
  uint32_t size = OPAQUE(SIZE);
  uint32_t state = OPAQUE(2463534242u);
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t c = i;
    for (int bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320u ^ (c >> 1) : c >> 1;
    table[i] = c;
  }
  for (uint32_t i = 0; i < size; i++) data[i] = (uint8_t)next_random(&state);
  uint32_t crc = ~0u;
  for (int round = 0; round < 8; round++)
    for (uint32_t i = 0; i < size; i++) crc = table[(crc ^ data[i]) & 255] ^ (crc >> 8);
  return ~crc;
}
