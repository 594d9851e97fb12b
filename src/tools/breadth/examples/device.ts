/** A virtio device, as somebody would add it: its own files, its rows, and a test that uses it. */
import type { Example } from '../example.ts';
import { fixture } from './fixture.ts';

const TABLE = 'src/machine/devices/virtio/device-kinds.ts';
const TEST = 'src/hypervisor/breadth-device.test.ts';

export const DEVICE: Example = {
  thing: 'a virtio device with settings',
  own: {
    'src/machine/devices/virtio/cipher/device.ts': fixture('cipher-device.ts'),
    [TEST]: `
import { expect, test } from 'vitest';
import { cipherProgram } from './fixtures/extension/programs.ts';
import { bootHost, consoleText, program, vmOf, vmSpec } from './fixtures/test-host.ts';

test('a guest uses the device', () => {
  const devices = [{ kind: 'cipher', key: 32 }];
  const host = bootHost([vmSpec('a', program('cipher', cipherProgram(2)), { devices })]);
  host.advance(20_000_000);
  expect(consoleText(vmOf(host))).toMatch(/^abc/);
});
`,
  },
  rows: [
    {
      path: TABLE,
      before: 'import type { DeviceKind }',
      text: "import { CIPHER } from './cipher/device.ts';\n",
    },
    { path: TABLE, before: '];', text: ', CIPHER' },
  ],
  test: TEST,
};
