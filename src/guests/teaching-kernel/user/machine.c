/*
 * Commands about the machine as a whole.
 */
#include "user.h"

int command_uptime(int words, char **word) {
  (void)words, (void)word;
  const struct machine_info *info = machine();
  uint64_t ms = microseconds(read_time() - info->boot_time) / 1000;
  printf("up %lu.%03lu s; %u vCPU%s; SBI %lu.%lu of implementation %lu; timer by %s; %u ASID bits; console by %s\n",
         ms / 1000, ms % 1000, info->harts, info->harts == 1 ? "" : "s", info->sbi_version >> 24,
         info->sbi_version & 0xffffff, info->sbi_implementation, info->sstc ? "stimecmp" : "SBI", info->asid_bits,
         info->virtio_console ? "virtio" : "SBI");
  printf("boot arguments: %s\n", info->boot_arguments);
  return 0;
}

int program_sleep(int words, char **word) {
  uint64_t ms;
  if (words != 2) return usage("sleep");
  if (!number_argument("sleep", "MS", word[1], 0, UINT32_MAX, &ms)) return 1;
  sleep_until(read_time() + ms * machine()->timebase / 1000);
  return 0;
}

int command_sbi(int words, char **word) {
  static const char *const errors[] = {"success", "failed", "not supported", "invalid parameter", "denied",
                                       "invalid address", "already available", "already started", "already stopped"};
  uint64_t number[5] = {0};
  struct sbi_result result;
  if (words < 3 || words > 6) return usage("sbi");
  for (int i = 1; i < words; i++)
    if (!number_argument("sbi", "each argument", word[i], 0, UINT64_MAX, &number[i - 1])) return 1;
  system_call(SYS_SBI, number[0], number[1], number[2], number[3], number[4], (uint64_t)&result);
  const char *text = result.error <= 0 && result.error > -9 ? errors[-result.error] : "unknown";
  printf("sbi: error %ld (%s), value 0x%lx\n", result.error, text, (uint64_t)result.value);
  return 0;
}

int command_crash(int words, char **word) {
  bool trap_handler_too = words == 2 && same_text(word[1], "void");
  if (words > 1 && !trap_handler_too) return usage("crash");
  printf("crash: the kernel jumps into the void\n");
  system_call(SYS_CRASH, trap_handler_too ? CRASH_VOID : CRASH_JUMP, 0, 0, 0, 0, 0);
  return 1;
}

int command_shutdown(int words, char **word) {
  (void)words, (void)word;
  printf("shutdown: good bye\n");
  system_call(SYS_POWER, POWER_OFF, 0, 0, 0, 0, 0);
  return 1;
}

int command_reboot(int words, char **word) {
  (void)words, (void)word;
  printf("reboot: see you soon\n");
  system_call(SYS_POWER, POWER_REBOOT, 0, 0, 0, 0, 0);
  return 1;
}
