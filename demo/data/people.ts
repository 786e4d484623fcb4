import type { Role } from '#shared/domain/user/roles.ts';

/** A member of staff. All are invented: their ids begin with `demo-`, and their names say so. */
export interface Person {
  readonly id: `demo-${string}`;
  readonly role: Role;
  readonly name: string;
  readonly language: 'en' | 'zh-CN';
  readonly timeZone: 'Europe/London' | 'Asia/Shanghai';
}

const london = { language: 'en', timeZone: 'Europe/London' } as const;
const shanghai = { language: 'zh-CN', timeZone: 'Asia/Shanghai' } as const;

/** Business development officers, by the place whose partners they look after. */
export const OFFICERS: Readonly<Record<string, Person>> = {
  guangzhou: { id: 'demo-chen-yu', role: 'bd-officer', name: '陈宇（虚构）', ...shanghai },
  nanjing: { id: 'demo-liu-fang', role: 'bd-officer', name: '刘芳（虚构）', ...shanghai },
  guizhou: { id: 'demo-yang-mei', role: 'bd-officer', name: '杨梅（虚构）', ...shanghai },
  birmingham: { id: 'demo-amelia-hart', role: 'bd-officer', name: 'Amelia Hart (invented)', ...london },
  bristol: { id: 'demo-tom-okafor', role: 'bd-officer', name: 'Tom Okafor (invented)', ...london },
};

export const IP_MANAGER: Person = {
  id: 'demo-priya-nair',
  role: 'ip-manager',
  name: 'Priya Nair (invented)',
  ...london,
};
export const MANAGER: Person = { id: 'demo-sun-li', role: 'manager', name: '孙丽（虚构）', ...shanghai };

export const PEOPLE: readonly Person[] = [...Object.values(OFFICERS), IP_MANAGER, MANAGER];
