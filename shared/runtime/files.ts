/** What lies in the bucket of files, told apart by the beginning of its key. */
export const FILE_PREFIXES = {
  /** Raw bodies of partners' deliveries: as long as the log of deliveries is kept. */
  webhooks: { prefix: 'webhooks/', expiresAfterDays: 90 },
  /** Published reports, in every form. */
  reports: { prefix: 'reports/', expiresAfterDays: undefined },
  /** Snapshots from which reports are counted on. */
  cube: { prefix: 'cube/', expiresAfterDays: undefined },
} as const satisfies Record<string, { prefix: `${string}/`; expiresAfterDays: number | undefined }>;

export type FilePrefix = (typeof FILE_PREFIXES)[keyof typeof FILE_PREFIXES]['prefix'];
