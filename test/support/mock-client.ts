import { mockClient as mock } from 'aws-sdk-client-mock';

const mocks: { restore(): void }[] = [];

/** As the library's, and undone when the test file ends: a mock changes the class for all files of its worker. */
export const mockClient: typeof mock = (client) => {
  const made = mock(client);
  mocks.push(made);
  return made;
};

export function restoreClients(): void {
  for (const made of mocks.splice(0)) made.restore();
}
