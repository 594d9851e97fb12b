/** Makes the lab what it was, or would be: how far that is, how it went, and a way to take it back. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LabClient } from '#bridge/client/client';
import type { BackTo } from '#bridge/protocol/keeping';
import type { OpenedLab } from '#bridge/protocol/lab-api';
import { formatFor } from '../../kit/format.ts';
import { useClient } from '../../parts/lab.tsx';
import { offer, tellError, tellFailure } from '../../state/notices.ts';

interface GoingBack {
  /** How much of the way is repeated, 0..1; null: nothing is under way. */
  readonly share: number | null;
  /** What is there then; null if it was cancelled, or failed, which has been told. */
  go(to: BackTo): Promise<OpenedLab | null>;
}

/** Goes there, and offers to take that back. */
async function goBack(
  client: LabClient,
  language: string,
  to: BackTo,
  onShare: (share: number) => void,
): Promise<OpenedLab | null> {
  try {
    const done = await client.goBack(to, ({ done: passed, total = 0 }) =>
      onShare(total === 0 ? 0 : passed / total),
    );
    if (!done.ok) {
      if (done.error.code !== 'cancelled') tellError(done.error);
      return null;
    }
    // A step is taken back by a step.
    if (to.kind === 'vcpu' && to.back.kind === 'step') return done.value;
    const time = formatFor(language).clock(client.status().virtualNs);
    offer(
      to.kind === 'without' ? 'notice.repeated' : 'notice.wentBack',
      { time },
      {
        key: 'history.takeBack',
        run: () => void goBack(client, language, { kind: 'undone' }, onShare),
      },
    );
    return done.value;
  } catch (error) {
    tellFailure(error);
    return null;
  }
}

export function useGoingBack(): GoingBack {
  const client = useClient();
  const { i18n } = useTranslation();
  const [share, setShare] = useState<number | null>(null);
  return {
    share,
    async go(to) {
      setShare(0);
      const there = await goBack(client, i18n.language, to, setShare);
      setShare(null);
      return there;
    },
  };
}
