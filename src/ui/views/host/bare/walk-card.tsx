/** The walk for an address of the guest that the host's own hypervisor runs: its tables in vsatp, those of that hypervisor in hgatp. */
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AccessKind } from '#bridge/protocol/answers';
import { groupedHex, parseAddress } from '../../../kit/format.ts';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useHostAnswer } from '../../../parts/lab.tsx';
import { WalkPath } from '../../../parts/walk/walk-path.tsx';
import { useChoices } from '../../../state/choices.ts';
import { hostRoute, type Parameters } from '../../../state/routes.ts';

const ACCESSES: readonly AccessKind[] = ['load', 'store', 'execute'];
/** Where the inner guest has the pages that it touches: three levels of its own tables. */
const USUAL = '0x40000000';
const EVERY_MS = 1000;
/** That no guest has run yet is no failure. */
const CALM = 'host.noGuest';

interface Props {
  readonly host: number;
  readonly parameters: Parameters;
}

export function WalkCard({ host, parameters }: Props) {
  const { t } = useTranslation();
  const address = parameters['at'] ?? USUAL;
  const access = ACCESSES.find((each) => each === parameters['access']) ?? 'load';
  const [text, setText] = useState(groupedHex(address));
  const [wrong, setWrong] = useState(false);
  const [chosen, setChosen] = useState<number | null>(null);
  const { value, error } = useHostAnswer(host, 'bare-walk', { address, access }, EVERY_MS, {
    changedBy: 'guests',
  });
  const change = (changed: Parameters): void =>
    useChoices.getState().go(hostRoute(host, 'bare', { ...parameters, ...changed }), 'replace');
  return (
    <section className={layout['card']} data-testid="bare-walk">
      <h3>{t('bare.walk')}</h3>
      <form
        className={layout['row-wrap']}
        onSubmit={(event) => {
          event.preventDefault();
          const parsed = parseAddress(text);
          setWrong(parsed === undefined);
          setChosen(null);
          if (parsed !== undefined) change({ at: parsed });
        }}
      >
        <TextInput
          label={t('walk.address')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={wrong ? t('error.bad-address', { value: text }) : null}
          spellCheck={false}
          autoComplete="off"
        />
        <NativeSelect
          label={t('walk.access')}
          value={access}
          onChange={(event) => change({ access: event.currentTarget.value })}
          data={ACCESSES.map((kind) => ({ value: kind, label: t(`access.${kind}`) }))}
        />
        <Button type="submit">{t('walk.go')}</Button>
      </form>
      <ErrorAlert error={error} severe={error !== null && error.code !== CALM} />
      {error !== null || value === null ? null : (
        <>
          <p role="status" className={texts['mono']} data-testid="bare-walk-result">
            {value.spa === undefined || value.gpa === undefined
              ? t('bare.fault', { gva: groupedHex(value.gva), cause: value.fault?.cause ?? '–' })
              : t('bare.result', {
                  ...{ gva: groupedHex(value.gva), gpa: groupedHex(value.gpa) },
                  spa: groupedHex(value.spa),
                })}
          </p>
          <p className={texts['quiet']}>{t('bare.references', { count: value.references.nested })}</p>
          <WalkPath walk={value} at={null} chosen={chosen} onChoose={setChosen} />
        </>
      )}
    </section>
  );
}
