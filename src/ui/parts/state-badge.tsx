/** The state of a VM: colour, icon and text together. */
import { useTranslation } from 'react-i18next';
import type { VmState } from '#base/catalogue/vm-life-cycle';
import { Icon } from '../kit/icons.tsx';
import css from './state-badge.module.css';
import { VM_STATE_LOOKS } from './vm-states.ts';

export function StateBadge({ state }: { readonly state: VmState }) {
  const { t } = useTranslation();
  const look = VM_STATE_LOOKS[state];
  return (
    <span className={css['badge']} data-tone={look.tone} data-testid={`state-${state}`}>
      <Icon name={look.icon} size={12} />
      {t(`state.${state}`)}
    </span>
  );
}

/** Just the coloured sign, for dense places that have the text elsewhere. */
export function StateSign({ state }: { readonly state: VmState }) {
  const { t } = useTranslation();
  const look = VM_STATE_LOOKS[state];
  return (
    <span
      className={css['sign']}
      data-tone={look.tone}
      role="img"
      aria-label={t(`state.${state}`)}
      title={t(`state.${state}`)}
    >
      <Icon name={look.icon} size={11} />
    </span>
  );
}
