/** The balloon of a VM: what is wanted of its guest and by whom, what it has given, and what it tells of its memory. */
import { Button, NumberInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PAGE_SIZE } from '#base/addresses';
import { LIMITS } from '#base/catalogue/limits';
import type { AnswerOf } from '#bridge/protocol/answers';
import { languageNow } from '../../../i18n/language.ts';
import { Facts } from '../../../kit/facts.tsx';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useCommand, useFormat } from '../../../parts/lab.tsx';

type Balloon = AnswerOf<'balloon'>[number];

const MIB = 0x10_0000;

interface Props {
  readonly host: number;
  readonly vm: string;
}

export function BalloonCard({ host, vm }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const command = useCommand();
  const card = useRef<HTMLElement>(null);
  const { value, error, ask } = useAnswer(() => client.ask(host, 'balloon', {}), 1000, [host, vm], { card });
  const balloon = value?.find((each) => each.vm === vm);
  const set = (op: 'vm.setBalloon' | 'vm.setMemory', bytes: number): void => {
    void command(host, { op, args: { vm, bytes } }).then(ask);
  };
  return (
    <section ref={card} className={layout['card']} data-testid="balloon">
      <h3>{t('balloon.title')}</h3>
      <p className={texts['quiet']}>{t('balloon.about')}</p>
      <ErrorAlert error={error} />
      {value !== null && balloon === undefined ? <p>{t('balloon.none')}</p> : null}
      {balloon === undefined ? null : (
        <>
          <div className={layout['row-form']}>
            <Size
              key={`hand ${balloon.claims.hand}`}
              label={t('balloon.ask')}
              bytes={balloon.claims.hand}
              least={0}
              most={balloon.memoryBytes - PAGE_SIZE}
              onSet={(bytes) => set('vm.setBalloon', bytes)}
            />
            <Size
              key={`removal ${balloon.claims.removal}`}
              label={t('balloon.mayUse')}
              bytes={balloon.memoryBytes - balloon.claims.removal}
              least={LIMITS.vmMemoryBytes.least}
              most={balloon.memoryBytes}
              onSet={(bytes) => set('vm.setMemory', bytes)}
            />
          </div>
          <BalloonFacts balloon={balloon} />
        </>
      )}
    </section>
  );
}

interface SizeProps {
  readonly label: string;
  readonly bytes: number;
  readonly least: number;
  readonly most: number;
  readonly onSet: (bytes: number) => void;
}

/** A size in MiB that is set when a person says so. */
function Size({ label, bytes, least, most, onSet }: SizeProps) {
  const { t } = useTranslation();
  const [size, setSize] = useState<number | string>(bytes / MIB);
  const next = Math.round((Number(size) * MIB) / PAGE_SIZE) * PAGE_SIZE;
  return (
    <form
      className={layout['row-form']}
      onSubmit={(event) => {
        event.preventDefault();
        if (next !== bytes) onSet(next);
      }}
    >
      <NumberInput
        label={label}
        value={size}
        min={least / MIB}
        max={most / MIB}
        clampBehavior="blur"
        decimalScale={2}
        onChange={setSize}
      />
      <Button type="submit" variant="default" disabled={next === bytes}>
        {t('balloon.set')}
      </Button>
    </form>
  );
}

function BalloonFacts({ balloon }: { readonly balloon: Balloon }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { targetBytes, actualBytes, lentBytes, claims, memoryBytes, statistics, toldAtNs } = balloon;
  const standing = balloon.hasDriver ? (balloon.refuses ? 'refuses' : 'follows') : 'noDriver';
  return (
    <>
      <Facts
        testId="balloon-facts"
        facts={[
          [t('balloon.wanted'), format.usedOf(targetBytes, memoryBytes)],
          [
            t('balloon.wantedBy'),
            (['removal', 'hand', 'policy'] as const)
              .map((who) => `${t(`balloon.by.${who}`)} ${format.bytes(claims[who])}`)
              .join(' · '),
          ],
          [t('balloon.given'), format.bytes(actualBytes), t('balloon.givenHint')],
          [t('balloon.lent'), format.bytes(lentBytes), t('balloon.lentHint')],
          [t('balloon.guest'), t(`balloon.${standing}`)],
        ]}
      />
      {toldAtNs === undefined ? null : (
        <>
          <h4>{t('balloon.told', { time: format.clock(toldAtNs) })}</h4>
          <Facts
            facts={statistics.map(({ id, unit, text, value }) => [
              text[languageNow()],
              unit === 'bytes' ? format.bytes(value) : format.integer(value),
              id,
            ])}
          />
        </>
      )}
    </>
  );
}
