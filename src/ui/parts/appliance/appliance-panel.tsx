/** What an appliance did, by its kind, and the way to set it otherwise. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApplianceDescription } from '#bridge/protocol/answers';
import layout from '../../kit/layout.module.css';
import { SmallButton } from '../../kit/small-button.tsx';
import { ApplianceDialog } from './appliance-dialog.tsx';
import { GatewayPanel } from './gateway-panel.tsx';
import { RouterPanel } from './router-panel.tsx';

export interface AppliancePanelProps {
  readonly index: number;
  readonly appliance: ApplianceDescription;
}

/** Kinds that are told of in words, and can be set otherwise. */
export const KNOWN_KINDS: readonly string[] = ['gateway', 'router'];

export default function AppliancePanel({ index, appliance }: AppliancePanelProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const { name, kind } = appliance.spec;
  return (
    <>
      {KNOWN_KINDS.includes(kind) ? (
        <div className={layout['row']}>
          <SmallButton icon="table" onClick={() => setOpen(true)}>
            {t('router.edit')}
          </SmallButton>
        </div>
      ) : null}
      {kind === 'gateway' ? <GatewayPanel index={index} spec={appliance.spec} /> : null}
      {kind === 'router' ? <RouterPanel index={index} name={name} /> : null}
      {isOpen ? <ApplianceDialog host={index} spec={appliance.spec} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
