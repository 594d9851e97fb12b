import { expect, test } from 'vitest';
import { ENGINE_CSR_SLOTS } from './csr-slots.ts';
import { CSRS, csrAt, csrNamed } from './csrs.ts';

test('names and addresses are unique and found', () => {
  expect(new Set(CSRS.map(({ name }) => name)).size).toBe(CSRS.length);
  expect(new Set(CSRS.map(({ address }) => address)).size).toBe(CSRS.length);
  for (const csr of CSRS) {
    expect(csrNamed(csr.name)).toBe(csr);
    expect(csrAt(csr.address)).toBe(csr);
  }
  expect(csrNamed('vcsr')).toBeUndefined();
  expect(csrAt(0x5c0)).toBeUndefined();
});

test('fields do not overlap, and what a write changes is what fields allow', () => {
  for (const { name, fields, mask } of CSRS) {
    let seen = 0n;
    let writable = 0n;
    for (const field of fields) {
      expect(field.high, `${name}.${field.name}`).toBeGreaterThanOrEqual(field.low);
      const bits = ((1n << BigInt(field.high - field.low + 1)) - 1n) << BigInt(field.low);
      expect(seen & bits, `${name}.${field.name}`).toBe(0n);
      seen |= bits;
      if (field.writable) writable |= bits;
    }
    if (fields.length > 0) expect(mask, name).toBe(writable);
  }
});

test('read-only addresses take no writes', () => {
  for (const { name, address, mask, write } of CSRS) {
    if (address >> 10 !== 3) continue;
    expect(mask, name).toBe(0n);
    expect(write, name).toBeUndefined();
  }
});

test('a supervisor register stands for the guest’s at the same offset', () => {
  for (const { name, address, inGuest } of CSRS) {
    if (inGuest === undefined) continue;
    expect(csrNamed(inGuest)?.address, name).toBe(address + 0x100);
  }
});

test('aliases name registers that have a slot', () => {
  for (const { name, storage } of CSRS) {
    if (storage.kind === 'alias') expect(ENGINE_CSR_SLOTS, name).toContain(storage.of);
  }
});

test('the slots of a hart’s state are those of the table, in its order', () => {
  const slots = CSRS.filter(({ storage }) => storage.kind === 'slot').map(({ name }) => name);
  expect(ENGINE_CSR_SLOTS).toEqual([...slots, 'lines']);
});
