/** All commands of a host, a row for each. */
export { consoleInput } from './console-input.ts';
export { vmCreate } from './vm-create.ts';
export { vmDelete } from './vm-delete.ts';
export { vmPause } from './vm-pause.ts';
export { vmPowerOff } from './vm-power-off.ts';
export { vmReset } from './vm-reset.ts';
export { vmResume } from './vm-resume.ts';
export { vmShutDown } from './vm-shut-down.ts';
export { vmStart } from './vm-start.ts';
