/** Puts objects until it is killed, and says which were acknowledged. */
import { openObjects } from '#infra/local/files/store.ts';

const store = openObjects(process.argv[2] ?? '');
for (let number = 0; ; number += 5) {
  await Promise.all(
    [0, 1, 2, 3, 4].map(async (one) => {
      const key = `webhooks/${number + one}`;
      await store.put('files', key, Buffer.from(`body of ${key}`), {}, { ifNoneMatch: '*' });
      process.send?.(key);
    }),
  );
}
