/** Code of screens that go over the network: it comes when a host is to have such. */
import { Later, type LaterPart } from '#base/later';

const CODE = new Later(() => import('./remote-desktops.ts'));

export const REMOTE: LaterPart<typeof import('./remote-desktops.ts')> = {
  code: CODE,
  words: ['remoteDesktops'],
};
