/** What the guest agent of a VM says of its guest. It is the guest's word, and says when it was given. */
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { NS_PER_MS } from '#base/virtual-time';
import type { AnswerOf } from '#bridge/protocol/answers';
import { Facts } from '../kit/facts.tsx';
import layout from '../kit/layout.module.css';
import texts from '../kit/texts.module.css';
import { useAnswer, useClient, useFormat } from './lab.tsx';

/** Asked and shown by itself. */
export function AgentFacts({ host, vm }: { readonly host: number; readonly vm: string }) {
  const { t } = useTranslation();
  const client = useClient();
  const card = useRef<HTMLElement>(null);
  const { value } = useAnswer(() => client.ask(host, 'agent', { vm }), 1000, [host, vm], { card });
  return (
    <section ref={card} className={layout['card']}>
      <h3>{t('agent.title')}</h3>
      {value === null ? null : <AgentSaid value={value} />}
    </section>
  );
}

export function AgentSaid({ value }: { readonly value: AnswerOf<'agent'> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { self, facts, hasPort } = value;
  if (self === undefined || facts === undefined)
    return <p className={texts['quiet']}>{t(hasPort ? 'agent.silent' : 'agent.noPort')}</p>;
  const { totalBytes, availableBytes, pressurePercent, load, addresses, agoNs } = facts;
  const memory =
    totalBytes === undefined || availableBytes === undefined
      ? '–'
      : format.usedOf(totalBytes - availableBytes, totalBytes);
  return (
    <>
      <Facts
        testId="agent-facts"
        facts={[
          [t('agent.system'), self.system],
          [t('agent.memory'), memory, t('agent.memoryHint')],
          ...(pressurePercent === undefined
            ? []
            : [[t('agent.pressure'), `${pressurePercent} %`, t('agent.pressureHint')] as const]),
          [t('agent.load'), load ?? '–', t('agent.loadHint')],
          [
            t('agent.addresses'),
            addresses.length === 0
              ? '–'
              : addresses.map((each) => `${each.card} ${each.address}`).join(' · '),
          ],
        ]}
      />
      <p className={texts['quiet']}>{t('agent.source', { ms: Math.round(agoNs / NS_PER_MS) })}</p>
    </>
  );
}
