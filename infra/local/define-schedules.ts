import type { Bus } from './bus/types.ts';
import type { DataDirectory } from './data-directory.ts';
import { authorize } from './iam.ts';
import { openScheduleBook, type ScheduleBook } from './schedule-book.ts';
import { openSchedules, type Schedules } from './schedules.ts';
import type { Model } from './template/model.ts';
import type { Log } from './timers.ts';

/** The schedules of the template, and those that functions made in earlier runs; not yet started. */
export function defineSchedules(
  model: Model,
  directory: DataDirectory,
  log: Log,
  bus: Bus,
  invoke: (targetArn: string, payload: string) => Promise<void>,
): { schedules: Schedules; book: ScheduleBook } {
  const file = directory.file('schedules.db');
  const policies = new Map(model.roles.map((role) => [role.arn, role.policies]));
  const schedules = openSchedules({
    file,
    accountId: model.account,
    region: model.region,
    log,
    async invoke(targetArn, input, { roleArn = '' }) {
      const toQueue = targetArn.includes(':sqs:');
      const action = toQueue ? 'sqs:SendMessage' : 'lambda:InvokeFunction';
      const { allowed, reason } = authorize(policies.get(roleArn) ?? [], { action, resource: targetArn });
      if (!allowed) throw new Error(`the role ${roleArn} of the schedule: ${reason}`);
      await (toQueue ? bus.send(targetArn, input) : invoke(targetArn, input));
    },
    deadLetter: (queueArn, body, attributes) => bus.send(queueArn, body, { attributes }),
    onDone: (schedule) => book.forget(schedule),
  });
  const book = openScheduleBook(file, schedules);
  for (const schedule of model.schedules) {
    const { name, groupName, expression, timeZone, enabled, targetArn, input, deadLetterArn, roleArn } = schedule;
    book.define({
      name,
      groupName,
      roleArn,
      expression,
      timeZone,
      state: enabled ? 'ENABLED' : 'DISABLED',
      target: {
        arn: targetArn,
        ...(input === undefined ? {} : { input }),
        ...(deadLetterArn ? { deadLetterArn } : {}),
        retry: { maxAttempts: schedule.maximumRetryAttempts, maxAgeSeconds: schedule.maximumEventAgeSeconds },
      },
    });
  }
  book.settle();
  return { schedules, book };
}
