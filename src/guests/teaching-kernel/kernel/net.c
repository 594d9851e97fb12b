/*
 * A small network: Ethernet, ARP, IPv4, ICMP echo, UDP echo. One card, one address, from the boot arguments
 * ip=10.0.0.2/24 and gateway=10.0.0.1. A packet is built and read in place, field by field, in network byte order.
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

static struct net_info net;
static const struct card *card;
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

static bool send(uint8_t *frame, size_t length) {
  if (card == NULL || !card->transmit(frame, length)) {
    net.dropped++;
    return false;
  }
  net.sent++;
  net.sent_bytes += length;
  return true;
}

static void ethernet_header(uint8_t *frame, const uint8_t *to, uint16_t type) {
  memcpy(frame, to, 6);
  memcpy(frame + 6, net.mac, 6);
  put16(frame + 12, type);
}

/* ---- ARP (RFC 826): which MAC has an IPv4 address? ---- */

static struct neighbour *neighbour_of(uint32_t address) {
  for (int i = 0; i < NEIGHBOURS; i++)
    if (net.neighbours[i].address == address) return &net.neighbours[i];
  return NULL;
}

static void remember(uint32_t address, const uint8_t *mac) {
  if (address == 0) return;
  struct neighbour *neighbour = neighbour_of(address);
  if (neighbour == NULL) neighbour = neighbour_of(0);
  if (neighbour == NULL) neighbour = &net.neighbours[oldest_neighbour++ % NEIGHBOURS];
  neighbour->address = address;
  memcpy(neighbour->mac, mac, 6);
  wake(net.neighbours);
}

enum { ARP_ASK = 1, ARP_ANSWER = 2 };

static void send_arp(uint16_t operation, const uint8_t *to_mac, uint32_t to_address) {
  uint8_t *arp = packet + ETHERNET;
  ethernet_header(packet, operation == ARP_ASK ? everybody : to_mac, TYPE_ARP);
  put16(arp, 1); /* Ethernet */
  put16(arp + 2, TYPE_IPV4);
  arp[4] = 6, arp[5] = 4; /* lengths of the addresses */
  put16(arp + 6, operation);
  memcpy(arp + 8, net.mac, 6);
  put32(arp + 14, net.address);
  memcpy(arp + 18, to_mac, 6);
  put32(arp + 24, to_address);
  send(packet, ETHERNET + ARP_LENGTH);
}

static void receive_arp(const uint8_t *arp, size_t length) {
  if (length < ARP_LENGTH || get16(arp) != 1 || get16(arp + 2) != TYPE_IPV4 || arp[4] != 6 || arp[5] != 4) {
    net.dropped++;
    return;
  }
  uint32_t from = get32(arp + 14), to = get32(arp + 24);
  bool for_us = net.address != 0 && to == net.address;
  /* Who speaks to us will be spoken to; of others we only refresh what we knew. */
  if (for_us || neighbour_of(from) != NULL) remember(from, arp + 8);
  if (for_us && get16(arp + 6) == ARP_ASK) send_arp(ARP_ANSWER, arp + 8, from);
}

/* The MAC to send to for an address; asks and sleeps if need be. 0 or an error. */
static int resolve(uint32_t address, uint8_t *mac) {
  if (!net.present || net.address == 0) return ERROR_NO_DEVICE;
  uint32_t mask = net.prefix == 0 ? 0 : ~0u << (32 - net.prefix);
  if ((address & mask) != (net.address & mask)) {
    if (net.gateway == 0) return ERROR_NO_ROUTE;
    address = net.gateway;
  }
  for (int tries = 0;; tries++) {
    const struct neighbour *neighbour = neighbour_of(address);
    if (neighbour != NULL) {
      memcpy(mac, neighbour->mac, 6);
      return 0;
    }
    if (tries == ARP_TRIES) return ERROR_UNREACHABLE;
    send_arp(ARP_ASK, (const uint8_t[6]){0}, address);
    uint64_t until = read_time() + platform.timebase / 2;
    while (neighbour_of(address) == NULL && read_time() < until)
      if (!sleep_on(net.neighbours, until)) return ERROR_INTERRUPTED;
  }
}

/* ---- IPv4 (RFC 791) ---- */

/* Completes and sends the packet whose `length` bytes of payload lie behind the IP header. */
static bool send_ip(uint8_t *frame, const uint8_t *mac, uint32_t to, uint8_t protocol, size_t length) {
  uint8_t *ip = frame + ETHERNET;
  ethernet_header(frame, mac, TYPE_IPV4);
  ip[0] = 0x45, ip[1] = 0; /* version 4, five words of header */
  put16(ip + 2, (uint32_t)(IP_HEADER + length));
  put16(ip + 4, ++identification);
  put16(ip + 6, 0);
  ip[8] = 64, ip[9] = protocol; /* time to live */
  put16(ip + 10, 0);
  put32(ip + 12, net.address);
  put32(ip + 16, to);
  put16(ip + 10, checksum(ip, IP_HEADER));
  return send(frame, ETHERNET + IP_HEADER + length);
}

static void receive_icmp(uint8_t *frame, uint32_t from, size_t length) {
  uint8_t *icmp = frame + ETHERNET + IP_HEADER;
  if (length < ICMP_HEADER || checksum(icmp, length) != 0) {
    net.dropped++;
  } else if (icmp[0] == ECHO_REQUEST) {
    uint8_t mac[6];
    memcpy(mac, frame + 6, 6);
    net.echo_requests++;
    icmp[0] = ECHO_REPLY;
    put16(icmp + 2, 0);
    put16(icmp + 2, checksum(icmp, length));
    send_ip(frame, mac, from, PROTOCOL_ICMP, length);
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

static void receive_udp(uint8_t *frame, uint32_t from, size_t length) {
  uint8_t *udp = frame + ETHERNET + IP_HEADER;
  if (length < UDP_HEADER || get16(udp + 4) < UDP_HEADER || get16(udp + 4) > length) {
    net.dropped++;
    return;
  }
  net.udp_received++;
  if (get16(udp + 2) == PORT_BOUNCE) receive_bounce(udp + UDP_HEADER, get16(udp + 4) - UDP_HEADER);
  if (get16(udp + 2) != PORT_ECHO) return;
  /* Back to where it came from; the checksum covers the same numbers in another order, and stays right. */
  uint8_t mac[6];
  memcpy(mac, frame + 6, 6);
  put16(udp + 2, get16(udp));
  put16(udp, PORT_ECHO);
  send_ip(frame, mac, from, PROTOCOL_UDP, get16(udp + 4));
}

/* A packet for somebody else has come to our MAC: to where it belongs, as if nothing had happened. */
static void relay(uint8_t *frame, uint32_t to, size_t length) {
  const struct neighbour *neighbour = neighbour_of(to);
  if (read_time() >= relays_until || neighbour == NULL || memcmp(frame, net.mac, 6) != 0) return;
  ethernet_header(frame, neighbour->mac, TYPE_IPV4);
  if (send(frame, length)) relayed++;
}

static void receive_ip(uint8_t *frame, size_t length) {
  const uint8_t *ip = frame + ETHERNET;
  size_t total = length < IP_HEADER ? 0 : get16(ip + 2);
  /* Not for a small stack: options, fragments. Wrong: lengths, version, checksum. */
  if (total < IP_HEADER || total > length || ip[0] != 0x45 || (get16(ip + 6) & 0x3fff) != 0 ||
      checksum(ip, IP_HEADER) != 0) {
    net.dropped++;
    return;
  }
  if (net.address == 0) return;
  if (get32(ip + 16) != net.address) return relay(frame, get32(ip + 16), ETHERNET + total);
  uint32_t from = get32(ip + 12);
  if (ip[9] == PROTOCOL_ICMP) receive_icmp(frame, from, total - IP_HEADER);
  else if (ip[9] == PROTOCOL_UDP) receive_udp(frame, from, total - IP_HEADER);
}

void net_receive(uint8_t *frame, size_t length) {
  net.received++;
  net.received_bytes += length;
  if (length < ETHERNET || length > LARGEST_FRAME) net.dropped++;
  else if (get16(frame + 12) == TYPE_ARP) receive_arp(frame + ETHERNET, length - ETHERNET);
  else if (get16(frame + 12) == TYPE_IPV4) receive_ip(frame, length - ETHERNET);
}

/* ---- what processes ask for ---- */

int64_t net_ping(uint32_t address, uint32_t sequence, size_t size, uint64_t timeout) {
  if (size > LARGEST_FRAME - ETHERNET - IP_HEADER - ICMP_HEADER) return ERROR_INVALID;
  if (net.present && net.address != 0 && address == net.address) return 0;
  uint8_t mac[6];
  int error = resolve(address, mac);
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
  if (!send_ip(packet, mac, address, PROTOCOL_ICMP, ICMP_HEADER + size)) {
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
  int error = resolve(address, mac);
  if (error != 0) return error;
  uint8_t *udp = packet + ETHERNET + IP_HEADER;
  put16(udp, PORT_OURS);
  put16(udp + 2, port);
  put16(udp + 4, (uint32_t)(UDP_HEADER + size));
  put16(udp + 6, 0); /* no checksum: allowed for IPv4 */
  memset(udp + UDP_HEADER, 'u', size);
  return send_ip(packet, mac, address, PROTOCOL_UDP, UDP_HEADER + size) ? 0 : ERROR_BUSY;
}

static bool send_bounce(uint32_t address, const uint8_t *mac, uint32_t number) {
  uint8_t *udp = packet + ETHERNET + IP_HEADER, *payload = udp + UDP_HEADER;
  put16(udp, PORT_BOUNCE);
  put16(udp + 2, PORT_ECHO);
  put16(udp + 4, UDP_HEADER + bounces.bytes);
  put16(udp + 6, 0);
  put32(payload, number);
  for (size_t at = 4; at < bounces.bytes; at++) payload[at] = bounce_content(number, at);
  return send_ip(packet, mac, address, PROTOCOL_UDP, UDP_HEADER + bounces.bytes);
}

/* Waits until more packets are back than `known`; 0 or an error. */
static int await_bounce(uint64_t known, bool poll) {
  uint64_t until = read_time() + BOUNCE_PATIENCE_SECONDS * platform.timebase;
  while (bounces.back == known) {
    if (read_time() >= until) return ERROR_TIMEOUT;
    if (poll) card->poll();
    else if (!sleep_on(&bounces, until)) return ERROR_INTERRUPTED;
  }
  return 0;
}

/* As many packets as the card has room for are under way at a time. */
static int bounce_all(struct bounce *bounce, const uint8_t *mac) {
  uint64_t lost = 0;
  while (bounces.back + lost < bounce->packets) {
    uint64_t before = bounces.sent;
    while (bounces.sent < bounce->packets && bounces.sent < bounces.back + lost + card->slots &&
           send_bounce(bounce->address, mac, (uint32_t)bounces.sent))
      bounces.sent++;
    int error = await_bounce(bounces.back, bounce->poll);
    if (error == ERROR_INTERRUPTED) return error;
    if (error == ERROR_TIMEOUT && bounces.sent == before && bounces.sent <= bounces.back + lost) return ERROR_BUSY;
    if (error == ERROR_TIMEOUT) lost = bounces.sent - bounces.back;
  }
  bounce->lost = lost;
  return 0;
}

int net_bounce(struct bounce *bounce) {
  if (bounce->bytes < 4 || bounce->bytes > LARGEST_FRAME - ETHERNET - IP_HEADER - UDP_HEADER) return ERROR_INVALID;
  uint8_t mac[6];
  int error = resolve(bounce->address, mac);
  if (error != 0) return error;
  if (bounce->poll && card->poll == NULL) return ERROR_INVALID;
  if (bounces.runs) return ERROR_BUSY;
  bounces.runs = true;
  bounces.bytes = (uint32_t)bounce->bytes;
  bounces.sent = bounces.back = bounces.wrong = 0;
  if (bounce->poll) card->use_interrupts(false);
  uint64_t from = read_time();
  error = bounce_all(bounce, mac);
  bounce->ticks = read_time() - from;
  bounce->wrong = bounces.wrong;
  if (bounce->poll) card->use_interrupts(true);
  bounces.runs = false;
  return error;
}

int net_frame_send(struct address_space *from, uint64_t va, size_t length) {
  if (length < ETHERNET || length > LARGEST_FRAME) return ERROR_INVALID;
  if (!vm_copy_in(from, packet, va, length)) return ERROR_BAD_ADDRESS;
  if (!net.present) return ERROR_NO_DEVICE;
  return send(packet, length) ? 0 : ERROR_BUSY;
}

int64_t net_relay(uint64_t until) {
  relays_until = until;
  return (int64_t)relayed;
}

void net_information(struct net_info *info) { *info = net; }

/* The card is up: take the address from the boot arguments and say hello. */
void net_start(const struct card *first, const uint8_t mac[6]) {
  char value[32];
  if (net.present) return;
  card = first;
  net.present = 1;
  copy_text(net.way, card->way, sizeof net.way);
  memcpy(net.mac, mac, 6);
  if (boot_argument("ip", value, sizeof value)) {
    uint64_t prefix = 24; /* a list of addresses has one for each card: ours is the first */
    for (char *at = value; *at != 0; at++)
      if (*at == ',') *at = 0;
    const char *rest = parse_address(value, &net.address);
    if (rest != NULL && *rest == '/') rest = parse_number(rest + 1, &prefix);
    if (rest == NULL || *rest != 0 || prefix > 32) {
      print("ip=%s is no address: give one such as ip=10.0.0.2/24\n", value);
      net.address = 0;
    } else {
      net.prefix = (uint32_t)prefix;
    }
  }
  if (boot_argument("gateway", value, sizeof value)) {
    const char *rest = parse_address(value, &net.gateway);
    if (rest == NULL || *rest != 0) {
      print("gateway=%s is no address: give one such as gateway=10.0.0.1\n", value);
      net.gateway = 0;
    }
  }
  /* Asking for one's own address tells the switch and the neighbours where it is. */
  if (net.address != 0) send_arp(ARP_ASK, (const uint8_t[6]){0}, net.address);
}
