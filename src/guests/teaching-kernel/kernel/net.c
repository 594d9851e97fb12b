/*
 * A small network: Ethernet, ARP, IPv4, ICMP echo, UDP echo. Each card has one address, from the boot arguments
 * ip=10.0.0.2/24,10.0.1.2/24 and gateway=10.0.0.1, or from whoever plugs it in. What goes out goes by the card in whose subnet it
 * belongs; nothing is passed on between cards. A packet is built and read in place, field by field, in network byte order.
 *
 *    0 to 6 from 12 type 14 | IPv4: 14 version 16 length 20 fragment 23 protocol 24 sum 26 source 30 target | 34 ...
 */
#include "card.h"
#include "proc.h"

enum { ETHERNET = 14, IP_HEADER = 20, ICMP_HEADER = 8, UDP_HEADER = 8, ARP_LENGTH = 28 };
enum { TYPE_IPV4 = 0x0800, TYPE_ARP = 0x0806 };
enum { PROTOCOL_ICMP = 1, PROTOCOL_UDP = 17 };
enum { ECHO_REPLY = 0, ECHO_REQUEST = 8, PORT_ECHO = 7, PORT_OURS = 40007, PORT_BOUNCE = 40008 };
enum { ARP_TRIES = 3 };

/* A card with what it is known by: its address, its neighbours, its counters. One without a driver has no card, and may get another. */
static struct interface {
  struct net_info info;
  struct card *card;
} interfaces[CARDS];

static uint8_t packet[LARGEST_FRAME] __attribute__((aligned(8))); /* the one being built; the kernel lock keeps it ours */
static uint16_t identification;
static uint32_t oldest_neighbour;
static uint64_t relays_until, relayed;
static const uint8_t everybody[6] = {255, 255, 255, 255, 255, 255};

/* A ping that waits for its reply, by process. */
static struct {
  uint32_t sequence;
  uint64_t answered; /* when, 0: not yet */
  bool waits;
} pings[MAX_PROCESSES];

static uint16_t get16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }
static uint32_t get32(const uint8_t *at) { return (uint32_t)get16(at) << 16 | get16(at + 2); }
static void put16(uint8_t *at, uint32_t value) { at[0] = (uint8_t)(value >> 8), at[1] = (uint8_t)value; }
static void put32(uint8_t *at, uint32_t value) { put16(at, value >> 16), put16(at + 2, value); }

/* The Internet checksum: the complement of the sum, in ones' complement, of all 16-bit words (RFC 1071). */
static uint16_t checksum(const uint8_t *at, size_t length) {
  uint64_t sum = 0;
  for (; length > 1; length -= 2, at += 2) sum += get16(at);
  if (length > 0) sum += (uint64_t)at[0] << 8;
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return (uint16_t)~sum;
}

static bool send(struct interface *by, uint8_t *frame, size_t length) {
  if (by->card == NULL || !by->card->transmit(by->card, frame, length)) {
    by->info.dropped++;
    return false;
  }
  by->info.sent++;
  by->info.sent_bytes += length;
  return true;
}

static void ethernet_header(const struct interface *by, uint8_t *frame, const uint8_t *to, uint16_t type) {
  memcpy(frame, to, 6);
  memcpy(frame + 6, by->info.mac, 6);
  put16(frame + 12, type);
}

/* ---- ARP (RFC 826): which MAC has an IPv4 address? ---- */

static struct neighbour *neighbour_of(struct interface *by, uint32_t address) {
  for (int i = 0; i < NEIGHBOURS; i++)
    if (by->info.neighbours[i].address == address) return &by->info.neighbours[i];
  return NULL;
}

static void remember(struct interface *by, uint32_t address, const uint8_t *mac) {
  if (address == 0) return;
  struct neighbour *neighbour = neighbour_of(by, address);
  if (neighbour == NULL) neighbour = neighbour_of(by, 0);
  if (neighbour == NULL) neighbour = &by->info.neighbours[oldest_neighbour++ % NEIGHBOURS];
  neighbour->address = address;
  memcpy(neighbour->mac, mac, 6);
  wake(by);
}

enum { ARP_ASK = 1, ARP_ANSWER = 2 };

static void send_arp(struct interface *by, uint16_t operation, const uint8_t *to_mac, uint32_t to_address) {
  uint8_t *arp = packet + ETHERNET;
  ethernet_header(by, packet, operation == ARP_ASK ? everybody : to_mac, TYPE_ARP);
  put16(arp, 1); /* Ethernet */
  put16(arp + 2, TYPE_IPV4);
  arp[4] = 6, arp[5] = 4; /* lengths of the addresses */
  put16(arp + 6, operation);
  memcpy(arp + 8, by->info.mac, 6);
  put32(arp + 14, by->info.address);
  memcpy(arp + 18, to_mac, 6);
  put32(arp + 24, to_address);
  send(by, packet, ETHERNET + ARP_LENGTH);
}

/* Asking for one's own address tells the switch and the neighbours where it is. */
static void say_hello(struct interface *by) {
  if (by->info.address != 0) send_arp(by, ARP_ASK, (const uint8_t[6]){0}, by->info.address);
}

static void receive_arp(struct interface *by, const uint8_t *arp, size_t length) {
  if (length < ARP_LENGTH || get16(arp) != 1 || get16(arp + 2) != TYPE_IPV4 || arp[4] != 6 || arp[5] != 4) {
    by->info.dropped++;
    return;
  }
  uint32_t from = get32(arp + 14), to = get32(arp + 24);
  bool for_us = by->info.address != 0 && to == by->info.address;
  /* Who speaks to us will be spoken to; of others we only refresh what we knew. */
  if (for_us || neighbour_of(by, from) != NULL) remember(by, from, arp + 8);
  if (for_us && get16(arp + 6) == ARP_ASK) send_arp(by, ARP_ANSWER, arp + 8, from);
}

static bool is_near(const struct net_info *info, uint32_t address) {
  uint32_t mask = info->prefix == 0 ? 0 : ~0u << (32 - info->prefix);
  return info->address != 0 && (address & mask) == (info->address & mask);
}

/* The card by which an address is reached: that of its subnet, else one with a gateway. 0 or an error. */
static int route(uint32_t address, struct interface **by) {
  bool any = false;
  *by = NULL;
  for (struct interface *each = interfaces; each < interfaces + CARDS; each++) {
    if (each->card == NULL || each->info.address == 0) continue;
    any = true;
    if (is_near(&each->info, address)) return *by = each, 0;
    if (each->info.gateway != 0 && *by == NULL) *by = each;
  }
  if (*by != NULL) return 0;
  return any ? ERROR_NO_ROUTE : ERROR_NO_DEVICE;
}

/* The card and the MAC to send to for an address; asks and sleeps if need be. 0 or an error. */
static int resolve(uint32_t address, struct interface **found, uint8_t *mac) {
  int error = route(address, found);
  if (error != 0) return error;
  struct interface *by = *found;
  if (!is_near(&by->info, address)) address = by->info.gateway;
  for (int tries = 0;; tries++) {
    const struct neighbour *neighbour = neighbour_of(by, address);
    if (neighbour != NULL) {
      memcpy(mac, neighbour->mac, 6);
      return 0;
    }
    if (tries == ARP_TRIES) return ERROR_UNREACHABLE;
    send_arp(by, ARP_ASK, (const uint8_t[6]){0}, address);
    uint64_t until = read_time() + platform.timebase / 2;
    while (neighbour_of(by, address) == NULL && read_time() < until) {
      if (!sleep_on(by, until)) return ERROR_INTERRUPTED;
      if (by->card == NULL) return ERROR_NO_DEVICE; /* it was unplugged */
    }
  }
}

/* ---- IPv4 (RFC 791) ---- */

/* Completes and sends the packet whose `length` bytes of payload lie behind the IP header. */
static bool send_ip(struct interface *by, uint8_t *frame, const uint8_t *mac, uint32_t to, uint8_t protocol, size_t length) {
  uint8_t *ip = frame + ETHERNET;
  ethernet_header(by, frame, mac, TYPE_IPV4);
  ip[0] = 0x45, ip[1] = 0; /* version 4, five words of header */
  put16(ip + 2, (uint32_t)(IP_HEADER + length));
  put16(ip + 4, ++identification);
  put16(ip + 6, 0);
  ip[8] = 64, ip[9] = protocol; /* time to live */
  put16(ip + 10, 0);
  put32(ip + 12, by->info.address);
  put32(ip + 16, to);
  put16(ip + 10, checksum(ip, IP_HEADER));
  return send(by, frame, ETHERNET + IP_HEADER + length);
}

static void receive_icmp(struct interface *by, uint8_t *frame, uint32_t from, size_t length) {
  uint8_t *icmp = frame + ETHERNET + IP_HEADER;
  if (length < ICMP_HEADER || checksum(icmp, length) != 0) {
    by->info.dropped++;
  } else if (icmp[0] == ECHO_REQUEST) {
    uint8_t mac[6];
    memcpy(mac, frame + 6, 6);
    by->info.echo_requests++;
    icmp[0] = ECHO_REPLY;
    put16(icmp + 2, 0);
    put16(icmp + 2, checksum(icmp, length));
    send_ip(by, frame, mac, from, PROTOCOL_ICMP, length);
  } else if (icmp[0] == ECHO_REPLY) {
    uint32_t who = get16(icmp + 4);
    if (who < MAX_PROCESSES && pings[who].waits && (pings[who].sequence & 0xffff) == get16(icmp + 6)) {
      pings[who].answered = read_time();
      wake(&pings[who]);
    }
  }
}

/* ---- Packets that are sent to be echoed, and held against what was sent ---- */

enum { BOUNCE_PATIENCE_SECONDS = 1 };

static struct {
  bool runs;
  uint32_t bytes;
  uint64_t sent, back; /* packets */
  uint64_t wrong;
} bounces;

/* What a byte of a packet is; the packet's number stands before it. */
static uint8_t bounce_content(uint32_t number, size_t at) { return (uint8_t)(number * 31 + at * 7); }

static void receive_bounce(const uint8_t *payload, size_t length) {
  if (!bounces.runs || length < 4) return;
  uint32_t number = get32(payload);
  bool right = length == bounces.bytes && number < bounces.sent;
  for (size_t at = 4; right && at < length; at++) right = payload[at] == bounce_content(number, at);
  if (!right) bounces.wrong++;
  bounces.back++;
  wake(&bounces);
}

static void receive_udp(struct interface *by, uint8_t *frame, uint32_t from, size_t length) {
  uint8_t *udp = frame + ETHERNET + IP_HEADER;
  if (length < UDP_HEADER || get16(udp + 4) < UDP_HEADER || get16(udp + 4) > length) {
    by->info.dropped++;
    return;
  }
  by->info.udp_received++;
  if (get16(udp + 2) == PORT_BOUNCE) receive_bounce(udp + UDP_HEADER, get16(udp + 4) - UDP_HEADER);
  if (get16(udp + 2) != PORT_ECHO) return;
  /* Back to where it came from; the checksum covers the same numbers in another order, and stays right. */
  uint8_t mac[6];
  memcpy(mac, frame + 6, 6);
  put16(udp + 2, get16(udp));
  put16(udp, PORT_ECHO);
  send_ip(by, frame, mac, from, PROTOCOL_UDP, get16(udp + 4));
}

/* A packet for somebody else has come to our MAC: to where it belongs, as if nothing had happened. */
static void relay(struct interface *by, uint8_t *frame, uint32_t to, size_t length) {
  const struct neighbour *neighbour = neighbour_of(by, to);
  if (read_time() >= relays_until || neighbour == NULL || memcmp(frame, by->info.mac, 6) != 0) return;
  ethernet_header(by, frame, neighbour->mac, TYPE_IPV4);
  if (send(by, frame, length)) relayed++;
}

static void receive_ip(struct interface *by, uint8_t *frame, size_t length) {
  const uint8_t *ip = frame + ETHERNET;
  size_t total = length < IP_HEADER ? 0 : get16(ip + 2);
  /* Not for a small stack: options, fragments. Wrong: lengths, version, checksum. */
  if (total < IP_HEADER || total > length || ip[0] != 0x45 || (get16(ip + 6) & 0x3fff) != 0 ||
      checksum(ip, IP_HEADER) != 0) {
    by->info.dropped++;
    return;
  }
  if (by->info.address == 0) return;
  if (get32(ip + 16) != by->info.address) return relay(by, frame, get32(ip + 16), ETHERNET + total);
  uint32_t from = get32(ip + 12);
  if (ip[9] == PROTOCOL_ICMP) receive_icmp(by, frame, from, total - IP_HEADER);
  else if (ip[9] == PROTOCOL_UDP) receive_udp(by, frame, from, total - IP_HEADER);
}

void net_receive(struct card *card, uint8_t *frame, size_t length) {
  struct interface *by = card->interface;
  if (by == NULL) return;
  by->info.received++;
  by->info.received_bytes += length;
  if (length < ETHERNET || length > LARGEST_FRAME) by->info.dropped++;
  else if (get16(frame + 12) == TYPE_ARP) receive_arp(by, frame + ETHERNET, length - ETHERNET);
  else if (get16(frame + 12) == TYPE_IPV4) receive_ip(by, frame, length - ETHERNET);
}

static bool is_ours(uint32_t address) {
  for (const struct interface *each = interfaces; each < interfaces + CARDS; each++)
    if (each->card != NULL && each->info.address == address && address != 0) return true;
  return false;
}

/* ---- what processes ask for ---- */

int64_t net_ping(uint32_t address, uint32_t sequence, size_t size, uint64_t timeout) {
  if (size > LARGEST_FRAME - ETHERNET - IP_HEADER - ICMP_HEADER) return ERROR_INVALID;
  if (is_ours(address)) return 0;
  uint8_t mac[6];
  struct interface *by;
  int error = resolve(address, &by, mac);
  if (error != 0) return error;

  uint32_t who = (uint32_t)(this_process() - processes);
  uint8_t *icmp = packet + ETHERNET + IP_HEADER;
  icmp[0] = ECHO_REQUEST, icmp[1] = 0;
  put16(icmp + 2, 0);
  put16(icmp + 4, who);
  put16(icmp + 6, sequence);
  for (size_t i = 0; i < size; i++) icmp[ICMP_HEADER + i] = (uint8_t)('a' + i % 26);
  put16(icmp + 2, checksum(icmp, ICMP_HEADER + size));

  pings[who].sequence = sequence;
  pings[who].answered = 0;
  pings[who].waits = true;
  uint64_t sent = read_time(), until = sent + timeout;
  int64_t result = ERROR_TIMEOUT;
  if (!send_ip(by, packet, mac, address, PROTOCOL_ICMP, ICMP_HEADER + size)) {
    result = ERROR_BUSY;
  } else {
    while (pings[who].answered == 0 && read_time() < until)
      if (!sleep_on(&pings[who], until)) break;
    if (pings[who].answered != 0) result = (int64_t)(pings[who].answered - sent);
    else if (this_process()->killed) result = ERROR_INTERRUPTED;
  }
  pings[who].waits = false;
  return result;
}

int net_udp_send(uint32_t address, uint16_t port, size_t size) {
  if (size > LARGEST_FRAME - ETHERNET - IP_HEADER - UDP_HEADER) return ERROR_INVALID;
  uint8_t mac[6];
  struct interface *by;
  int error = resolve(address, &by, mac);
  if (error != 0) return error;
  uint8_t *udp = packet + ETHERNET + IP_HEADER;
  put16(udp, PORT_OURS);
  put16(udp + 2, port);
  put16(udp + 4, (uint32_t)(UDP_HEADER + size));
  put16(udp + 6, 0); /* no checksum: allowed for IPv4 */
  memset(udp + UDP_HEADER, 'u', size);
  return send_ip(by, packet, mac, address, PROTOCOL_UDP, UDP_HEADER + size) ? 0 : ERROR_BUSY;
}

static bool send_bounce(struct interface *by, uint32_t address, const uint8_t *mac, uint32_t number) {
  uint8_t *udp = packet + ETHERNET + IP_HEADER, *payload = udp + UDP_HEADER;
  put16(udp, PORT_BOUNCE);
  put16(udp + 2, PORT_ECHO);
  put16(udp + 4, UDP_HEADER + bounces.bytes);
  put16(udp + 6, 0);
  put32(payload, number);
  for (size_t at = 4; at < bounces.bytes; at++) payload[at] = bounce_content(number, at);
  return send_ip(by, packet, mac, address, PROTOCOL_UDP, UDP_HEADER + bounces.bytes);
}

/* Waits until more packets are back than `known`; 0 or an error. */
static int await_bounce(const struct interface *by, uint64_t known, bool poll) {
  uint64_t until = read_time() + BOUNCE_PATIENCE_SECONDS * platform.timebase;
  while (bounces.back == known) {
    if (by->card == NULL) return ERROR_NO_DEVICE; /* it was unplugged */
    if (read_time() >= until) return ERROR_TIMEOUT;
    if (poll) by->card->poll(by->card);
    else if (!sleep_on(&bounces, until)) return ERROR_INTERRUPTED;
  }
  return 0;
}

/* As many packets as wanted, or as the card has room for, are under way at a time. */
static int bounce_all(struct interface *by, struct bounce *bounce, const uint8_t *mac) {
  uint64_t lost = 0, slots = by->card->slots;
  if (bounce->depth != 0 && bounce->depth < slots) slots = bounce->depth;
  while (bounces.back + lost < bounce->packets) {
    uint64_t before = bounces.sent;
    while (bounces.sent < bounce->packets && bounces.sent < bounces.back + lost + slots &&
           send_bounce(by, bounce->address, mac, (uint32_t)bounces.sent))
      bounces.sent++;
    int error = await_bounce(by, bounces.back, bounce->poll);
    if (error == ERROR_INTERRUPTED || error == ERROR_NO_DEVICE) return error;
    if (error == ERROR_TIMEOUT && bounces.sent == before && bounces.sent <= bounces.back + lost) return ERROR_BUSY;
    if (error == ERROR_TIMEOUT) lost = bounces.sent - bounces.back;
  }
  bounce->lost = lost;
  return 0;
}

int net_bounce(struct bounce *bounce) {
  if (bounce->bytes < 4 || bounce->bytes > LARGEST_FRAME - ETHERNET - IP_HEADER - UDP_HEADER) return ERROR_INVALID;
  uint8_t mac[6];
  struct interface *by;
  int error = resolve(bounce->address, &by, mac);
  if (error != 0) return error;
  if (bounce->poll && by->card->poll == NULL) return ERROR_INVALID;
  if (bounces.runs) return ERROR_BUSY;
  bounces.runs = true;
  bounces.bytes = (uint32_t)bounce->bytes;
  bounces.sent = bounces.back = bounces.wrong = 0;
  if (bounce->poll) by->card->use_interrupts(by->card, false);
  uint64_t from = read_time();
  error = bounce_all(by, bounce, mac);
  bounce->ticks = read_time() - from;
  bounce->wrong = bounces.wrong;
  if (bounce->poll && by->card != NULL) by->card->use_interrupts(by->card, true);
  bounces.runs = false;
  return error;
}

int net_frame_send(struct address_space *from, uint64_t va, size_t length) {
  if (length < ETHERNET || length > LARGEST_FRAME) return ERROR_INVALID;
  if (!vm_copy_in(from, packet, va, length)) return ERROR_BAD_ADDRESS;
  if (interfaces[0].card == NULL) return ERROR_NO_DEVICE;
  return send(&interfaces[0], packet, length) ? 0 : ERROR_BUSY;
}

int64_t net_relay(uint64_t until) {
  relays_until = until;
  return (int64_t)relayed;
}

int net_information(uint64_t number, struct net_info *info) {
  if (number >= CARDS) return ERROR_NOT_FOUND;
  *info = interfaces[number].info;
  return 0;
}

int net_address(uint64_t number, uint32_t address, uint32_t prefix) {
  if (number >= CARDS || interfaces[number].card == NULL) return ERROR_NO_DEVICE;
  if (prefix > 32) return ERROR_INVALID;
  struct interface *by = &interfaces[number];
  by->info.address = address;
  by->info.prefix = prefix;
  memset(by->info.neighbours, 0, sizeof by->info.neighbours);
  say_hello(by);
  return 0;
}

/* ---- cards come and go ---- */

/* Of a list with commas, the address of this number; it has one for each card. */
static void address_from_boot(uint64_t number, struct net_info *info) {
  char value[128], *at = value;
  if (!boot_argument("ip", value, sizeof value)) return;
  for (; number > 0; number--) {
    while (*at != 0 && *at != ',') at++;
    if (*at++ == 0) return;
  }
  if (*at == 0 || *at == ',') return; /* none for this card */
  for (char *end = at; *end != 0; end++)
    if (*end == ',') *end = 0;
  const char *rest = parse_address_prefix(at, &info->address, &info->prefix);
  if (rest != NULL && *rest == 0) return;
  print("ip=%s is no address: give one such as ip=10.0.0.2/24\n", at);
  info->address = 0;
}

/* One gateway for all: by the card in whose subnet it is. */
static void gateway_from_boot(struct net_info *info) {
  char value[32];
  uint32_t gateway;
  if (!boot_argument("gateway", value, sizeof value)) return;
  const char *rest = parse_address(value, &gateway);
  if (rest == NULL || *rest != 0) print("gateway=%s is no address: give one such as gateway=10.0.0.1\n", value);
  else if (is_near(info, gateway)) info->gateway = gateway;
}

bool net_start(struct card *card, const uint8_t mac[6], bool at_boot) {
  uint32_t number = 0;
  while (number < CARDS && interfaces[number].card != NULL) number++;
  if (number == CARDS) return false;
  struct interface *by = &interfaces[number];
  *by = (struct interface){.card = card, .info = {.present = 1}};
  card->interface = by;
  copy_text(by->info.way, card->way, sizeof by->info.way);
  memcpy(by->info.mac, mac, 6);
  if (at_boot) {
    address_from_boot(number, &by->info);
    gateway_from_boot(&by->info);
  }
  say_hello(by);
  return true;
}

bool net_is_used(const struct card *card) { return card->interface->info.address != 0; }

uint32_t net_number(const struct card *card) { return (uint32_t)(card->interface - interfaces); }

void net_stop(struct card *card) {
  struct interface *by = card->interface;
  card->interface = NULL;
  *by = (struct interface){0};
  /* Who waits for a neighbour or for packets sees that nothing comes any more. */
  wake(by);
  wake(&bounces);
}
