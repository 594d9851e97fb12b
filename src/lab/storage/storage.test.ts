/** Every place for records behaves like this one; the browser's has the same tests beside it. */

import { testsOfStorage } from './fixtures/storage-tests.ts';
import { MemoryStorage } from './memory-storage.ts';

testsOfStorage(() => new MemoryStorage());
