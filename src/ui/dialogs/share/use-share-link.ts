/** The link of the lab as it is now, made anew when something else of it is to be shared. */
import { useEffect, useState } from 'react';
import type { Result } from '#base/result';
import { failureOf } from '#bridge/client/worker-client';
import type { SharedAs, ShareLink } from '#bridge/protocol/lab-api';
import { useClient } from '../../parts/lab.tsx';
import { tellFailure } from '../../state/notices.ts';

/** What is shown of the link that was asked for last, until the next one is there. */
export function useShareLink(as: SharedAs): Result<ShareLink> | null {
  const client = useClient();
  const [answer, setAnswer] = useState<Result<ShareLink> | null>(null);
  useEffect(() => {
    let live = true;
    client.calls
      .share(as)
      .catch(failureOf)
      .then((link) => {
        if (live) setAnswer(link);
      })
      .catch(tellFailure);
    return () => {
      live = false;
    };
  }, [client, as]);
  return answer;
}
