/** Which links are down, as the switches tell it. */
import { ok, type Result } from '#base/result';
import type { LabClient } from '#bridge/client/client';
import type { Timed } from '#bridge/protocol/answers';
import { useAnswer, useClient } from '../../../parts/lab.tsx';

async function linksDown(client: LabClient, hosts: number): Promise<Result<Timed<readonly string[]>>> {
  const down: string[] = [];
  let at = 0;
  for (let host = 0; host < hosts; host++) {
    const answer = await client.ask(host, 'switches', {});
    if (!answer.ok) return answer;
    at = answer.value.at;
    for (const { ports } of answer.value.value)
      for (const { link, vm, nic } of ports)
        if (link === 'down') down.push(`${host}/${vm ?? ''}/${nic ?? 0}`);
  }
  return ok({ at, value: down });
}

/** Cards whose port has no link, as `host/vm/card`; null before the switches have answered. */
export function useLinksDown(hosts: number): readonly string[] | null {
  const client = useClient();
  return useAnswer(() => linksDown(client, hosts), 1000, [hosts]).value;
}
