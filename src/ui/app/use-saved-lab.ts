/** Saves the whole lab as a file. */
import { useState } from 'react';
import { failureOf } from '#bridge/client/worker-client';
import { saveFile } from '../kit/save-file.ts';
import { useClient } from '../parts/lab.tsx';
import { tellError } from '../state/notices.ts';

export function useSavedLab(): { readonly busy: boolean; readonly save: () => Promise<void> } {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    const file = await client.calls.saveLab().catch(failureOf);
    setBusy(false);
    if (!file.ok) return tellError(file.error);
    saveFile(file.value, 'lab.virtlab');
    client.wasSaved();
  };
  return { busy, save };
}
