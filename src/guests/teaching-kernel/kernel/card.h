/*
 * A network card, whatever it is driven by: a driver takes ether frames from net.c and gives it those that come.
 */
#pragma once

#include "defs.h"

enum { LARGEST_FRAME = 1514 };

struct card {
  const char *way;  /* what it is driven by */
  uint32_t slots;   /* frames that it takes at a time */
  /* Takes a frame to send; false if there is no room. */
  bool (*transmit)(const uint8_t *frame, size_t length);
  /* Looks whether frames have come, instead of waiting for an interrupt; NULL if it cannot. */
  void (*poll)(void);
  void (*use_interrupts)(bool use);
};

/* A driver has brought its card up; the first one is used. */
void net_start(const struct card *card, const uint8_t mac[6]);
/* A frame has come. It may be changed. */
void net_receive(uint8_t *frame, size_t length);
