/**
 * A host that software of its own owns: its console, the levels of that software with the traps that each has taken, and how its
 * hypervisor's guest is translated.
 */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { HOST_CONSOLE } from '#base/catalogue/host-software';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useClient, useCommand, useHostAnswer } from '../../../parts/lab.tsx';
import { VmConsole } from '../../../parts/terminal/console.tsx';
import { tellError, tellFailure } from '../../../state/notices.ts';
import type { HostViewProps } from '../../view.ts';
import css from './bare.module.css';
import { HartsTable } from './harts-table.tsx';
import { LevelsTable } from './levels-table.tsx';
import { TablesTable } from './tables-table.tsx';
import { WalkCard } from './walk-card.tsx';

/** What a person would type: first in Linux, then in the guest of its KVM. */
const LINES = ['vmm', 'touch 40', 'exits', 'off'] as const;

export default function BareView({ index, host, parameters }: HostViewProps) {
  const { t } = useTranslation();
  if (host.software === undefined) return <p className={texts['quiet']}>{t('bare.none')}</p>;
  return (
    <div className={layout['sections']} data-testid="bare">
      <p className={texts['quiet']}>{t('bare.about')}</p>
      <Lines host={index} />
      <div className={css['console']}>
        <VmConsole host={index} vm={HOST_CONSOLE} />
      </div>
      <Levels host={index} />
      <WalkCard host={index} parameters={parameters} />
    </div>
  );
}

function Lines({ host }: { readonly host: number }) {
  const { t } = useTranslation();
  const client = useClient();
  const type = (line: string): void => {
    client
      .console(host, HOST_CONSOLE)
      .type(`${line}\r`)
      .then((answer) => {
        if (!answer.ok) tellError(answer.error);
      }, tellFailure);
  };
  return (
    <fieldset className={`${layout['row-wrap']} ${css['lines']}`} aria-label={t('bare.type')}>
      <span className={texts['quiet']}>{t('bare.type')}</span>
      {LINES.map((line) => (
        <Button key={line} variant="default" size="compact-sm" onClick={() => type(line)}>
          {line}
        </Button>
      ))}
    </fieldset>
  );
}

/** How often a second it is looked. */
const EVERY_MS = 500;

function Off({ host }: { readonly host: number }) {
  const { t } = useTranslation();
  const command = useCommand();
  return (
    <div className={layout['row-wrap']}>
      <p role="status">{t('bare.off')}</p>
      <Button
        variant="default"
        size="compact-sm"
        onClick={() => command(host, { op: 'host.start', args: {} })}
      >
        {t('bare.start')}
      </Button>
    </div>
  );
}

function Levels({ host }: { readonly host: number }) {
  const { value, error } = useHostAnswer(host, 'bare', {}, EVERY_MS, { changedBy: 'guests' });
  if (value === null) return <ErrorAlert error={error} />;
  return (
    <>
      {value.isOff ? <Off host={host} /> : null}
      <LevelsTable traps={value.traps} />
      <HartsTable harts={value.harts} />
      <TablesTable harts={value.harts} />
    </>
  );
}
