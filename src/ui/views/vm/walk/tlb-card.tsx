/** The translations of the VM that the TLBs of harts hold now, and how often an address was not among them. */
import { Button } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PAGE_SIZE } from '#base/addresses';
import type { AnswerOf, TlbEntry, WalkResult } from '#bridge/protocol/answers';
import { Facts } from '../../../kit/facts.tsx';
import { groupedHex } from '../../../kit/format.ts';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useFormat } from '../../../parts/lab.tsx';
import { useLastTwo } from '../../../parts/last-two.ts';
import { type TlbRate, tlbRates } from './tlb-rates.ts';

type Tlb = AnswerOf<'tlb'>;

const ACCESSES = ['load', 'store', 'execute'] as const;
/** Entries that are listed before more are asked for. */
const LISTED = 16;

interface Props {
  readonly host: number;
  readonly vm: string;
  /** What is looked at: its entry stands out. */
  readonly walk: WalkResult | null;
  readonly onWalk: (address: string) => void;
}

/** The page of a walked address among the entries. */
function isOf(walk: WalkResult | null, { gva, mode }: TlbEntry): boolean {
  if (walk === null || mode !== walk.mode) return false;
  return BigInt(gva) / BigInt(PAGE_SIZE) === BigInt(walk.gva) / BigInt(PAGE_SIZE);
}

export function TlbCard({ host, vm, walk, onWalk }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const card = useRef<HTMLElement>(null);
  const answer = useAnswer(() => client.ask(host, 'tlb', { vm }), 1000, [host, vm], { card });
  const { value, error, at } = answer;
  const two = useLastTwo(answer);
  const rates = two === null ? null : tlbRates(two);
  const each = (of: (rate: TlbRate) => string): string =>
    rates === null ? '–' : rates.map((rate) => `${t(`access.${rate.access}`)} ${of(rate)}`).join(' · ');
  return (
    <section ref={card} className={layout['card']} data-testid="vm-tlb">
      <h3>{t('vmTlb.title')}</h3>
      <p className={texts['quiet']}>{t('vmTlb.about')}</p>
      <ErrorAlert error={error} />
      {value === null ? null : (
        <>
          <Facts
            facts={[
              ...ACCESSES.map(
                (access) =>
                  [
                    t('vmTlb.held', { access: t(`access.${access}`) }),
                    t('vmTlb.of', {
                      count: value.held[access],
                      most: format.integer(value.capacity * value.harts),
                    }),
                  ] as const,
              ),
              [
                t('vmTlb.hitShare'),
                each(({ share }) => (share === null ? '–' : format.percent(share))),
                t('vmTlb.hitsHint'),
              ],
              [
                t('vmTlb.hits'),
                each(({ hits }) => (hits === null ? '–' : format.count(hits))),
                t('vmTlb.hitsHint'),
              ],
              [t('vmTlb.misses'), each(({ misses }) => format.count(misses)), t('vmTlb.missesHint')],
            ]}
          />
          <Entries tlb={value} walk={walk} onWalk={onWalk} />
        </>
      )}
      <p className={texts['quiet']}>{t('common.trueAt', { time: format.clock(at) })}</p>
    </section>
  );
}

function Entries({ tlb, walk, onWalk }: Pick<Props, 'walk' | 'onWalk'> & { readonly tlb: Tlb }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [all, setAll] = useState(false);
  if (tlb.entries.length === 0) return <p>{t('vmTlb.none')}</p>;
  // That of the walked address is there, wherever it stands.
  const found = tlb.entries.filter((entry) => isOf(walk, entry));
  const others = tlb.entries.filter((entry) => !isOf(walk, entry));
  const shown = [...found, ...(all ? others : others.slice(0, LISTED))];
  return (
    <>
      <ScrollX label={t('vmTlb.title')}>
        <table className={table['table']} aria-label={t('vmTlb.title')} data-testid="vm-tlb-entries">
          <thead>
            <tr>
              <th>GVA</th>
              <th>SPA</th>
              <th>{t('vmTlb.for')}</th>
              <th>{t('walk.mode')}</th>
              <th className={table['number']}>ASID</th>
              <th>{t('vmTlb.made')}</th>
              <th className={table['number']} title={t('vmTlb.leafHint')}>
                {t('vmTlb.leaf')}
              </th>
              <th className={table['number']}>hart</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((entry) => {
              const { gva, spa, accesses, mode, asid, stages, vsBytes, hart } = entry;
              return (
                <tr
                  key={`${gva} ${mode} ${asid} ${hart} ${spa}`}
                  aria-current={isOf(walk, entry) ? 'true' : undefined}
                >
                  <td>
                    <button
                      type="button"
                      className={`${texts['link']} ${texts['mono']}`}
                      title={t('walk.of', { address: groupedHex(gva) })}
                      onClick={() => onWalk(gva)}
                    >
                      {groupedHex(gva)}
                    </button>
                  </td>
                  <td className={texts['mono']}>{groupedHex(spa)}</td>
                  <td>{accesses.map((access) => t(`access.${access}`)).join(', ')}</td>
                  <td>{mode}</td>
                  <td className={table['number']}>{asid}</td>
                  <td>{stages}</td>
                  <td className={table['number']}>{stages === 'G' ? '–' : format.bytes(vsBytes)}</td>
                  <td className={table['number']}>{hart}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollX>
      {all || others.length <= LISTED ? null : (
        <Button variant="subtle" size="compact-sm" onClick={() => setAll(true)}>
          {t('vmTlb.showAll', { count: tlb.entries.length })}
        </Button>
      )}
    </>
  );
}
