/** All questions that hosts answer, a row for each. */
export { machine } from '../cpu/questions/machine.ts';
export { timeline } from '../cpu/questions/timeline.ts';
export { frames } from '../memory/questions/frames.ts';
export { memory } from '../memory/questions/memory.ts';
export { walk } from '../memory/questions/walk.ts';
export { events } from '../monitor/questions/events.ts';
export { metrics } from '../monitor/questions/metrics.ts';
export { switches } from '../network/questions/switches.ts';
export { snapshots } from '../snapshot/questions/snapshots.ts';
export { vmFile } from '../snapshot/questions/vm-file.ts';
export { vmHash } from '../snapshot/questions/vm-hash.ts';
export { code } from '../vcpu/questions/code.ts';
export { exits } from '../vcpu/questions/exits.ts';
export { registers } from '../vcpu/questions/registers.ts';
export { symbol } from '../vcpu/questions/symbol.ts';
export { vm } from '../vm/questions/vm.ts';
export { vms } from '../vm/questions/vms.ts';
