/*
 * Commands and workloads of the network.
 */
#include "user.h"

enum { PING_SIZE = 56, PORT_DISCARD = 9, PERIODS_PER_SECOND = 100, LARGEST_PAYLOAD = 1472 };

static void print_card(uint64_t number, const struct net_info *net) {
  if (net->address == 0) printf("address   none (give it one: net %lu 10.0.0.2/24)\n", number);
  else printf("address   %I/%u\n", net->address, net->prefix);
  if (net->gateway != 0) printf("gateway   %I\n", net->gateway);
  printf("MAC       %M\n", net->mac);
  printf("card      eth%lu, %s\n", number, net->way);
  printf("received  %lu packets, %lu bytes, %lu dropped\n", net->received, net->received_bytes, net->dropped);
  printf("sent      %lu packets, %lu bytes\n", net->sent, net->sent_bytes);
  printf("answered  %lu pings; UDP received %lu\n", net->echo_requests, net->udp_received);
  for (const struct neighbour *each = net->neighbours; each < net->neighbours + NEIGHBOURS; each++)
    if (each->address != 0) printf("neighbour %I is at %M\n", each->address, each->mac);
}

/* `net CARD ADDRESS/PREFIX` */
static int set_address(char **word) {
  uint64_t card;
  uint32_t address, prefix;
  if (!number_argument("net", "CARD", word[1], 0, CARDS - 1, &card)) return 1;
  const char *rest = parse_address_prefix(word[2], &address, &prefix);
  if (rest == NULL || *rest != 0) {
    printf("net: '%s' is no address such as 10.0.0.2/24\n", word[2]);
    return 1;
  }
  int64_t error = system_call(SYS_NET_ADDRESS, card, address, prefix, 0, 0, 0);
  if (error != 0) printf("net: %s\n", error_text(error));
  return error != 0;
}

int command_net(int words, char **word) {
  if (words == 2 && same_text(word[1], "announce")) return announce(words, word);
  if (words == 3) return set_address(word);
  if (words != 1) return usage("net");
  struct net_info net;
  int cards = 0;
  for (uint64_t number = 0; system_call(SYS_NET_INFO, number, (uint64_t)&net, 0, 0, 0, 0) == 0; number++) {
    if (!net.present) continue;
    if (cards++ > 0) printf("\n");
    print_card(number, &net);
  }
  if (cards == 0) printf("net: this machine has no network card\n");
  return cards == 0;
}

static void print_ms(uint64_t ticks) {
  uint64_t us = microseconds(ticks);
  printf("%lu.%03lu", us / 1000, us % 1000);
}

int program_ping(int words, char **word) {
  uint32_t address;
  uint64_t count = 4, interval = 1000;
  if (words < 2 || words > 4) return usage("ping");
  if (!address_argument("ping", word[1], &address)) return 1;
  if (words > 2 && !number_argument("ping", "COUNT", word[2], 1, UINT32_MAX, &count)) return 1;
  if (words > 3 && !number_argument("ping", "INTERVAL_MS", word[3], 1, 3600000, &interval)) return 1;

  uint64_t timebase = machine()->timebase, next = read_time();
  uint64_t answers = 0, sum = 0, least = UINT64_MAX, most = 0;
  for (uint64_t sequence = 1; sequence <= count; sequence++) {
    int64_t ticks = system_call(SYS_PING, address, sequence, PING_SIZE, timebase, 0, 0);
    if (ticks >= 0) {
      printf("%d bytes from %I: seq=%lu time=", PING_SIZE + 8, address, sequence);
      print_ms((uint64_t)ticks);
      printf(" ms\n");
      answers++, sum += (uint64_t)ticks;
      if ((uint64_t)ticks < least) least = (uint64_t)ticks;
      if ((uint64_t)ticks > most) most = (uint64_t)ticks;
    } else {
      printf("ping %I: seq=%lu %s\n", address, sequence, error_text(ticks));
      if (ticks == ERROR_NO_DEVICE || ticks == ERROR_NO_ROUTE) return 1;
    }
    next += interval * timebase / 1000;
    if (sequence < count) sleep_until(next);
  }
  printf("%lu sent, %lu received, %lu %% lost", count, answers, (count - answers) * 100 / count);
  if (answers > 0) {
    printf("; min/avg/max ");
    print_ms(least), printf("/"), print_ms(sum / answers), printf("/"), print_ms(most);
    printf(" ms");
  }
  printf("\n");
  return answers > 0 ? 0 : 1;
}

/* Packets to another machine's echo service, each held against what comes back. */
int program_bounce(int words, char **word) {
  struct bounce bounce = {.bytes = 1024};
  bounce.poll = words > 3 && same_text(word[words - 1], "poll");
  words -= bounce.poll;
  if (words < 3 || words > 5) return usage("bounce");
  if (!address_argument("bounce", word[1], &bounce.address)) return 1;
  if (!number_argument("bounce", "PACKETS", word[2], 1, UINT32_MAX, &bounce.packets)) return 1;
  if (words > 3 && !number_argument("bounce", "BYTES", word[3], 16, LARGEST_PAYLOAD, &bounce.bytes)) return 1;
  if (words > 4 && !number_argument("bounce", "DEPTH", word[4], 1, UINT32_MAX, &bounce.depth)) return 1;
  int64_t error = system_call(SYS_BOUNCE, (uint64_t)&bounce, 0, 0, 0, 0, 0);
  if (error != 0) {
    printf("bounce %I: %s\n", bounce.address, error_text(error));
    return 1;
  }
  printf("bounce %I: %lu packets of %lu bytes in %lu us, %lu a second; ", bounce.address, bounce.packets, bounce.bytes,
         microseconds(bounce.ticks), bounce.packets * machine()->timebase / (bounce.ticks == 0 ? 1 : bounce.ticks));
  if (bounce.lost == 0 && bounce.wrong == 0) printf("all came back as they were sent\n");
  else printf("%lu lost, %lu not as they were sent\n", bounce.lost, bounce.wrong);
  return bounce.lost == 0 && bounce.wrong == 0 ? 0 : 1;
}

/* The three arguments, checked. */
static bool traffic_arguments(int words, char **word, uint32_t *address, uint64_t *rate, uint64_t *bytes) {
  *bytes = 1024;
  return address_argument("traffic", word[1], address) &&
         number_argument("traffic", "KIB_PER_S", word[2], 0, 1 << 20, rate) &&
         (words < 4 || number_argument("traffic", "BYTES", word[3], 16, LARGEST_PAYLOAD, bytes));
}

int command_traffic(int words, char **word) {
  uint32_t address;
  uint64_t rate, bytes;
  if (words == 2 && same_text(word[1], "0")) {
    stop_all("traffic");
    return 0;
  }
  if (words < 3 || words > 4) return usage("traffic");
  if (!traffic_arguments(words, word, &address, &rate, &bytes)) return 1;
  stop_all("traffic");
  if (rate == 0) return 0;
  char line[LINE_LENGTH] = "traffic";
  for (int i = 1; i < words; i++) {
    size_t length = strlen(line);
    line[length] = ' ';
    copy_text(line + length + 1, word[i], 24);
  }
  int64_t pid = start_background(line);
  if (pid < 0) return 1;
  printf("traffic: process %ld sends %lu KiB/s to %I in packets of %lu bytes\n", pid, rate, address, bytes);
  return 0;
}

int program_traffic(int words, char **word) {
  uint32_t address;
  uint64_t rate, bytes, owed = 0;
  if (words < 3 || !traffic_arguments(words, word, &address, &rate, &bytes)) return 1;
  uint64_t period = machine()->timebase / PERIODS_PER_SECOND;
  for (uint64_t next = read_time() + period;; next += period) {
    for (owed += rate * 1024; owed >= bytes * PERIODS_PER_SECOND; owed -= bytes * PERIODS_PER_SECOND) {
      int64_t error = system_call(SYS_UDP_SEND, address, PORT_DISCARD, bytes, 0, 0, 0);
      if (error == ERROR_BUSY) break; /* the card is full: go on in the next period */
      if (error != 0) {
        printf("traffic: %s\n", error_text(error));
        return 1;
      }
    }
    uint64_t now = read_time();
    if (now >= next) next = now;
    else sleep_until(next);
  }
}
