/** A value of the guest as a way to the memory, or the code, that it may be the address of. */
import { useTranslation } from 'react-i18next';
import type { Hex64, NamedAddress } from '#bridge/protocol/answers';
import texts from '../../../kit/texts.module.css';
import { PointerButton } from '../../../parts/pointer-button.tsx';

/** Where values lead. */
export interface PlaceActions {
  readonly toMemory: (address: Hex64) => void;
  readonly toCode: (address: Hex64) => void;
}

/** A value: as a way to the memory there where it may be an address. */
export function ValueLink({ value, actions }: { readonly value: Hex64; readonly actions: PlaceActions }) {
  const { t } = useTranslation();
  return (
    <PointerButton
      value={value}
      title={(address) => t('machine.memoryAt', { address })}
      onClick={actions.toMemory}
    />
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
