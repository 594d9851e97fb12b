/** SBI base extension (SBI 2.0, chapter 4): versions, and which extensions there are. */
import { SBI_SUCCESS, type SbiCall, type SbiExtension, type SbiFunction } from './call.ts';

/** SBI 2.0: major in bits 30:24. */
const SPEC_VERSION = 0x0200_0000;
/** Not in the list of registered implementations (SBI 2.0, table 5). */
const IMPLEMENTATION_ID = 0x766c;
const IMPLEMENTATION_VERSION = 1;

const constant =
  (value: number): SbiFunction =>
  (call: SbiCall) => {
    call.value = value;
    return SBI_SUCCESS;
  };

/** @param isPresent whether an extension answers, by EID */
export function baseExtension(isPresent: (eid: number) => boolean): SbiExtension {
  return {
    eid: 0x10,
    name: 'BASE',
    functions: [
      { name: 'get_spec_version', call: constant(SPEC_VERSION) },
      { name: 'get_impl_id', call: constant(IMPLEMENTATION_ID) },
      { name: 'get_impl_version', call: constant(IMPLEMENTATION_VERSION) },
      {
        name: 'probe_extension',
        call: (call) => {
          call.value = call.hi(0) === 0 && isPresent(call.word(0)) ? 1 : 0;
          return SBI_SUCCESS;
        },
      },
      { name: 'get_mvendorid', call: constant(0) },
      { name: 'get_marchid', call: constant(0) },
      { name: 'get_mimpid', call: constant(1) },
    ],
  };
}
