/*
 * A stream of bytes over TCP, from one Linux guest to another, or datagrams without end:
 *
 *     stream sink PORT [sum]                 takes one connection, and reads it to its end
 *     stream source A.B.C.D PORT MIB [sum]   sends so much; ends when all of it was taken
 *     stream flood A.B.C.D PORT              sends UDP datagrams, as many as it can
 *     stream flood A.B.C.D PORT COUNT BYTES  sends so many of that size, and says `stream flooded`
 *
 * Freestanding, for static linking: no library is in the guests. The sink says `stream ready` and `stream got BYTES`, the source `stream
 * begin` and `stream done`; with `sum` the bytes have no pattern, and both say `stream sum NUMBER` of them.
 */
#include "../../../../guests/shared/ecall.h"

typedef unsigned long u64;
typedef unsigned char u8;

enum { READ = 63, WRITE = 64, SOCKET = 198, BIND = 200, LISTEN = 201, ACCEPT = 202, CONNECT = 203, SHUTDOWN = 210 };
enum { AF_INET = 2, SOCK_STREAM = 1, SOCK_DGRAM = 2, SHUT_WR = 1, EXIT = 93 };

struct address {
    unsigned short family;
    u8 port[2], host[4];
    u8 rest[8];
};

static u8 buffer[1 << 18] __attribute__((aligned(4096)));

static long call(long number, long a, long b, long c) { return system_call_of_six(number, a, b, c, 0, 0, 0); }

static void say(const char *text) {
    long length = 0;
    while (text[length]) length++;
    call(WRITE, 1, (long)text, length);
}

static void say_number(u64 value) {
    char digits[24];
    int at = sizeof digits;
    digits[--at] = 0;
    do digits[--at] = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    say(digits + at);
}

static u64 number(const char **text) {
    u64 value = 0;
    while (**text >= '0' && **text <= '9') value = value * 10 + (u64)(*(*text)++ - '0');
    return value;
}

static void set_port(struct address *address, const char *text) {
    u64 port = number(&text);
    address->port[0] = (u8)(port >> 8), address->port[1] = (u8)port;
}

static u64 sum = 1;

/* Each byte changes all that follows. */
static void add(const u8 *bytes, long length) {
    for (long i = 0; i < length; i++) sum = (sum ^ bytes[i]) * 0x100000001b3;
}

static void say_sum(void) {
    say("stream sum ");
    say_number(sum);
    say("\n");
}

/* Bytes without a pattern (xorshift64). */
static void fill(u64 *words, long count) {
    static u64 state = 88172645463325252;
    for (long i = 0; i < count; i++) {
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        words[i] = state;
    }
}

static void set_host(struct address *address, const char *host) {
    for (int at = 0; at < 4; at++, host++) address->host[at] = (u8)number(&host);
}

static int sink(const char *port, int summed) {
    static struct address address = {.family = AF_INET};
    set_port(&address, port);
    long listener = call(SOCKET, AF_INET, SOCK_STREAM, 0);
    if (call(BIND, listener, (long)&address, sizeof address) < 0 || call(LISTEN, listener, 1, 0) < 0) return 2;
    say("stream ready\n");
    long peer = call(ACCEPT, listener, 0, 0);
    u64 got = 0;
    for (long length; (length = call(READ, peer, (long)buffer, sizeof buffer)) > 0;) {
        got += (u64)length;
        if (summed) add(buffer, length);
    }
    say("stream got ");
    say_number(got);
    say("\n");
    if (summed) say_sum();
    return 0;
}

static int source(const char *host, const char *port, const char *size, int summed) {
    static struct address address = {.family = AF_INET};
    set_port(&address, port);
    set_host(&address, host);
    u64 left = number(&size) << 20;
    long peer = call(SOCKET, AF_INET, SOCK_STREAM, 0);
    if (call(CONNECT, peer, (long)&address, sizeof address) < 0) return 3;
    say("stream begin\n");
    while (left > 0) {
        if (summed) fill((u64 *)buffer, sizeof buffer / 8);
        long length = call(WRITE, peer, (long)buffer, left < sizeof buffer ? (long)left : (long)sizeof buffer);
        if (length <= 0) return 4;
        left -= (u64)length;
        if (summed) add(buffer, length);
    }
    /* The other end closes when it has read all of it. */
    call(SHUTDOWN, peer, SHUT_WR, 0);
    while (call(READ, peer, (long)buffer, sizeof buffer) > 0) {}
    say("stream done\n");
    if (summed) say_sum();
    return 0;
}

static int flood(const char *host, const char *port, u64 count, long bytes) {
    static struct address address = {.family = AF_INET};
    set_port(&address, port);
    set_host(&address, host);
    long socket = call(SOCKET, AF_INET, SOCK_DGRAM, 0);
    if (call(CONNECT, socket, (long)&address, sizeof address) < 0) return 5;
    say("stream floods\n");
    /* Refused ones are told with the next: no reason to end. */
    for (u64 sent = 0; count == 0 || sent < count; sent++) call(WRITE, socket, (long)buffer, bytes);
    say("stream flooded\n");
    return 0;
}

static int program(long words, const char **word) {
    if (words >= 3 && word[1][1] == 'i') return sink(word[2], words == 4);
    if (words == 4 && word[1][0] == 'f') return flood(word[2], word[3], 0, 1400);
    if (words == 6 && word[1][0] == 'f') return flood(word[2], word[3], number(&word[4]), (long)number(&word[5]));
    return words >= 5 ? source(word[2], word[3], word[4], words == 6) : 1;
}

void start(long *stack) {
    int code = program(stack[0], (const char **)(stack + 1));
    if (code != 0) say("stream failed\n");
    for (;;) call(EXIT, code, 0, 0);
}

__asm__(".globl _start\n_start:\n mv a0, sp\n andi sp, sp, -16\n call start\n");
