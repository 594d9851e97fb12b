/*
 * A network card, whatever it is driven by: a driver takes ether frames from net.c and gives it those that come.
 */
#pragma once

#include "defs.h"

enum { LARGEST_FRAME = 1514 };

struct interface;

struct card {
  const char *way;  /* what it is driven by */
  uint32_t slots;   /* frames that it takes at a time */
  /* Takes a frame to send; false if there is no room. */
  bool (*transmit)(struct card *self, const uint8_t *frame, size_t length);
  /* Looks whether frames have come, instead of waiting for an interrupt; NULL if it cannot. */
  void (*poll)(struct card *self);
  void (*use_interrupts)(struct card *self, bool use);
  /* net.c's, from start to stop: NULL otherwise. */
  struct interface *interface;
};

/* A driver has brought a card up, which gets the first number that is free; false if there is none. */
bool net_start(struct card *card, const uint8_t mac[6], bool at_boot);
/* It has an address, by which somebody may be talked to. */
bool net_is_used(const struct card *card);
uint32_t net_number(const struct card *card);
/* A card is going away: nothing is sent by it, and nothing taken from it, from now on. */
void net_stop(struct card *card);
/* A frame has come. It may be changed. */
void net_receive(struct card *card, uint8_t *frame, size_t length);
