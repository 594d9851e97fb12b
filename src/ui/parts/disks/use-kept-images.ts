/** The images that the browser keeps, for a disk to lie on. */
import { useEffect, useState } from 'react';
import type { KeptImage } from '#bridge/protocol/disks';
import { useClient } from '../lab.tsx';

/** None until it is known which there are, or where it cannot be: an empty disk can be had all the same. */
export function useKeptImages(): readonly KeptImage[] {
  const client = useClient();
  const [images, setImages] = useState<readonly KeptImage[]>([]);
  useEffect(() => {
    client.calls
      .disks()
      .then((report) => setImages(report.ok ? report.value.images : []))
      .catch(() => undefined);
  }, [client]);
  return images;
}
