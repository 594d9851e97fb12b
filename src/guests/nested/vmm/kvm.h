/*
 * What the VMM asks of KVM: the requests, registers and exits of Linux' interface that it uses, by number (Documentation/virt/kvm/api.rst
 * and arch/riscv/include/uapi/asm/kvm.h have them all).
 */
#ifndef KVM_H
#define KVM_H
#include "../../agent/system.h"

enum {
  SYS_FCNTL = 25,
  SYS_PREAD64 = 67,
};

/* Requests: of /dev/kvm, of a VM, of a vCPU. */
#define KVM_GET_API_VERSION 0xae00
#define KVM_CREATE_VM 0xae01
#define KVM_GET_VCPU_MMAP_SIZE 0xae04
#define KVM_CREATE_VCPU 0xae41
#define KVM_SET_USER_MEMORY_REGION 0x4020ae46
#define KVM_RUN 0xae80
#define KVM_SET_ONE_REG 0x4010aeac
#define KVM_GET_STATS_FD 0xaece

/* RAM of a VM: a piece of the VMM's own memory. */
struct kvm_memory_region {
  u32 slot, flags;
  u64 guest_physical, size, address;
};

/* One register of a vCPU: its number, and where its value lies. */
struct kvm_one_reg {
  u64 id, address;
};

/* RISC-V, 64 bits; then the kind of register in bits 24 and up. */
#define REGISTER_64 0x8030000000000000UL
#define CORE_REGISTER(index) (REGISTER_64 | 2UL << 24 | (index))
#define SBI_EXTENSION(index) (REGISTER_64 | 8UL << 24 | (index))
enum { CORE_PC = 0, CORE_A0 = 10, CORE_A1 = 11 };
enum { EXTENSION_DBCN = 9 };

/* Why KVM_RUN returned. */
enum { EXIT_MMIO = 6, EXIT_SYSTEM_EVENT = 24, EXIT_RISCV_SBI = 35 };

/* The page that KVM and the VMM share of each vCPU. */
struct kvm_run {
  u8 request_interrupt_window, immediate_exit, padding[6];
  u32 exit_reason;
  u8 ready, flag;
  u16 flags;
  u64 cr8, apic_base;
  union {
    struct {
      u64 address;
      u8 data[8];
      u32 length;
      u8 is_write;
    } mmio;
    struct {
      u64 extension, function, arguments[6], result[2];
    } sbi;
    struct {
      u32 type, count;
    } system_event;
  };
};

/* The file of a vCPU's counters: this, then descriptions, each with a name behind it, then the values. */
struct kvm_stats_header {
  u32 flags, name_size, count, id_offset, descriptions_offset, data_offset;
};
struct kvm_stats_description {
  u32 flags;
  u16 exponent, size;
  u32 offset, bucket_size;
};

#endif
