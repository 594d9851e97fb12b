/**
 * The legacy extensions (SBI 2.0, chapter 5), which kernels of before 2019 and many of lectures call: an EID each, no FID, and a
 * single result in a0; all other registers stay. Hart masks are read at guest virtual addresses.
 */
import type { Vcpu } from '../vcpu.ts';
import type { SbiCall, SbiExtension, SbiFunction } from './call.ts';
import { readGuestWord } from './guest-word.ts';

const FAILED = -1;
const byte = new Uint8Array(1);

/** The vCPUs that a legacy mask names: those that exist and have begun. No address at all means every one, as in OpenSBI. */
function vcpusOfLegacyMask(call: SbiCall): readonly Vcpu[] | undefined {
  const { vcpus } = call.vm;
  const started = vcpus.filter(({ state }) => state !== 'off');
  const [lo, hi] = [call.lo(0) >>> 0, call.hi(0) >>> 0];
  if (lo === 0 && hi === 0) return started;
  const mask = readGuestWord(call, lo, hi);
  if (mask === undefined) return undefined;
  return started.filter((vcpu) => {
    const index = vcpus.indexOf(vcpu);
    return (((index < 32 ? mask.lo : mask.hi) >>> (index & 31)) & 1) === 1;
  });
}

/** Does something with each vCPU of the mask in a0. */
function forMask(work: (vcpu: Vcpu) => void): SbiFunction {
  return (call) => {
    for (const vcpu of vcpusOfLegacyMask(call) ?? []) work(vcpu);
    return 0;
  };
}

/** In the order of their EIDs, from 0 on. */
const FUNCTIONS: readonly { readonly name: string; readonly call: SbiFunction }[] = [
  {
    name: 'set_timer',
    call: (call) => {
      call.hart.setCsr('vstimecmp', call.lo(0), call.hi(0));
      return 0;
    },
  },
  {
    name: 'console_putchar',
    call: (call) => {
      byte[0] = call.lo(0);
      call.vm.consoleOutput(byte);
      return 0;
    },
  },
  { name: 'console_getchar', call: (call) => (call.vm.consoleInput(byte) === 1 ? byte[0]! : FAILED) },
  { name: 'clear_ipi', call: (call) => (call.vcpu.clearSoftware() ? 1 : 0) },
  { name: 'send_ipi', call: forMask((vcpu) => vcpu.raiseSoftware()) },
  // Instruction memory is coherent on this machine: stores drop decoded code by themselves.
  { name: 'remote_fence_i', call: forMask(() => undefined) },
  // Wider than asked is allowed: all translations of the vCPU, whatever the range and ASID.
  { name: 'remote_sfence_vma', call: forMask((vcpu) => vcpu.fence()) },
  { name: 'remote_sfence_vma_asid', call: forMask((vcpu) => vcpu.fence()) },
  {
    name: 'shutdown',
    call: (call) => {
      call.vm.requestReset('shutdown', false);
      return 0;
    },
  },
];

export const LEGACY: readonly SbiExtension[] = FUNCTIONS.map((only, eid) => ({
  eid,
  name: 'LEGACY',
  isLegacy: true,
  functions: [only],
}));
