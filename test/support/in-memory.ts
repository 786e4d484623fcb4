import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';

/**
 * A folder for data that need not survive a power cut: in memory where the system has such a place. In a run of the tests it is the
 * folder that the run deletes when it ends.
 */
export const inMemory = (): string => process.env['TEST_MEMORY'] ?? (existsSync('/dev/shm') ? '/dev/shm' : tmpdir());
