/**
 * Codes of errors that the bridge itself answers with; codes of the layers below pass through unchanged.
 * The page has a sentence for every one of them in both languages (a test compares).
 */
export const BRIDGE_ERROR_CODES = [
  /** A person ended it. */
  'cancelled',
  /** Another lab was opened before this one was. */
  'superseded',
  /** No lab is open yet. */
  'no-lab',
  /** `name`: a lab that the page does not bring along. */
  'no-such-scenario',
  /** `host`: index. */
  'no-such-host',
  /** `vm`: name. */
  'no-such-vm',
  /** `vcpu`: index. */
  'no-such-vcpu',
  /** `hart`: index. */
  'no-such-hart',
  /** `id`: a question that hosts do not know. */
  'no-such-question',
  /** `op`: a command that hosts do not know. */
  'no-such-command',
  /** `op`, `state`: a command that the VM's state does not allow. */
  'wrong-state',
  /** `limit`: of breakpoints on addresses. */
  'too-many-breakpoints',
  /** A step did not come to its end within the virtual time that it is given: the vCPU waits. */
  'step-waits',
  /** `name`: nothing in the VM's image is called so, or it has no names. */
  'no-such-symbol',
  /** `value`: text that is no address. */
  'bad-address',
  /** `name`: an image that is not on this site or has not been given. */
  'image-missing',
  /** `name`, `status`: the download failed. */
  'image-download',
  /** `name`, `bytes`, `limit`. */
  'image-too-large',
  /** `name`, `limit`: bytes of all files that a person has given. */
  'files-full',
  /** The engine could not be started; `message` from the browser. */
  'engine-start',
  /** `message`: the worker stopped by itself; the lab was started again. */
  'worker-died',
  /** The worker does not answer any more; the lab was started again. */
  'worker-hung',
  /** `bytes`, `limit`: the link would be too long. */
  'link-too-long',
  /** `message`: our own mistake, said as it is. */
  'internal',
] as const;
