import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { vi } from 'vitest';
import type { FakeTableOptions } from './fake-table.ts';
import { useFunctionEnvironment } from './function-world.ts';
import { httpWorld } from './http-world.ts';
import { mockClient } from './mock-client.ts';
import { type PeopleCall, peopleTables } from './people-tables.ts';

type Options = FakeTableOptions & {
  readonly recordsAtOnce?: boolean;
  readonly peopleFault?: (call: PeopleCall) => 'lost-before' | 'lost-after' | undefined;
};

const failure = (name: string) => Object.assign(new Error(name), { name });

/** The surroundings of the function of contacts: those of an HTTP function, the tables of people, and the secret of master keys. */
export function contactsWorld() {
  const world = httpWorld();
  const secrets = mockClient(SecretsManagerClient);
  const kept = new Map<string, string>();
  let people = peopleTables();
  return {
    ...world,
    get kept() {
      return world.kept;
    },
    get people() {
      return people;
    },
    /** The text of the secret of master keys; it stays over a reset, as it does in the function's memory. */
    secret: () => kept.get(MASTER) ?? '',
    putSecret: (text: string) => void kept.set(MASTER, text),
    reset({ peopleFault, ...options }: Options = {}): void {
      world.reset({ pageSize: 100, ...options });
      people = peopleTables(peopleFault);
      world.table.send.callsFake((command) => {
        const input = command.input as unknown as Record<string, unknown>;
        return people.takes(input)
          ? (people.send(command.constructor.name, input) as never)
          : world.kept.client.send(command as never);
      });
      secrets.reset();
      secrets.on(GetSecretValueCommand).callsFake(({ SecretId }) => {
        const text = kept.get(SecretId);
        if (text === undefined) throw failure('ResourceNotFoundException');
        return { SecretString: text };
      });
      secrets.on(CreateSecretCommand).callsFake(({ Name, SecretString }) => {
        if (kept.has(Name)) throw failure('ResourceExistsException');
        kept.set(Name, SecretString);
        return {};
      });
    },
  };
}

const MASTER = 'partnership/test/contacts/master';

/** Beside what every function has: the tables of people, and the names of secrets. */
export function useContactsEnvironment(): void {
  useFunctionEnvironment();
  vi.stubEnv('PEOPLE_TABLE_NAME', 'people');
  vi.stubEnv('PEOPLE_KEYS_TABLE_NAME', 'people-keys');
  vi.stubEnv('SECRETS_PREFIX', 'partnership/test/');
}

/** A person, invented, with what no other text has in it: so that a search that finds any of it has found the person. */
export const ZHAO = {
  name: 'Zhao Qianfeng',
  nameChinese: '赵钱峰',
  email: 'zhao.qianfeng@example.org',
  phone: '+86 20 5550 0177',
  wechat: 'zqf-5550177',
  jobTitle: 'Deputy Director of the Invented Bureau',
  about: 'Likes Longjing tea; 喜欢龙井茶。',
} as const;

/** What a request says of the keeping of somebody's data. */
export const keeping = (organisation: string) => ({
  organisations: [{ id: organisation }],
  purpose: 'research-collaboration',
  lawfulBasis: 'public-task',
  collectedIn: 'guangzhou',
  noticeLanguage: 'zh-CN',
  retainUntil: '2029-12-31',
});
