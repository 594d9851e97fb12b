/*
 * A virtual machine monitor on KVM, as small as one can be: one vCPU, RAM, a serial port, and SBI's console. What the guest does itself it
 * does on the hart, by the hypervisor extension; this program sees what KVM cannot do for it.
 */
#include "vmm.h"

enum { RAM_BASE = 0x80000000, RAM_SIZE = 8 << 20 };
/* A register of this machine alone: a write to it asks for KVM's counters. */
enum { STATISTICS_REGISTER = 0x10001000 };
enum { SBI_DBCN = 0x4442434e, DBCN_WRITE = 0, DBCN_READ = 1, DBCN_WRITE_BYTE = 2 };
enum { SBI_SUCCESS = 0, SBI_NOT_SUPPORTED = -2, SBI_INVALID_PARAMETER = -3 };
enum { PROT_READ = 1, PROT_WRITE = 2, MAP_SHARED = 1, MAP_PRIVATE = 2, MAP_ANONYMOUS = 0x20 };

static u8 *ram;
static i64 vcpu;

static __attribute__((noreturn)) void leave(int status) {
  console_end();
  CALL1(SYS_EXIT, status);
  __builtin_unreachable();
}

static __attribute__((noreturn)) void fail(const char *what) {
  say("vmm: ");
  say(what);
  say("\r\n");
  leave(1);
}

static i64 must(i64 result, const char *what) {
  if (result < 0) fail(what);
  return result;
}

static void *map(i64 file, u64 size, int flags) {
  return (void *)must(call(SYS_MMAP, 0, (i64)size, PROT_READ | PROT_WRITE, flags, file, 0), "no memory");
}

static void set_register(u64 id, u64 value) {
  struct kvm_one_reg one = {id, (u64)&value};
  must(CALL3(SYS_IOCTL, vcpu, KVM_SET_ONE_REG, &one), "KVM knows no such register");
}

static void load(const char *path) {
  i64 file = must(open_file(path, O_RDONLY, 0), "there is no such image");
  for (u64 at = 0; at < RAM_SIZE;) {
    i64 count = CALL3(SYS_READ, file, ram + at, RAM_SIZE - at);
    if (count <= 0) break;
    at += (u64)count;
  }
  close_file(file);
}

/* Debug console (SBI specification, chapter 12): the guest's text lies in its memory, where it says; it may say anything. */
static i64 console_call(u64 function, const u64 *arguments, u64 *value) {
  if (function == DBCN_WRITE_BYTE) {
    char byte = (char)arguments[0];
    print(&byte, 1);
    return SBI_SUCCESS;
  }
  if (function != DBCN_WRITE && function != DBCN_READ) return SBI_NOT_SUPPORTED;
  u64 size = arguments[0], from = arguments[1] - RAM_BASE;
  if (arguments[2] != 0 || from >= RAM_SIZE || size > RAM_SIZE - from) return SBI_INVALID_PARAMETER;
  if (function == DBCN_WRITE) {
    print((const char *)ram + from, size);
    *value = size;
  }
  return SBI_SUCCESS;
}

static void answer_call(struct kvm_run *run) {
  u64 value = 0;
  i64 error = SBI_NOT_SUPPORTED;
  if (run->sbi.extension == SBI_DBCN) error = console_call(run->sbi.function, run->sbi.arguments, &value);
  run->sbi.result[0] = (u64)error;
  run->sbi.result[1] = value;
}

/* A load or store of the guest where it has no RAM. */
static void answer_access(struct kvm_run *run) {
  u64 address = run->mmio.address;
  int is_uart = address >= UART && address < UART + UART_SIZE;
  if (!run->mmio.is_write) {
    memset(run->mmio.data, 0, sizeof run->mmio.data);
    if (is_uart) run->mmio.data[0] = uart_read(address - UART);
  } else if (is_uart) {
    uart_write(address - UART, run->mmio.data[0]);
  } else if (address == STATISTICS_REGISTER) {
    print_statistics(vcpu);
  }
}

static void run_guest(struct kvm_run *run) {
  for (;;) {
    i64 result = CALL3(SYS_IOCTL, vcpu, KVM_RUN, 0);
    if (result == -EINTR || result == -EAGAIN) continue;
    must(result, "KVM cannot run the vCPU");
    switch (run->exit_reason) {
      case EXIT_MMIO: answer_access(run); break;
      case EXIT_RISCV_SBI: answer_call(run); break;
      case EXIT_SYSTEM_EVENT: return;
      default: fail("the guest left for a reason that this program does not know");
    }
  }
}

__attribute__((used)) void begin(const u64 *stack) {
  char *const *arguments = (char *const *)(stack + 1);
  const char *image = stack[0] > 1 ? arguments[1] : "/root/guest.bin";
  i64 kvm = must(open_file("/dev/kvm", O_RDWR, 0), "there is no /dev/kvm: the processor has no hypervisor extension");
  if (CALL2(SYS_IOCTL, kvm, KVM_GET_API_VERSION) != 12) fail("KVM speaks another version");
  i64 vm = must(CALL3(SYS_IOCTL, kvm, KVM_CREATE_VM, 0), "KVM makes no VM");
  ram = map(-1, RAM_SIZE, MAP_PRIVATE | MAP_ANONYMOUS);
  load(image);
  struct kvm_memory_region region = {0, 0, RAM_BASE, RAM_SIZE, (u64)ram};
  must(CALL3(SYS_IOCTL, vm, KVM_SET_USER_MEMORY_REGION, &region), "KVM does not take the memory");
  vcpu = must(CALL3(SYS_IOCTL, vm, KVM_CREATE_VCPU, 0), "KVM makes no vCPU");
  u64 size = (u64)must(CALL2(SYS_IOCTL, kvm, KVM_GET_VCPU_MMAP_SIZE), "KVM does not say its size");
  struct kvm_run *run = map(vcpu, size, MAP_SHARED);
  set_register(SBI_EXTENSION(EXTENSION_DBCN), 1);
  set_register(CORE_REGISTER(CORE_PC), RAM_BASE);
  set_register(CORE_REGISTER(CORE_A0), 0);
  set_register(CORE_REGISTER(CORE_A1), 0);
  console_begin();
  run_guest(run);
  print_statistics(vcpu);
  say("vmm: the guest is off\r\n");
  leave(0);
}

__asm__(".globl _start\n_start: mv a0, sp\n andi sp, sp, -16\n call begin\n");
