/** What functions keep beside the table: files, secrets, and the mail that they send. */
import { chmodSync, closeSync, openSync } from 'node:fs';
import type { DataDirectory } from './data-directory.ts';
import { filesService } from './files/service.ts';
import { openObjects } from './files/store.ts';
import { mailService } from './mail/service.ts';
import { type Outbox, openOutbox } from './mail/store.ts';
import { ensureSecrets } from './secrets/initial.ts';
import { secretsService } from './secrets/service.ts';
import { openSecrets } from './secrets/store.ts';
import type { Model } from './template/model.ts';
import type { Log } from './timers.ts';
import type { RestService } from './wire/rest.ts';
import type { WireService } from './wire/types.ts';

export interface Stores {
  services: { files: RestService; secrets: WireService; mail: RestService };
  outbox: Outbox;
  close(): void;
}

export function openStores(model: Model, directory: DataDirectory, log: Log): Stores {
  const { account, region } = model;
  const objects = openObjects(directory.file('files.db'), log);
  const secretsFile = directory.file('secrets.db');
  // For its owner alone, before anything is in it; SQLite gives its other files the same mode.
  closeSync(openSync(secretsFile, 'a', 0o600));
  chmodSync(secretsFile, 0o600);
  const secrets = openSecrets(secretsFile);
  ensureSecrets(secrets, model.secrets);
  const outbox = openOutbox(directory.file('mail'));
  return {
    services: {
      files: filesService(
        objects,
        model.buckets.map(({ name }) => name),
      ),
      secrets: secretsService({ store: secrets, account, region }),
      mail: mailService({ outbox, account, region, ...model.mail }),
    },
    outbox,
    close() {
      objects.close();
      secrets.close();
    },
  };
}
