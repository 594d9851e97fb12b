/** A value of the guest as a way to the memory, or the code, that it may be the address of. */
import { useTranslation } from 'react-i18next';
import type { Hex64, NamedAddress } from '#bridge/protocol/answers';
import { groupedHex } from '../../../kit/format.ts';
import texts from '../../../kit/texts.module.css';

/** Where values lead. */
export interface PlaceActions {
  readonly toMemory: (address: Hex64) => void;
  readonly toCode: (address: Hex64) => void;
}

/** Smaller values are numbers: nobody has memory there. */
const LEAST_POINTER = 0x1000n;
/** All bits of an address from here on are the same, whichever of the modes it is translated in (Sv39 and Sv48; 12.4, 12.5). */
const HIGHEST_OWN_BIT = 47;

/** False for what cannot be a virtual address that anything lies at. */
export function mayPoint(value: Hex64): boolean {
  const top = BigInt(value) >> BigInt(HIGHEST_OWN_BIT);
  return BigInt(value) >= LEAST_POINTER && (top === 0n || top === (1n << BigInt(64 - HIGHEST_OWN_BIT)) - 1n);
}

/** A value: as a way to the memory there where it may be an address. */
export function ValueLink({ value, actions }: { readonly value: Hex64; readonly actions: PlaceActions }) {
  const { t } = useTranslation();
  if (!mayPoint(value)) return groupedHex(value);
  return (
    <button
      type="button"
      className={`${texts['link']} ${texts['mono']}`}
      title={t('machine.memoryAt', { address: groupedHex(value) })}
      onClick={() => actions.toMemory(value)}
    >
      {groupedHex(value)}
    </button>
  );
}

/** The name of what lies at an address: code leads to the listing, a variable to its memory. */
export function NameLink({
  place,
  actions,
}: {
  readonly place: NamedAddress | undefined;
  readonly actions: PlaceActions;
}) {
  if (place === undefined) return null;
  const { address, kind, name } = place;
  return (
    <button
      type="button"
      className={texts['link']}
      onClick={() => (kind === 'code' ? actions.toCode(address) : actions.toMemory(address))}
    >
      {name}
    </button>
  );
}
