/** Logical link control: whose the rest is, by service access points. */
import { type Protocol, rows } from '../protocol.ts';
import { byEtherType } from './names.ts';

/** Spanning tree, and the extension by types (IEEE 802, 10.3). */
const STP = 0x42;
const SNAP = 0xaa;
/** Frames of the kind U, which all of ours are: one byte of control. */
const UNNUMBERED = 3;

export const LLC: Protocol = {
  id: 'llc',
  title: { en: 'logical link control', zh: '逻辑链路控制' },
  rows: rows('IEEE 802.2', [
    ['llc.dsap', 0, 8, 'hex', 'destination service access point', '目的服务访问点', '3.3.1'],
    ['llc.ssap', 8, 8, 'hex', 'source service access point', '源服务访问点', '3.3.1'],
    ['llc.control', 16, 0, 'hex', 'control', '控制', '5.2'],
    ['llc.oui', 24, 0, 'hex', 'organisation', '组织代码', 'IEEE 802, 10.3'],
    ['llc.type', 48, 0, 'hex', 'type', '类型', 'IEEE 802, 10.3'],
    ['llc.pid', 48, 0, 'hex', 'protocol of the organisation', '该组织的协议', 'IEEE 802, 10.3'],
  ]),
  dissect(layer) {
    if (!layer.fixed()) return undefined;
    const isUnnumbered = (layer.u8(2) & UNNUMBERED) === UNNUMBERED;
    const controlLength = isUnnumbered ? 1 : 2;
    // Two bytes have the lesser one first (5.3).
    layer.put('llc.control', 2, controlLength, isUnnumbered ? layer.u8(2) : layer.u8(2) + layer.u8(3) * 256);
    const at = 2 + controlLength;
    const [dsap, ssap] = [layer.u8(0), layer.u8(1)];
    if (dsap === SNAP && ssap === SNAP && isUnnumbered) {
      layer.put('llc.oui', 3, 3);
      const isEther = layer.u8(3) === 0 && layer.u16(4) === 0;
      if (layer.put(isEther ? 'llc.type' : 'llc.pid', 6, 2) === undefined) return undefined;
      return { protocol: isEther ? byEtherType(layer.u16(6)) : 'data', at: 8 };
    }
    return { protocol: dsap === STP && ssap === STP && isUnnumbered ? 'stp' : 'data', at };
  },
};
