/** All commands of a host, a row for each. */
export { consoleInput } from './console-input.ts';
export { consoleResize } from './console-resize.ts';
export { vmClone } from './vm-clone.ts';
export { vmCreate } from './vm-create.ts';
export { vmDelete } from './vm-delete.ts';
export { vmDeleteSnapshot } from './vm-delete-snapshot.ts';
export { vmMoveIn } from './vm-move-in.ts';
export { vmPause } from './vm-pause.ts';
export { vmPowerOff } from './vm-power-off.ts';
export { vmRenameSnapshot } from './vm-rename-snapshot.ts';
export { vmReset } from './vm-reset.ts';
export { vmResume } from './vm-resume.ts';
export { vmRevert } from './vm-revert.ts';
export { vmSetLink } from './vm-set-link.ts';
export { vmShutDown } from './vm-shut-down.ts';
export { vmSnapshot } from './vm-snapshot.ts';
export { vmStart } from './vm-start.ts';
