/*
 * Work on a disk from inside a Linux guest, past its page cache (O_DIRECT):
 *
 *     bench read|write BLOCK COUNT       block after block, from the start again at the end
 *     bench random BLOCK COUNT DEPTH     COUNT reads at places that look like chance, DEPTH of them in flight (Linux AIO)
 *
 * Freestanding, for static linking: no library is in the guests. It says `bench begin` and `bench done`.
 */
#include "../../../../guests/shared/ecall.h"

typedef unsigned long u64;

enum { IO_SETUP = 0, IO_SUBMIT = 2, IO_GETEVENTS = 4, OPENAT = 56, LSEEK = 62, WRITE = 64, PREAD = 67, PWRITE = 68 };
enum { AT_CWD = -100, O_DIRECT = 040000, O_RDWR = 2, SEEK_END = 2, MOST_DEPTH = 128 };

static long call(long number, long a, long b, long c, long d, long e) {
    return system_call_of_six(number, a, b, c, d, e, 0);
}

static void say(const char *text) {
    long length = 0;
    while (text[length]) length++;
    call(WRITE, 1, (long)text, length, 0, 0);
}

static u64 number(const char *text) {
    u64 value = 0;
    while (*text >= '0' && *text <= '9') value = value * 10 + (u64)(*text++ - '0');
    return value;
}

static char buffer[1 << 20] __attribute__((aligned(4096)));

/* linux/aio_abi.h */
struct iocb {
    u64 data;
    unsigned key, flags_of_transfer;
    unsigned short opcode;
    short priority;
    unsigned file;
    u64 buffer, bytes, offset, reserved;
    unsigned flags, event_file;
};
struct event {
    u64 data, iocb;
    long result, result2;
};

static struct iocb requests[MOST_DEPTH];
static struct event events[MOST_DEPTH];
static struct iocb *ready[MOST_DEPTH];

static int random_reads(int file, u64 block, u64 count, u64 depth, u64 blocks) {
    u64 state = 88172645463325252UL, context = 0, submitted = 0, finished = 0;
    long free = (long)depth;
    if (depth > MOST_DEPTH || block * depth > sizeof buffer) return 4;
    if (call(IO_SETUP, (long)depth, (long)&context, 0, 0, 0) < 0) return 5;
    for (long n = 0; n < free; n++) ready[n] = &requests[n];
    while (finished < count) {
        long batch = 0;
        for (; batch < free && submitted < count; batch++, submitted++) {
            struct iocb *request = ready[batch];
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            request->file = (unsigned)file;
            request->buffer = (u64)buffer + (u64)(request - requests) * block;
            request->bytes = block;
            request->offset = state % blocks * block;
        }
        if (batch > 0 && call(IO_SUBMIT, (long)context, batch, (long)ready, 0, 0) != batch) return 6;
        free = call(IO_GETEVENTS, (long)context, 1, (long)depth, (long)events, 0);
        if (free < 1) return 7;
        for (long n = 0; n < free; n++) {
            if (events[n].result != (long)block) return 8;
            ready[n] = (struct iocb *)events[n].iocb;
        }
        finished += (u64)free;
    }
    return 0;
}

static int sequence(int file, long how, u64 block, u64 count, u64 blocks) {
    for (u64 n = 0; n < count; n++)
        if (call(how, file, (long)buffer, (long)block, (long)(n % blocks * block), 0) != (long)block) return 1;
    return 0;
}

int run(long *stack) {
    char **words = (char **)(stack + 1);
    if (*stack < 4) return 2;
    int file = (int)call(OPENAT, AT_CWD, (long)"/dev/vda", O_RDWR | O_DIRECT, 0, 0);
    u64 block = number(words[2]), count = number(words[3]);
    if (file < 0 || block == 0 || block > sizeof buffer) return 3;
    u64 blocks = (u64)call(LSEEK, file, 0, SEEK_END, 0, 0) / block;
    say("bench begin\n");
    int failed = words[1][0] == 'w'   ? sequence(file, PWRITE, block, count, blocks)
                 : words[1][1] == 'e' ? sequence(file, PREAD, block, count, blocks)
                                      : random_reads(file, block, count, number(words[4]), blocks);
    say(failed ? "bench failed\n" : "bench done\n");
    return failed;
}

asm(".globl _start\n_start: mv a0, sp\n andi sp, sp, -16\n call run\n li a7, 93\n ecall\n");
